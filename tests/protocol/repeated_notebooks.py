"""The notebooks that have to give the same records in every kernel, and what in them cannot be the same."""
import json
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

LESSONS = Path(__file__).resolve().parents[2] / "notebooks"
FOLDER = Path(__file__).resolve().parent / "repeated"
NOTEBOOKS = [path.stem for path in sorted(LESSONS.glob("*.ipynb")) + sorted(FOLDER.glob("*.py"))]

# How often a comparison measures its parts is decided by the clock, unless it is told.
COMPARISON = re.compile(r"^(%%?memory (?:compare|structures))(?!.*(--first|\w=\d))", re.MULTILINE)


class Cell(NamedTuple):
    name: str
    source: str


def cells_of(notebook):
    """A lesson's code cells by their id; those of a file by what stands beside their "# %%", or by their number."""
    lesson = LESSONS / f"{notebook}.ipynb"
    if lesson.exists():
        found = [cell for cell in json.loads(lesson.read_text())["cells"] if cell["cell_type"] == "code"]
        return [Cell(cell["id"], COMPARISON.sub(r"\1 --runs 3", "".join(cell["source"]))) for cell in found]
    parts = re.split(r"^# %%(.*)$", (FOLDER / f"{notebook}.py").read_text(), flags=re.MULTILINE)[1:]
    return [Cell(name.strip() or str(number), source.strip()) for number, (name, source) in enumerate(zip(parts[::2], parts[1::2]), 1)]


def flat(record, before=""):
    """Every figure of a record by its place: "origins.native.kept_bytes"."""
    if isinstance(record, dict):
        parts = record.items()
    elif isinstance(record, list):
        parts = enumerate(record)
    else:
        return {before: record}
    return {place: value for key, part in parts for place, value in flat(part, f"{before}.{key}" if before else str(key)).items()}


# Of no notebook: time, the system's view of the process, and what malloc sets aside, by how it happens to split its free memory.
NEVER = ["*seconds", "resident_*", "unseen_bytes", "set_aside_*"]

PEAKS = ["peak_bytes", "origins.python_small.peak_bytes"]
TAKEN = ["allocated_*", "freed_own_bytes", "freed_blocks", "origins.python_small.allocated_*", *PEAKS]


def spread(values):
    return max(values) - min(values)


def a_few_objects(values):
    return spread(values) <= 8


def of_a_few_objects(values):
    return spread(values) <= 250


def a_thousandth(values):
    return spread(values) <= max(values) / 1000


def a_percent(values):
    return spread(values) <= max(values) / 100


def an_arena_or_two(values):
    return spread(values) <= 3


def threads_states(values):
    """CPython's state of a thread has 360 bytes (Include/cpython/pystate.h, PyThreadState; 3.11), glibc's own 352; a few threads."""
    return spread(values) <= 8 * (360 + 352)


FREE_LISTS = (
    "CPython keeps some freed dicts, their tables, lists, tuples and floats for the next ones (Objects/dictobject.c, free_list, and "
    "others; 3.11), and how many are there when a cell begins goes by what the kernel did between the cells, its threads and its "
    "messages included"
)
NAMES = "CPython's cache of look-ups keeps a name until another takes its place, which goes by addresses (_PyType_Lookup, 3.11)"
HASHES = (
    "hashes of classes are made of their addresses: as ints they have 2 or 3 digits, and two that fall into one place of a table "
    "are compared; all of it is gone at the end of the cell"
)
THREAD = (
    "a thread's state is given back a moment after join() has returned (Modules/_threadmodule.c, thread_run; 3.11), and its stack a "
    "moment later still: the next thread takes it with what is in it, or a new one"
)
TRACES = "tracemalloc has a row for each block that was made while it traced, by the kernel's machinery too"
ARENAS = (
    "an arena goes back when the last block in it is freed, and in which pool a block lies goes by the order in which others were "
    "freed, which goes by addresses where they stood in a set or a dict of objects"
)

# Notebook, cell, fields, whether values may be so, and why.
EXCEPTIONS = [
    ("*", "*", ["arenas_gained"], an_arena_or_two, ARENAS),
    ("*", "*", ["*_blocks"], a_few_objects, f"{FREE_LISTS}; and {NAMES}"),
    ("*", "*", ["*_bytes"], of_a_few_objects, f"{FREE_LISTS}; and {NAMES}"),
    ("joined_threads", "*", ["*_bytes", "*_blocks"], threads_states, THREAD),
    ("numpy_and_pandas", "import*", ["*_bytes", "*_blocks"], a_thousandth, HASHES),
    ("numpy_and_pandas", "pandas*", TAKEN, a_percent, HASHES),
    ("05_finding_what_keeps_memory", "numpy-import", TAKEN, a_thousandth, HASHES),
    ("05_finding_what_keeps_memory", "others-tracemalloc", ["allocated_*", "freed_own_bytes", "freed_blocks", "*.allocated_*", *PEAKS],
     a_percent, TRACES),
]  # fmt: skip


def allowed(notebook, cell, field, values):
    if any(fnmatchcase(field, pattern) for pattern in NEVER):
        return True
    return any(
        fnmatchcase(notebook, where) and fnmatchcase(cell, name) and any(fnmatchcase(field, each) for each in fields) and may_be(values)
        for where, name, fields, may_be, _why in EXCEPTIONS
    )
