"""How the reports look: light and dark, and in a notebook that is not trusted."""
import re

import nbformat
import pytest
from playwright.sync_api import expect

import contrast
from conftest import opened
from lab_driver import FOOTERS, REPORTS, load_state, new_page, write_notebook

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
LIFE = "%%memory life kept\nkept = [1, 2, 3]\nbox = {'here': kept}\nfor n in range(1_000):\n    also = kept\ndel kept, also, box"
FOOTER = "footnote = [n * n for n in range(1_000_000)]"
REPORTING = {  # by the name of the picture: a cell, and how the first sentence of its report begins
    "gc": ("%memory gc", r"Freed 2\.0\d.MB: 40 Node objects in 20 cycles\."),
    "pools": ("%memory pools", r"[\d,]+ objects keep \d+ arenas \(.*MB\) from going back to the system\."),
    "pools-diff": ("%memory pools --diff 3", r"Cell \[3\] took \d+ arenas \(.*MB\) from the system and gave none back\."),
    "structures": ("%memory structures 2_000", r"A list needs 16\.1.kB for 2,000 numbers, a set 131.kB and a dict"),
    "compare": (
        "%%memory compare\n## list\nsum([k * k for k in range(1_000_000)])\n## generator\nsum(k * k for k in range(1_000_000))",
        r"The list needs 40\.4.MB at its peak, the generator \d{3}.B\. Both keep nothing\.",
    ),
    "compare-sizes": (
        "%%memory compare n=100..10_000\n## list\nsum([k * k for k in range(n)])\n## generator\nsum(k * k for k in range(n))",
        r"The list’s peak grows in proportion to n, .* the generator’s does not grow",
    ),
    "compare-first": (
        "%memory compare [k * k for k in range(100_000)] vs (k * k for k in range(100_000)) --first",
        r"The first has its first item after .* and 4\.00.MB, the second after .* and \d{3}.B\.",
    ),
    "predict": (
        "%%memory predict 8 MB\nsquares = [n * n for n in range(1_000_000)]",
        r"You guessed 8.MB; it needed 40\.4.MB: five times as much\.",
    ),
    "progress": ("%memory progress", r"Your one guess was too small\."),
    "refs": (
        "class Leaf: pass\nroot = Leaf()\nroot.leaves = [Leaf() for n in range(2000)]\nroot.leaves[0].up = root\nroot.text = 'x' * 5000\n"
        "%memory refs root --depth 4",
        r"root leads to [\d,]+ other objects, .*kB with itself; \d+ are shown, the others folded\.",
    ),
    "refs-in": ("%memory refs root.leaves --in", r"One object holds root\.leaves directly\."),
    "check-passed": ("%%memory check kept<10kB\ntotal = sum(n * n for n in range(1_000))", r"Passed: kept .* \(limit 10.kB\)\."),
    "explain": ("%memory explain arena", r"arena: A stretch of 1.MiB"),
    "measure": ("%memory measure sorted(range(100_000))", r"It needs \d\.\d\d.MB at its peak and keeps nothing\."),
    "who": ("reader = lambda rows=[bytes(1000) for n in range(100)]: rows\nmine = [reader.__defaults__[0][0]]\n"
            "%memory who mine[0]", r"mine\[0\]: 1\.03.kB, 2 holders\."),
    "types": ("class Point:\n    def __init__(self, n): self.n = n\npoints = [Point(n) for n in range(20_000)]\n%memory types",
              r"Of your cells [\d,]+ objects are in use, .*MB\. 20,000 are Point"),
    "size": ("table = {n: str(n) for n in range(50_000)}\n%memory size points table",
             r"Together .*MB, each object counted once; they share nothing\."),
    "who-ranking": ("%memory who", r"squares holds most: .*MB would go with it \(del squares\)\."),
    "overview": ("%memory", r"In use: \d+\.?\d*.MB\."),
    "cells": ("%memory cells", r"Cell \[\d+\] has most still in use: 40\.4.MB\."),
    "life": (LIFE, r".*kept \(list, bound at line 2\) died at line 6, when its last reference went\."),
    "help": ("%memory help", r"%memory says where memory is and what it cost\."),
}
SOURCES = [CYCLES, REPORTING["gc"][0], FRAGMENTS, *[source for source, _ in list(REPORTING.values())[1:]]]
SOURCES += [FOOTER, FAILING + "\nheld = bytes(2_000_000)"]
SEEN = "part => part.checkVisibility()"
CUT = """part => [...part.querySelectorAll('*')].filter(one => one.checkVisibility() && one.clientWidth > 0
    && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
    && getComputedStyle(one).overflow !== 'visible').map(one => one.innerText.slice(0, 60))"""
# Pairs of cells, paragraphs and pictures of which one lies upon the other and neither is in the other.
UPON_EACH_OTHER = """part => {
    const parts = [...part.querySelectorAll('td, th, p, img, summary, pre')].filter(one => one.checkVisibility());
    const boxes = parts.map(one => one.getBoundingClientRect());
    const found = [];
    for (let i = 0; i < parts.length; ++i)
        for (let j = i + 1; j < parts.length; ++j) {
            const wide = Math.min(boxes[i].right, boxes[j].right) - Math.max(boxes[i].left, boxes[j].left);
            const high = Math.min(boxes[i].bottom, boxes[j].bottom) - Math.max(boxes[i].top, boxes[j].top);
            if (wide > 1 && high > 1 && !parts[i].contains(parts[j]))
                found.push([parts[i].outerHTML.slice(0, 80), parts[j].outerHTML.slice(0, 80)]);
        }
    return found;
}"""


@pytest.fixture(scope="module")
def gallery(lab, folder, browser):
    """One notebook with all of them, run once, and saved."""
    write_notebook(folder / "gallery.ipynb", SOURCES, failing=FAILING)
    page = tall_page(browser)
    notebook = opened(lab, page, "gallery.ipynb")
    notebook.run_all()
    notebook.save()
    cell_with(notebook, FOOTER).locator("summary").first.click()
    yield notebook
    page.context.close()


def test_each_says_first_what_it_found(gallery):
    for name, (_, words) in REPORTING.items():
        said = report_of(gallery, name).locator("p").first.inner_text()
        assert re.match(words, said.replace("\N{NO-BREAK SPACE}", " ")), f"{name}: {said}"


def test_a_failed_check_says_what_was_too_much(gallery):
    expect(gallery.errors).to_have_count(1)
    expect(gallery.errors).to_contain_text(re.compile(r"^CheckFailed: It kept 2\.00.MB; the limit is 10.kB\."))


def test_nothing_is_cut_or_covered_or_wider_than_it_may_be(gallery):
    for name, report in parts_of(gallery):
        assert report.evaluate("part => Math.max(part.offsetWidth, part.scrollWidth)") <= 600, name
        assert report.evaluate(CUT) == [], name
        assert report.evaluate(UPON_EACH_OTHER) == [], name
        for image in report.locator("img").all():
            if image.evaluate(SEEN):
                assert image.bounding_box()["width"] == int(image.get_attribute("width")), name


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_it_can_be_read_in_every_theme(gallery, screenshots, theme):
    gallery.use_theme(theme)
    take_screenshots(gallery, screenshots, theme.split()[-1].lower())

    for name, report in parts_of(gallery):
        for words, ratio in contrast.of_texts(report, "summary, p, b, td, th, figcaption, div, pre, code"):
            assert ratio >= 4.5, f"{name}: {words}"


def test_it_is_whole_where_it_is_not_trusted(gallery, lab, folder, browser, screenshots):
    notebook = nbformat.read(folder / "gallery.ipynb", as_version=4)  # as it was saved
    canary = nbformat.v4.new_output("display_data", {"text/html": "<p>A canary<svg width='9' height='9'></svg></p>"})
    notebook.cells[0].outputs.append(canary)  # voids the signature
    nbformat.write(notebook, folder / "gallery-untrusted.ipynb")

    page = tall_page(browser)
    untrusted = opened(lab, page, "gallery-untrusted.ipynb")

    expect(untrusted.panel.get_by_text("A canary").locator("svg")).to_have_count(0)
    assert untrusted.reports.count() == gallery.reports.count() >= len(REPORTING)
    cell_with(untrusted, FOOTER).locator("summary").first.click()
    for (name, there), (_, here) in zip(parts_of(untrusted), parts_of(gallery), strict=True):
        assert there.inner_text() == here.inner_text(), name
        assert there.locator("table").count() == here.locator("table").count(), name
        assert there.locator("svg, script, style").count() == 0, name
    states = load_state(untrusted.pictures)
    assert len(states) == gallery.pictures.count() >= 10
    assert [width for width, _ in states if width <= 0] == []
    take_screenshots(untrusted, screenshots, "untrusted")
    page.context.close()


def tall_page(browser):
    """A page on which the longest report is whole in a picture."""
    return new_page(browser, viewport={"width": 1100, "height": 2000})


def cell_with(notebook, source):
    return notebook.code_cells.nth(SOURCES.index(source))


def report_of(notebook, name):
    return cell_with(notebook, REPORTING[name][0]).locator(REPORTS)


def parts_of(notebook):
    """Each report, and a footer that is open."""
    reports = [(name, report_of(notebook, name)) for name in REPORTING]
    return [*reports, ("footer", cell_with(notebook, FOOTER).locator(FOOTERS))]


def take_screenshots(notebook, folder, theme):
    for name, (source, _) in REPORTING.items():
        cell_with(notebook, source).screenshot(path=folder / f"{theme}-report-{name}.png")
    cell_with(notebook, FOOTER).screenshot(path=folder / f"{theme}-report-footer.png")
    notebook.code_cells.last.screenshot(path=folder / f"{theme}-report-check-failed.png")
