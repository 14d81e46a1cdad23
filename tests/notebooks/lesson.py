"""A lesson as its tests see it: what is written in the notebook, and the words in which a lesson states its claims.

The claims of NN_name.ipynb are in claims_NN_name.py beside this file, so that the notebook holds nothing but what a learner
needs. That file has, as far as the lesson needs them:

    FIGURES      every figure in the prose, with the measured bytes that it stands for
    FACTS        sentences of the prose, with what must be true for them
    GIVEN        figures in the prose that nobody measured: choices, goals, units
    QUESTIONS    the guesses that the lesson asks for: a Prediction where the answer is a number of bytes, else a Question
    EXPERIMENTS  code that proves a claim without being in the lesson: run after it, by name
    QUOTES       what the prose quotes from the article, word for word
    TITLES       the article's headings that the prose names
    ARTICLE_CODE cells that are the article's own code
    TASKS        what the learner is to solve, and %%memory check judges
    FAILS        cells that are meant to fail: the lesson shows what an error does

measured.py has the figures that claims are made of, run.py what a claim is asked of, judge.py holds the claims to it. The tests
hold all lessons to the same form:

    test_file.py     what a notebook's file looks like
    test_claims.py   the lesson as it is runs to its end, and what it says is true
    test_guesses.py  every guess gets the answer it deserves
    test_tasks.py    every attempt at a task is judged rightly
"""

import importlib
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import nbformat

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
LESSONS = sorted(FOLDER.glob("*.ipynb"))
UNITS = {"bytes": 1, "B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}
FIGURE = re.compile(rf"\d[\d,.]*[ \N{{NO-BREAK SPACE}}](?:{'|'.join(UNITS)})\b")
MAY_FAIL = "raises-exception"  # the tag of a cell that is meant to fail, or fails as long as a task is not solved


@dataclass(frozen=True)
class Figure:
    text: str  # as the prose has it: "40.4 MB"
    said_in: str  # id of the cell that says so
    measured: Callable  # from a Run, the bytes
    seen_in: str | None = None  # id of the cell that shows the learner the very same text


@dataclass(frozen=True)
class Fact:
    text: str
    said_in: str
    is_true: Callable  # of a Run


@dataclass(frozen=True)
class Question:
    """A cell with guess = "?", the measured cells, and a folded cell that says how near the guess was."""

    guess: str  # id of the cell with the placeholder
    answer: str  # id of the cell that says how near the guess was
    right: str
    wrong: tuple
    is_true: Callable  # of a Run: that the right choice is right


@dataclass(frozen=True)
class Prediction:
    """A cell that begins with %%memory predict ? of SOME, CHOICES, and with --kept where not the peak is asked for."""

    cell: str  # its id
    right: str
    wrong: tuple
    is_true: Callable  # of a Run: that the right choice is right


@dataclass(frozen=True)
class CheckTask:
    """A task whose check cell begins with %%memory check LIMITS and fails, as its tag raises-exception says, until it is solved.

    The check fails with CheckFailed where a limit is not kept, and with the sentence of an assert where the answer is wrong.
    """

    function: str  # id of the cell to be changed
    check: str  # id of the cell that judges
    hints: str  # id of the cell with the solution
    before: str = ""  # code that the two need from earlier cells
    others: dict = field(default_factory=dict)  # further attempts, and whether they solve it


def claims_of(path):
    """What claims_NAME.py has for a lesson; what it does not name, the lesson has not got."""
    stated = vars(importlib.import_module(f"claims_{path.stem}"))
    lists = ("FIGURES", "FACTS", "QUESTIONS", "TASKS", "FAILS")
    tables = ("GIVEN", "EXPERIMENTS", "QUOTES", "TITLES", "ARTICLE_CODE")
    return SimpleNamespace(
        **{name: stated.get(name, []) for name in lists}, **{name: stated.get(name, {}) for name in tables}
    )


def of_kind(kind, claims):
    return [claim for claim in claims if isinstance(claim, kind)]


# ---- The notebook


def read(path):
    return nbformat.read(path, as_version=4)


def by_id(notebook):
    return {cell.id: cell for cell in notebook.cells}


def prose(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell):
    return set(cell.metadata.get("tags", []))


def with_cells(notebook, cells):
    """The same notebook with other cells."""
    other = deepcopy(notebook)
    other.cells = deepcopy(cells)
    return other


def code_cell(cell_id, source, may_fail=False):
    return nbformat.v4.new_code_cell(source, id=cell_id, metadata={"tags": [MAY_FAIL]} if may_fail else {})


# ---- Figures as prose has them


def figures_in(text):
    return [plain(match.rstrip(",.")) for match in FIGURE.findall(text)]


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def written_like(text, count):
    """A count of bytes with the unit and the digits of the text: ("40.4 MB", 40_448_360) → "40.4 MB"."""
    number, unit = plain(text).split(" ")
    decimals = len(number.partition(".")[2])
    return f"{count / UNITS[unit]:,.{decimals}f} {unit}"
