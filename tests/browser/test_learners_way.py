"""A learner's way through two lessons in JupyterLab: guesses of every kind, all cells at once, and the task."""
import re
import shutil

import nbformat
import pytest
from playwright.sync_api import expect

from conftest import opened
from lab_driver import REPORTS, ROOT, new_page

pytestmark = pytest.mark.timeout(900)  # the first test may have to build the kernel

PREDICT = "%%memory predict ?"
MOST_LINES_OF_AN_ERROR = 12

# For each lesson: a cell that asks for a guess, then what a learner makes of its first line, one after the other, and how the
# answer begins. The first guess about a cell stays.
GUESSES = {
    "01_generators": [
        (
            "%%memory predict ? of 8 MB, 40 MB, 400 MB",
            [
                (
                    "%%memory predict forty of 8 MB, 40 MB, 400 MB",
                    r"'forty' is not an amount of memory\. Write one of the choices in place of it: 8.MB, 40.MB, 400.MB\.",
                ),
                ("%%memory predict 8 MB of 8 MB, 40 MB, 400 MB", r"You chose 8.MB; it needed 40\.4.MB: five times as much\."),
                ("%%memory predict 40 MB of 8 MB, 40 MB, 400 MB", r"Your first guess was 8.MB, and it stays; it needed 40\.4.MB"),
            ],
        ),
        (
            "%%memory predict ? of under 1 kB, 8 MB, 40 MB\nsum",
            [
                ("%%memory predict", r"No guess yet\. It needed \d{3}.B at its peak\."),
                ("%%memory predict under 1 kB of under 1 kB, 8 MB, 40 MB", r"Right: you chose under 1.kB, and it needed \d{3}.B\."),
            ],
        ),
        (
            "%%memory predict ? of under 1 kB, 8 MB, 40 MB\nsorted",
            [
                ("%%memory predict -40 MB", r"'-40.MB' is below zero, and a need for memory never is\."),
                ("%%memory predict 45 MB", r"Near: you guessed 45.MB, and it needed 40\.4.MB\."),
            ],
        ),
    ],
    "02_object_lifecycles": [
        (
            "%%memory predict ? of under 1 kB, 10 MB, 20 MB --kept",
            [
                (
                    "%%memory predict ten of under 1 kB, 10 MB, 20 MB --kept",
                    r"'ten' is not an amount of memory\. Write one of the choices in place of it: under 1.kB, 10.MB, 20.MB\.",
                ),
                ("%%memory predict 10 MB of under 1 kB, 10 MB, 20 MB --kept", r"Right: you chose 10.MB, and it kept 10\.0.MB\."),
                (
                    "%%memory predict 20 MB of under 1 kB, 10 MB, 20 MB --kept",
                    r"Your first guess was 10.MB, and it stays\. It was right: it kept 10\.0.MB\.",
                ),
            ],
        ),
        (
            "%%memory predict ? of under 1 kB, 10 MB, 30 MB --kept",
            [("%%memory predict 900 TB --kept", r"You guessed 900.TB; it kept 10\.0.MB: your guess was over a million times as much\.")],
        ),
    ],
}
ANSWERED = {"01_generators": 3, "02_object_lifecycles": 2}

# For each lesson: what its task's cell begins with, what the check says of it as it stands, and what a learner makes of it:
# parts that are replaced, and how what the check then says begins.
TASKS = {
    "01_generators": (
        "def count_errors",
        r"^CheckFailed: It needed \d\d\.\d.MB at its peak; the limit is 10.kB\.",
        {
            "near": (
                [('[f"{i} error" if i % 7 == 0 else f"{i} fine" for i in range(n)]', '(f"{i} error" if i % 7 == 0 else f"{i} fine" for i in range(n))')],
                r"^CheckFailed: It needed \d\.\d\d.MB at its peak; the limit is 10.kB\.",
            ),
            "wrong": (
                [("return len(errors)", "return 0"), ("[line for line in lines if", "(line for line in lines if"), ('"error")]', '"error"))')],
                r"AssertionError: The answer should be 28572, and is 0\. First make it right again\.",
            ),
            "right": (
                [
                    ('[f"{i} error" if i % 7 == 0 else f"{i} fine" for i in range(n)]', '(f"{i} error" if i % 7 == 0 else f"{i} fine" for i in range(n))'),
                    ('[line for line in lines if line.endswith("error")]', '(1 for line in lines if line.endswith("error"))'),
                    ("len(errors)", "sum(errors)"),
                ],
                r"^Passed: peak [\d.]+.k?B \(limit 10.kB\)\.$",
            ),
        },
    ),
    "02_object_lifecycles": (
        "class Folder:",
        r"^CheckFailed: It kept 4\.0\d.MB; the limit is 10.kB\.",
        {
            "near": (
                [("return [folder.path() for folder in home.folders]", "paths = [folder.path() for folder in home.folders]\n    home.folders.pop()\n    return paths")],
                r"^CheckFailed: It kept 3\.0\d.MB; the limit is 10.kB\.",
            ),
            "collected": (
                [("return [folder.path() for folder in home.folders]", "paths = [folder.path() for folder in home.folders]\n    del home\n    __import__('gc').collect()\n    return paths")],
                r"AssertionError: That was gc\.collect\(\)\. Find a way without it\.",
            ),
            "right": (
                [
                    ("class Folder:", "import weakref\n\n\nclass Folder:"),
                    ("self.parent = parent\n", "self.parent = parent and weakref.ref(parent)\n"),
                    ("self.parent.path()", "self.parent().path()"),
                ],
                r"^Passed: kept \S+.k?B \(limit 10.kB\)\.$",
            ),
        },
    ),
}


class Lesson:
    """A copy of a lesson, open in a page; its cells by what they began with before a learner wrote into them."""

    def __init__(self, name, lab, folder, page):
        self.name = name
        copy = folder / f"way-{name}.ipynb"
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", copy)
        self.sources = [cell.source for cell in nbformat.read(copy, as_version=4).cells if cell.cell_type == "code"]
        self.notebook = opened(lab, page, copy.name)

    def source(self, beginning):
        return self.sources[self._index(beginning)]

    def cell(self, beginning):
        return self.notebook.code_cells.nth(self._index(beginning))

    def run_with(self, beginning, source):
        self.notebook.rewrite(self.cell(beginning), source)
        self.notebook.run_again(self.cell(beginning))

    def _index(self, beginning):
        [index] = [index for index, source in enumerate(self.sources) if source.startswith(beginning)]
        return index


@pytest.fixture(scope="module", params=list(GUESSES))
def lesson(request, lab, folder, browser):
    page = new_page(browser)
    yield Lesson(request.param, lab, folder, page)
    page.context.close()


def test_a_guess_of_any_kind_is_answered_and_the_first_stays(lesson):
    for asking, written in GUESSES[lesson.name]:
        for first_line, answer in written:
            _, *code = lesson.source(asking).splitlines()
            lesson.run_with(asking, "\n".join([first_line, *code]))
            words = lesson.cell(asking).locator(REPORTS).locator("p").first
            expect(words).to_have_text(re.compile(rf"^{answer}"))
    expect(lesson.notebook.errors).to_have_count(0)

    rows = lesson.notebook.run_cell("%memory progress").locator(REPORTS).locator("table").last.locator("tbody tr")
    expect(rows).to_have_count(ANSWERED[lesson.name])


def test_all_cells_run_with_guesses_left_out_and_one_task_unsolved(lesson):
    lesson.notebook.run_all()

    answered = len(GUESSES[lesson.name])
    asked = [source for source in lesson.sources if source.startswith(PREDICT)]
    declined = lesson.notebook.reports.filter(has_text=re.compile(r"^No guess yet\."))
    expect(declined).to_have_count(len(asked) - answered)
    expect(lesson.notebook.errors).to_have_count(1)  # the task


def test_the_task_is_solved_step_by_step(lesson, screenshots):
    beginning, unsolved, steps = TASKS[lesson.name]
    check = lesson.cell("%%memory check")
    error = check.locator("[data-mime-type='application/vnd.jupyter.stderr']")
    expect(error).to_have_text(re.compile(unsolved))
    assert_readable(error)
    check.screenshot(path=screenshots / f"{lesson.name}-unsolved.png")

    for name, (changes, answer) in steps.items():
        source = lesson.source(beginning)
        for old, new in changes:
            assert old in source, f"{old!r} is not in the lesson's task"
            source = source.replace(old, new)
        lesson.run_with(beginning, source)
        lesson.notebook.run_again(check)
        words = check.locator(REPORTS).locator("p").first if name == "right" else error
        expect(words).to_contain_text(re.compile(answer))
        if name == "right":
            expect(error).to_have_count(0)
        else:
            assert_readable(error)
        check.screenshot(path=screenshots / f"{lesson.name}-{name}.png")


def assert_readable(error):
    """What failed and where, without the lines of those who found it."""
    lines = error.inner_text().strip().splitlines()
    assert len(lines) <= MOST_LINES_OF_AN_ERROR, "\n".join(lines)
    assert not [line for line in lines if "File " in line]
    assert lines[0].startswith("CheckFailed: ") or lines[-1].startswith("AssertionError: ")
