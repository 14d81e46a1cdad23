"""How the larger reports look: light and dark, and in a notebook that is not trusted."""
import re

import nbformat
import pytest
from playwright.sync_api import expect

import contrast
from conftest import opened
from lab_driver import REPORTS, load_state, new_page, write_notebook

pytestmark = pytest.mark.timeout(900)  # the first test may have to build the kernel

FAILING = "%%memory check kept<10kB peak<1MB"
CYCLES = "\n".join(
    [
        "class Node:",
        "    pass",
        "for n in range(20):",
        "    one, other = Node(), Node()",
        "    one.other, other.one = other, one",
        "    one.payload = bytes(100_000)",
        "del one, other",
    ]
)
FRAGMENTS = "scattered = [bytes(100) for n in range(100_000)]\nkept = scattered[::100]\ndel scattered"
REPORTING = {  # by the name of the picture: a cell, and how the first sentence of its report begins
    "gc": ("%memory gc", r"Freed 2\.0\d.MB: 40 Node objects in 20 cycles\."),
    "pools": ("%memory pools", r"\d+ objects keep \d+ arenas \(.*MB\) from going back to the system\."),
    "structures": ("%memory structures 2_000", r"\S"),
    "compare-sizes": (
        "%%memory compare n=100..10_000\n## list\nsum([k * k for k in range(n)])\n## generator\nsum(k * k for k in range(n))",
        r"The list’s peak grows in proportion to n, .* the generator’s does not grow",
    ),
    "predict": (
        "%%memory predict 8 MB\nsquares = [n * n for n in range(1_000_000)]",
        r"You guessed 8.MB; it needed 40\.4.MB: five times as much\.",
    ),
    "progress": ("%memory progress", r"0 of 1 "),
    "check-passed": ("%%memory check kept<10kB\ntotal = sum(n * n for n in range(1_000))", r"Passed: kept .* \(limit 10.kB\)\."),
    "explain": ("%memory explain arena", r"arena"),
    "measure": ("%memory measure sorted(range(100_000))", r"It needs \d\.\d\d.MB at its peak and keeps nothing\."),
}
SOURCES = [CYCLES, REPORTING["gc"][0], FRAGMENTS, *[source for source, _ in list(REPORTING.values())[1:]]]
SOURCES.append(FAILING + "\nheld = bytes(2_000_000)")


@pytest.fixture(scope="module")
def gallery(lab, folder, browser):
    """One notebook with all of them, run once, and saved."""
    write_notebook(folder / "gallery.ipynb", SOURCES, failing=FAILING)
    page = new_page(browser)
    notebook = opened(lab, page, "gallery.ipynb")
    notebook.run_all()
    notebook.save()
    yield notebook
    page.context.close()


@pytest.mark.parametrize("name", REPORTING)
def test_it_says_first_what_it_found(gallery, name):
    words = report_of(gallery, name).locator("p").first
    expect(words).to_have_text(re.compile("^" + REPORTING[name][1]))


def test_a_failed_check_says_what_was_too_much(gallery):
    expect(gallery.errors).to_have_count(1)
    expect(gallery.errors).to_contain_text(re.compile(r"^CheckFailed: It kept 2\.00.MB; the limit is 10.kB\."))


def test_nothing_is_cut_or_wider_than_it_may_be(gallery):
    for name in REPORTING:
        report = report_of(gallery, name)
        assert report.evaluate("part => Math.max(part.offsetWidth, part.scrollWidth)") <= 600, name
        for image in report.locator("img").all():
            assert image.bounding_box()["width"] == int(image.get_attribute("width")), name


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_it_can_be_read_in_every_theme(gallery, screenshots, theme):
    gallery.use_theme(theme)
    take_screenshots(gallery, screenshots, theme.split()[-1].lower())

    for name in REPORTING:
        report = report_of(gallery, name)
        for text in [report, *report.locator("summary, p, b, td:not(:has(img)), th, figcaption").all()]:
            assert contrast.of_text(text) >= 4.5, f"{name}: {text.inner_text()}"


def test_it_is_whole_where_it_is_not_trusted(gallery, lab, folder, page, screenshots):
    notebook = nbformat.read(folder / "gallery.ipynb", as_version=4)  # as it was saved
    canary = nbformat.v4.new_output("display_data", {"text/html": "<p>A canary<svg width='9' height='9'></svg></p>"})
    notebook.cells[0].outputs.append(canary)  # voids the signature
    nbformat.write(notebook, folder / "gallery-untrusted.ipynb")

    untrusted = opened(lab, page, "gallery-untrusted.ipynb")

    expect(untrusted.panel.get_by_text("A canary").locator("svg")).to_have_count(0)
    assert untrusted.reports.count() == gallery.reports.count() >= len(REPORTING)
    for name in REPORTING:
        there, here = report_of(untrusted, name), report_of(gallery, name)
        assert there.inner_text() == here.inner_text(), name
        assert there.locator("table").count() == here.locator("table").count(), name
        assert there.locator("svg").count() == 0, name
    states = load_state(untrusted.pictures)
    assert len(states) == gallery.pictures.count() >= 10
    for natural_width, words in states:
        assert natural_width > 0 and words, f"{words!r}: {natural_width} px"
    take_screenshots(untrusted, screenshots, "untrusted")


def cell_of(notebook, name):
    return notebook.code_cells.nth(SOURCES.index(REPORTING[name][0]))


def report_of(notebook, name):
    return cell_of(notebook, name).locator(REPORTS)


def take_screenshots(notebook, folder, theme):
    for name in REPORTING:
        cell_of(notebook, name).screenshot(path=folder / f"{theme}-report-{name}.png")
    notebook.code_cells.last.screenshot(path=folder / f"{theme}-report-check-failed.png")
