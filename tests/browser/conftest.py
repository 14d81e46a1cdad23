"""One JupyterLab and one Chromium for all browser tests; a page for each."""
import itertools
import shutil

import pytest

from lab_driver import ROOT, Lab, Notebook, chromium, new_page, write_notebook

START = ROOT / "notebooks" / "00_start_here.ipynb"
LESSON = ROOT / "notebooks" / "01_generators.ipynb"
SCREENSHOTS = ROOT / "build" / "screenshots"
KEPT = "kept = [n * n for n in range(1_000_000)]"
SMALL = [
    "%memory footer on",
    "pass",
    "b = bytes(10_000_000)",
    "b = bytes(10_000_000)",
    "del b",
    "1/0",
    KEPT,
    "%memory",
    "%memory cells",
    "%%memory compare\n## list\nsum([n * n for n in range(1_000_000)])\n## generator\nsum(n * n for n in range(1_000_000))",
]
workspaces = itertools.count(1)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """What Lab is opened on: copies, so that the repository's own notebooks stay as they are."""
    folder = tmp_path_factory.mktemp("notebooks")
    write_notebook(folder / "small.ipynb", SMALL)
    if LESSON.exists():
        shutil.copy(LESSON, folder)
    return folder


@pytest.fixture(scope="session")
def lab(folder, tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("lab"), folder / "small.ipynb")
    yield lab
    lab.end()


@pytest.fixture(scope="session")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser):
    page = new_page(browser)
    yield page
    page.context.close()


@pytest.fixture(scope="session")
def screenshots():
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS


def opened(lab, page, name):
    """A notebook of the folder in a workspace of its own, so that no other tab comes back with it."""
    return Notebook(page, lab.address_of(name, f"test-{next(workspaces)}"))


@pytest.fixture
def empty(lab, page, folder, request):
    """A notebook for this test alone, with one empty cell."""
    name = f"{request.node.name}.ipynb"
    write_notebook(folder / name, [""])
    return opened(lab, page, name)


@pytest.fixture(scope="session")
def small(lab, browser):
    """The small notebook, run once for all the tests that look at it, and saved."""
    page = new_page(browser)
    notebook = opened(lab, page, "small.ipynb")
    notebook.run_all()
    notebook.save()
    yield notebook
    page.context.close()
