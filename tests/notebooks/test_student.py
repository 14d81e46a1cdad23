"""./tutor student: copies for a class."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from lesson import FOLDER, LESSONS, claims_of, code_cell, read, tags
from run import Run
from student import copy_of
from test_tasks import SOLUTION

PROGRAM = Path(__file__).resolve().parents[2] / "share" / "tutor" / "student.py"
FIRST = LESSONS[0].name


def copied(*words):
    return subprocess.run([sys.executable, PROGRAM, *map(str, words)], capture_output=True, text=True)


@pytest.fixture(scope="session")
def copies(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class") / "copies"
    done = copied(folder)
    assert done.returncode == 0, done.stderr
    assert all(f"Written: {folder / path.name}" in done.stdout for path in LESSONS)
    return folder


@pytest.fixture
def folder(tmp_path):
    """With one copy."""
    copied(tmp_path, "00")
    return tmp_path


def test_no_solution_is_left(path, copies):
    text = (copies / path.name).read_text(encoding="utf-8")
    notebook = read(copies / path.name)
    assert "A solution" not in text
    assert not [cell for cell in notebook.cells if "solution" in tags(cell)]
    written = "\n".join(cell.source for cell in notebook.cells)
    for task in claims_of(path).TASKS:
        for solution in SOLUTION.findall(hints_of(path, task)):
            assert solution not in written
        for source, is_solved in task.others.values():
            assert not is_solved or source not in written


def hints_of(path, task):
    return next(cell.source for cell in read(path).cells if cell.id == task.hints)


def test_hints_are_left(path, copies):
    left = {cell.id: cell.source for cell in read(copies / path.name).cells}
    for task in claims_of(path).TASKS:
        hints = hints_of(path, task)
        assert left[task.hints].count("<details>") == hints.count("<details>") - 1
        assert hints.startswith(left[task.hints].rstrip())
        assert left[task.hints].count("<details>") == left[task.hints].count("</details>")


def test_nothing_else_is_changed(path, copies):
    copy, lesson = read(copies / path.name), read(path)
    assert copy.metadata.pop("xmemory").keys() == {"copied"}
    with_solutions = {task.hints for task in claims_of(path).TASKS}
    lesson.cells = [cell for cell in lesson.cells if "solution" not in tags(cell)]
    for cell in [*copy.cells, *lesson.cells]:
        if cell.id in with_solutions:
            cell.source = ""
    assert copy == lesson


def test_copies_run_to_the_end(path, copies):
    run = Run(read(copies / path.name))
    assert all(record["status"] == "ok" for cell, record in run.records.items() if not tags(run.cells[cell]))


def test_outputs_and_counts_do_not_go_along():
    notebook = nbformat.v4.new_notebook(cells=[code_cell("one", "1"), code_cell("two", "2")])
    notebook.cells[0].outputs = [nbformat.v4.new_output("stream", text="1")]
    notebook.cells[0].execution_count = 7
    notebook.cells[1].metadata.tags = ["solution"]
    (cell,) = copy_of(notebook).cells
    assert (cell.source, cell.outputs, cell.execution_count) == ("1", [], None)


def change(path, source):
    notebook = read(path)
    notebook.cells[-1].source = source
    nbformat.write(notebook, path)


def test_changed_work_is_not_written_over(folder):
    change(folder / FIRST, "my notes")
    refused = copied(folder, *(path.stem for path in LESSONS))
    assert refused.returncode == 1
    assert refused.stderr == (
        f"tutor: {folder / FIRST} has changed since the copy was made. Nothing was written; with --force it is, and the changes are lost.\n"
    )
    assert read(folder / FIRST).cells[-1].source == "my notes"
    assert [path.name for path in folder.iterdir()] == [FIRST]


def test_changed_work_is_written_over_when_told(folder):
    change(folder / FIRST, "my notes")
    assert copied(folder, "00", "--force").returncode == 0
    assert read(folder / FIRST).cells[-1].source == read(FOLDER / FIRST).cells[-1].source


def test_a_copy_that_was_only_run_is_no_work(folder):
    notebook = read(folder / FIRST)
    notebook.cells[3].execution_count = 1
    nbformat.write(notebook, folder / FIRST)
    assert copied(folder, "00").returncode == 0


@pytest.mark.parametrize("content", ["", "no notebook", '{"nbformat": 4}'])
def test_another_file_of_that_name_is_not_written_over(tmp_path, content):
    (tmp_path / FIRST).write_text(content)
    assert copied(tmp_path, "00").returncode == 1
    assert (tmp_path / FIRST).read_text() == content


def test_the_lessons_themselves_are_left_alone():
    refused = copied(FOLDER, "--force")
    assert refused.returncode == 2
    assert "that is the folder of the lessons themselves" in refused.stderr


def test_an_unknown_lesson_is_told_which_there_are(tmp_path):
    refused = copied(tmp_path / "new", "99")
    assert refused.returncode == 2
    assert f"there is no lesson 99. There are: {LESSONS[0].stem}" in refused.stderr
    assert not (tmp_path / "new").exists()
