"""The lessons of this folder: their files by name, and what each says about itself in its opening cell."""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
TIME = re.compile(r"[^.\n]*\bminutes\b[^.\n]*\.")


class NoSuchLesson(Exception):
    """Says which lessons there are."""


def named(names):
    """The files of the named lessons ("01_generators", "01" or a path), in their order; without names all of them."""
    there_are = sorted(FOLDER.glob("*.ipynb"))
    return sorted({one_named(name, there_are) for name in names}) or there_are


def one_named(name, there_are):
    stem = Path(name).name.removesuffix(".ipynb")
    found = [path for path in there_are if stem in (path.stem, path.stem.partition("_")[0])]
    if len(found) != 1:
        raise NoSuchLesson(f"there is no lesson {name}. There are: {' '.join(path.stem for path in there_are)}.")
    return found[0]


@dataclass(frozen=True)
class Opening:
    title: str
    teaches: list  # what the learner can do afterwards, in the words of the lesson
    time: str  # the sentence that says how long it takes


def opening_of(notebook):
    """From the cell that a lesson begins with: a heading, a list, and a sentence with "minutes" in it."""
    source = notebook.cells[0].source
    time = TIME.search(source)
    return Opening(
        title=re.search(r"^# +(.*)$", source, re.MULTILINE)[1],
        teaches=[item.rstrip(".;") for item in re.findall(r"^- +(.*)$", source, re.MULTILINE)],
        time=time[0].strip() if time else "",
    )
