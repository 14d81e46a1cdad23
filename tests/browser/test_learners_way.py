"""A learner's way through a lesson in JupyterLab: guesses of every kind, all cells at once, and the task."""
import re
import shutil

import pytest
from playwright.sync_api import expect

from conftest import opened
from lab_driver import REPORTS, ROOT

pytestmark = pytest.mark.timeout(900)  # the first test may have to build the kernel

LESSON = ROOT / "notebooks" / "02_object_lifecycles.ipynb"
GUESS = "%%memory predict ? of under 1 kB, 10 MB, 20 MB --kept"
TASK = "class Folder:"
CHECK = "%%memory check kept<10kB"
RETURN = "    return [folder.path() for folder in home.folders]"
MOST_LINES_OF_AN_ERROR = 12

WRITTEN = [  # in place of the question mark, one after the other
    ("10 MB", r"^Right: you chose 10.MB, and it kept 10\.0.MB\."),
    ("20 MB", r"^Your first guess was 10.MB, and it stays\. It was right: it kept 10\.0.MB\."),
    ("900 TB", r"^The choices are under 1.kB, 10.MB, 20.MB: write one of them in place of the \?\. It kept 10\.0.MB\."),
    ("forty", r"^The choices are under 1.kB, 10.MB, 20.MB: write one of them in place of the \?\. It kept 10\.0.MB\."),
]


@pytest.fixture
def lesson(lab, folder, page, request):
    name = f"{request.node.name}.ipynb"
    shutil.copy(LESSON, folder / name)
    return opened(lab, page, name)


def test_a_guess_of_any_kind_is_answered_and_the_lesson_goes_on(lesson):
    cell, following = cell_of(lesson, GUESS), cell_of(lesson, "del best")
    source = "\n".join(cell.locator(".cm-line").all_inner_texts())
    assert source.startswith(GUESS)

    for guess, answer in WRITTEN:
        lesson.rewrite(cell, source.replace("?", guess, 1))
        lesson.run_again(cell)
        expect(cell.locator(REPORTS).locator("p").first).to_have_text(re.compile(answer))
        lesson.run_again(following)
        expect(following.locator("summary")).to_have_text(re.compile(r"^Memory: freed 10\.0.MB made by \[\d+\]"))
        expect(lesson.errors).to_have_count(0)

    report = lesson.run_cell("%memory progress").locator(REPORTS)
    expect(report.locator("p").first).to_contain_text("1 of 1")  # the first guess alone


def test_all_cells_run_and_the_task_is_solved_step_by_step(lesson, screenshots):
    lesson.run_all()  # with all question marks left as they are

    unanswered = lesson.reports.filter(has_text=re.compile(r"^No guess yet\."))
    assert unanswered.count() == lesson.code_cells.filter(has_text="%%memory predict ?").count() >= 3
    expect(lesson.code_cells.last.locator(REPORTS)).to_be_visible()
    expect(lesson.errors).to_have_count(1)  # the task, which is not solved yet

    task, check = cell_of(lesson, TASK), cell_of(lesson, CHECK)
    error = check.locator("[data-mime-type='application/vnd.jupyter.stderr']")
    unsolved = "\n".join(task.locator(".cm-line").all_inner_texts())
    expect(error).to_contain_text(re.compile(r"^CheckFailed: It kept 4\.0\d.MB; the limit is 10.kB\."))
    assert_readable(error)
    check.screenshot(path=screenshots / "task-unsolved.png")

    def run_with(source):
        lesson.rewrite(task, source)
        lesson.run_again(task)
        lesson.run_again(check)

    near = "    paths = [folder.path() for folder in home.folders]\n    home.folders.pop()\n    return paths"
    run_with(replaced(unsolved, RETURN, near))
    expect(error).to_contain_text(re.compile(r"^CheckFailed: It kept 3\.0\d.MB; the limit is 10.kB\."))
    assert_readable(error)

    run_with("import gc\n\n\n" + replaced(unsolved, RETURN, near.replace("home.folders.pop()", "del home\n    gc.collect()")))
    expect(error).to_contain_text("AssertionError: That was gc.collect(). Find a way without it.")
    check.screenshot(path=screenshots / "task-collected.png")

    solved = replaced(unsolved, "self.parent = parent\n", "self.parent = parent and weakref.ref(parent)\n")
    run_with("import weakref\n\n\n" + replaced(solved, "self.parent.path()", "self.parent().path()"))
    expect(check.locator(REPORTS).locator("p").first).to_have_text(re.compile(r"^Passed: kept \S+.k?B \(limit 10.kB\)\.$"))
    expect(error).to_have_count(0)
    check.screenshot(path=screenshots / "task-solved.png")


def cell_of(notebook, words):
    return notebook.code_cells.filter(has_text=words)


def replaced(source, old, new):
    assert old in source, f"{old!r} is not in the lesson's task"
    return source.replace(old, new)


def assert_readable(error):
    """What failed and where, without the lines of those who found it."""
    lines = error.inner_text().strip().splitlines()
    assert len(lines) <= MOST_LINES_OF_AN_ERROR, "\n".join(lines)
    assert not [line for line in lines if "Traceback" in line or "File " in line]
