"""./tutor pages: the lessons as web pages, which are whole without a kernel and without a network."""

import os
import re
import signal
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lesson import LESSONS, read

PROGRAM = Path(__file__).resolve().parents[2] / "share" / "tutor" / "pages.py"
LOADING = {"src", "srcset", "data", "poster", "background", "action", "formaction", "xlink:href"}
URL_IN_CSS = re.compile(r"url\(\s*['\"]?(?!data:|#)([^)'\"]*)|@import[^;]*")


class Page(HTMLParser):
    """What a page would load, where it links to, and its text."""

    def __init__(self, path):
        super().__init__()
        self.loads, self.links, self.text, self.open = [], [], "", []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        for name, value in attributes:
            if name == "href" and tag == "a":
                self.links.append(value)
            elif name in LOADING or name == "href":
                self.loads += [value] if not value.startswith("data:") else []
            elif name == "style":
                self.loads += URL_IN_CSS.findall(value)

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.loads += URL_IN_CSS.findall(data)
        elif not self.open or self.open[-1] != "script":
            self.text += data

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass


def pages(*words):
    return subprocess.run([sys.executable, PROGRAM, *map(str, words)], capture_output=True, text=True)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages") / "new"
    done = pages(folder)
    assert done.returncode == 0, done.stderr
    assert sorted(path.stem for path in folder.glob("*.html")) == [*(path.stem for path in LESSONS), "index"]
    return folder


@pytest.fixture
def page(folder, path):
    return Page(folder / f"{path.stem}.html")


@pytest.fixture
def index(folder):
    return Page(folder / "index.html")


def test_nothing_is_loaded(page, index):
    assert page.loads == []
    assert index.loads == []


def test_the_index_leads_to_each_page(index):
    assert index.links == [f"{path.stem}.html" for path in LESSONS]


def test_the_index_says_what_each_teaches_and_how_long_it_takes(index, notebook):
    opening = notebook.cells[0].source
    assert opening.splitlines()[0].removeprefix("# ") in index.text
    for item in re.findall(r"^- (.*?)[;.]$", opening, re.MULTILINE):
        assert re.sub(r"[`*]", "", item) in index.text
    (time,) = re.findall(r"[^.\n]* minutes\.", opening)
    assert time.strip() in index.text


def test_a_page_has_its_footers_and_the_way_back(page, notebook):
    measured = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert page.text.count("Memory: ") >= len(measured)
    assert "index.html" in page.links


def test_links_lead_to_pages_that_are_there(folder, page):
    local = [link.partition("#")[0] for link in page.links if not link.startswith("#") and "://" not in link]
    assert all((folder / link).is_file() for link in local), local
    assert not [link for link in page.links if ".ipynb" in link]


def test_all_cells_are_on_the_page(page, notebook):
    shown = re.sub(r"\s", "", page.text)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert re.sub(r"\s", "", cell.source) in shown, cell.id


def test_it_can_be_stopped(tmp_path):
    running = subprocess.Popen([sys.executable, "-u", PROGRAM, tmp_path, "00"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert os.read(running.stdout.fileno(), 100).startswith(b"00_start_here ...")
    running.send_signal(signal.SIGINT)
    _, error = running.communicate()
    assert (running.returncode, error) == (1, b"\nStopped.\n")
    assert list(tmp_path.iterdir()) == []


def test_an_index_of_something_else_is_not_written_over(tmp_path):
    (tmp_path / "index.html").write_text("my home page")
    refused = pages(tmp_path, "00")
    assert refused.returncode == 2
    assert "has an index.html that is not one of the lessons" in refused.stderr
    assert (tmp_path / "index.html").read_text() == "my home page"


def test_an_unknown_lesson_is_told_which_there_are(tmp_path):
    refused = pages(tmp_path / "new", "99")
    assert refused.returncode == 2
    assert f"there is no lesson 99. There are: {LESSONS[0].stem}" in refused.stderr
    assert not (tmp_path / "new").exists()
