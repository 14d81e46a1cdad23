"""A lesson as its tests see it: what is written in the notebook, and what came of running it on the kernel.

A lesson's claims are in claims_NAME.py beside this file, so that the notebook holds nothing but what a learner needs:

    FIGURES      every figure in the prose, with the measured bytes that it stands for
    FACTS        sentences of the prose, with what must be true for them
    GIVEN        figures in the prose that nobody measured: choices, goals, units
    QUESTIONS    the guesses that the lesson asks for
    EXPERIMENTS  code that proves a claim without being in the lesson: run after it, by name
    QUOTES       what the prose quotes from the article, word for word
    TITLES       the article's headings that the prose names
    ARTICLE_CODE cells that are the article's own code
    TASK         the task at the end, where there is one
"""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
KERNEL = "xmemory"
REPORT = "application/vnd.xmemory.report+json"
UNITS = {"bytes": 1, "B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}
FIGURE = re.compile(rf"\d[\d,.]*[ \N{{NO-BREAK SPACE}}](?:{'|'.join(UNITS)})\b")


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
    guess: str  # id of the cell with the placeholder
    answer: str  # id of the cell that says how near the guess was
    right: str
    wrong: tuple
    is_true: Callable  # of a Run: that the right choice is right


@dataclass(frozen=True)
class Task:
    function: str  # id of the cell to be changed
    check: str  # id of the cell that judges
    hints: str  # id of the cell with the solution
    before: str  # code that the check needs from earlier cells
    done: str  # what the check says when it is solved
    others: dict = field(default_factory=dict)  # further attempts, and whether they solve it


def read(path):
    return nbformat.read(path, as_version=4)


def with_cells(notebook, cells):
    """The same notebook with other cells."""
    other = deepcopy(notebook)
    other.cells = cells
    return other


def code_cell(cell_id, source):
    return nbformat.v4.new_code_cell(source, id=cell_id)


def figures_in(text):
    return [plain(match.rstrip(",.")) for match in FIGURE.findall(text)]


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def written_like(text, count):
    """A count of bytes with the unit and the digits of the text: ("40.4 MB", 40_448_360) → "40.4 MB"."""
    number, unit = plain(text).split(" ")
    decimals = len(number.partition(".")[2])
    return f"{count / UNITS[unit]:,.{decimals}f} {unit}"


class Run:
    """A notebook run to its end in a kernel of its own. An error in a cell stops it with nbclient's exception."""

    def __init__(self, notebook):
        self.notebook = deepcopy(notebook)
        self.cells = {cell.id: cell for cell in self.notebook.cells}
        self.records = {}
        NotebookClient(
            self.notebook,
            kernel_name=KERNEL,
            timeout=120,
            coalesce_streams=True,
            resources={"metadata": {"path": str(FOLDER)}},
            on_cell_executed=self._keep_record,
        ).execute()

    def _keep_record(self, cell, cell_index, execute_reply):
        self.records[cell.id] = execute_reply["metadata"].get("xmemory")

    def record(self, cell_id):
        return self.records[cell_id]

    def bundles(self, cell_id):
        """The MIME bundles of a cell's outputs."""
        return [output.data for output in self.cells[cell_id].outputs if "data" in output]

    def reports(self, cell_id):
        """What the tutor published in a cell as data, footers left out."""
        found = [bundle[REPORT] for bundle in self.bundles(cell_id) if REPORT in bundle]
        return [report for report in found if report["kind"] != "footer"]

    def footer(self, cell_id):
        """The bundle of the line under a cell."""
        (footer,) = [bundle for bundle in self.bundles(cell_id) if bundle.get(REPORT, {}).get("kind") == "footer"]
        return footer

    def section(self, cell_id, label):
        """One side of a comparison."""
        (report,) = self.reports(cell_id)
        (section,) = [section for section in report["sections"] if section["label"] == label]
        return section

    def printed(self, cell_id, name="stdout"):
        outputs = self.cells[cell_id].outputs
        return "".join(output.text for output in outputs if output.output_type == "stream" and output.name == name)

    def seen(self, cell_id):
        """All that a cell shows, as text."""
        return plain("\n".join([self.printed(cell_id), *(bundle.get("text/plain", "") for bundle in self.bundles(cell_id))]))
