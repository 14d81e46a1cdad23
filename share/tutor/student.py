"""./tutor student: copies of the lessons for a class, without solutions and outputs.

A copy carries a digest of its cells, so that one in which somebody has worked is known, and is not written over.
"""

import argparse
import hashlib
import json
import re
import sys
from copy import deepcopy
from pathlib import Path

import lessons
from notebook_format import nbformat

SOLUTION = re.compile(r"\s*<details>\s*<summary>\s*A solution\b[^<]*</summary>.*?</details>", re.DOTALL)
TAG = "solution"  # of a cell that is one as a whole
STAMP = "xmemory"


def main():
    options = parse_options()
    copies = {options.folder / path.name: copy_of(nbformat.read(path, as_version=4)) for path in options.paths}
    changed = [path for path in copies if path.exists() and is_changed(path)]
    if changed and not options.force:
        sys.exit(f"tutor: {sentence_of(changed)} Nothing was written; with --force it is, and the changes are lost.")
    options.folder.mkdir(parents=True, exist_ok=True)
    for path, copy in copies.items():
        nbformat.write(copy, path)
        print(f"Written: {path}")
    print("Without solutions and outputs; the tasks, their hints and their checks are in them.")


def parse_options():
    parser = argparse.ArgumentParser(
        prog="./tutor student", description="Copies the lessons for a class, without solutions and outputs."
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to")
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="for example 01 or 01_generators; all, when none is named")
    parser.add_argument("--force", action="store_true", help="write over copies that somebody has changed")
    options = parser.parse_args()
    try:
        options.paths = lessons.named(options.lessons)
    except lessons.NoSuchLesson as error:
        parser.error(str(error))
    if options.folder.resolve() == lessons.FOLDER:
        parser.error("that is the folder of the lessons themselves. Name another one.")
    if options.folder.exists() and not options.folder.is_dir():
        parser.error(f"{options.folder} is a file. Name a folder.")
    return options


def copy_of(notebook):
    copy = deepcopy(notebook)
    copy.cells = [stripped(cell) for cell in copy.cells if TAG not in cell.metadata.get("tags", [])]
    copy.metadata[STAMP] = {"copied": digest(copy)}
    return copy


def stripped(cell):
    if cell.cell_type == "markdown":
        cell.source = SOLUTION.sub("", cell.source)
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    return cell


def digest(notebook):
    """Of what is written in the cells. Outputs do not count: they come back when the cells are run."""
    written = [[cell.cell_type, cell.source] for cell in notebook.cells]
    return hashlib.sha256(json.dumps(written).encode()).hexdigest()


def is_changed(path):
    """Whether it is anything but a copy as it was written here."""
    try:
        notebook = nbformat.read(path, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, OSError):
        return True
    return notebook.metadata.get(STAMP, {}).get("copied") != digest(notebook)


def sentence_of(changed):
    names = ", ".join(str(path) for path in changed)
    return f"{names} {'has' if len(changed) == 1 else 'have'} changed since the copy was made."


if __name__ == "__main__":
    main()
