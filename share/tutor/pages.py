"""./tutor pages: runs the lessons and writes them as web pages with an index, to be read without a kernel and without a network."""

import argparse
import re
import sys
import time
from html import escape
from pathlib import Path

from notebook_format import nbformat  # before anything else that loads it

from nbclient.exceptions import CellExecutionError, DeadKernelError

import lessons
import page
from interruptible_client import InterruptibleClient

KERNEL = "xmemory"
INDEX = "index.html"
MARK = '<meta name="generator" content="xeus-memory">'
LINK = re.compile(r"\[([^\]]*)\]\((?:\./)?([\w.-]+)\.ipynb(#[^)]*)?\)")
INDEX_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{mark}
<title>Memory in Python: the lessons</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2.5rem auto; padding: 0 1rem; }}
h1 {{ font-size: 1.7rem; }}
h2 {{ font-size: 1.2rem; margin: 2rem 0 .3rem; }}
ul {{ margin: .3rem 0; padding-left: 1.3rem; }}
.time {{ opacity: .8; margin: .3rem 0; }}
code {{ font-family: ui-monospace, monospace; }}
</style>
</head>
<body>
<h1>Memory in Python: the lessons</h1>
<p>Each was run on the kernel “Python 3 (memory tutor)”. The line under a cell says what the cell did to memory; click on it for
all the figures.</p>
{lessons}
</body>
</html>
"""


def main():
    folder, paths = parse_options()
    folder.mkdir(parents=True, exist_ok=True)
    names = {path.stem for path in paths}
    openings = {}
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        openings[path.stem] = lessons.opening_of(notebook)
        run(notebook, path)
        link_to_pages(notebook, names)
        page.write(notebook, folder / f"{path.stem}.html", openings[path.stem].title, home=INDEX)
    (folder / INDEX).write_text(index_of(openings), encoding="utf-8")
    print(f"Written: {folder / INDEX} and {len(paths)} {'page' if len(paths) == 1 else 'pages'} beside it.")


def parse_options():
    parser = argparse.ArgumentParser(prog="./tutor pages", description="Writes the lessons, run, as web pages with an index.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to")
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="for example 01 or 01_generators; all, when none is named")
    options = parser.parse_args()
    try:
        paths = lessons.named(options.lessons)
    except lessons.NoSuchLesson as error:
        parser.error(str(error))
    if options.folder.exists() and not options.folder.is_dir():
        parser.error(f"{options.folder} is a file. Name a folder.")
    if is_of_others(options.folder / INDEX):
        parser.error(f"{options.folder} has an {INDEX} that is not one of the lessons. Name another folder.")
    return options.folder, paths


def is_of_others(index):
    return index.exists() and MARK not in index.read_text(encoding="utf-8", errors="replace")


def run(notebook, path):
    print(f"{path.stem} ...", end="", flush=True)
    started = time.monotonic()
    where = {"metadata": {"path": str(path.parent)}}
    try:
        InterruptibleClient(notebook, kernel_name=KERNEL, timeout=None, coalesce_streams=True, resources=where).run()
    except (CellExecutionError, DeadKernelError) as error:
        print(" failed", flush=True)
        sys.exit(f"tutor: {path.stem} does not run to its end: {str(error).strip().splitlines()[-1]}")
    print(f" {time.monotonic() - started:.0f} s", flush=True)


def link_to_pages(notebook, names):
    """Links to lessons lead to their pages; of a lesson that has none here, the words are left."""

    def to_page(link):
        words, name, place = link.groups()
        return f"[{words}]({name}.html{place or ''})" if name in names else words

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(to_page, cell.source)


def index_of(openings):
    return INDEX_PAGE.format(mark=MARK, lessons="\n".join(entry(name, opening) for name, opening in openings.items()))


def entry(name, opening):
    teaches = "".join(f"<li>{in_html(item)}</li>" for item in opening.teaches)
    return (
        f'<h2><a href="{escape(name)}.html">{in_html(opening.title)}</a></h2>\n'
        f"<ul>{teaches}</ul>\n"
        f'<p class="time">{in_html(opening.time)}</p>'
    )


def in_html(markdown):
    """The little that an opening uses: code and emphasis."""
    text = re.sub(r"`([^`]*)`", r"<code>\1</code>", escape(markdown, quote=False))
    text = re.sub(r"\*\*([^*]*)\*\*", r"<strong>\1</strong>", text)
    return re.sub(r"\*([^*]*)\*", r"<em>\1</em>", text)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
