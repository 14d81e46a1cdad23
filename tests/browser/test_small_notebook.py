"""What a reader sees under the cells of a small notebook: run here, opened from somebody else, light and dark."""
import re

import nbformat
import pytest
from playwright.sync_api import expect

import contrast
from conftest import KEPT, SMALL, opened
from lab_driver import FOOTERS, KERNEL, REPORT, REPORTS, load_state

pytestmark = pytest.mark.timeout(900)  # the first test may have to build the kernel

SANITISED = "<p>A canary<svg width='9' height='9'></svg></p>"
WIDTH_OF_BAR = "image => Number(/<rect[^>]* width=\"(\\d+)\"/.exec(atob(image.src.split(',')[1]))[1])"
SUMMARIES = [
    r"kept nothing\.",
    r"kept nothing\.",
    r"kept 10\.0.MB\.",
    r"kept 10\.0.MB, freed 10\.0.MB made by \[3\]\.",
    r"freed 10\.0.MB made by \[4\], kept nothing\.",
    r"kept (nothing|under 1.kB)\.",  # the traceback's own
    r"kept 40\.4.MB\.",
    r"kept nothing\.",
    r"kept nothing\.",
    r"needed 40\.4.MB while running, kept nothing\.",
]


def test_it_ran_on_the_memory_tutor(small):
    expect(small.panel.locator(".jp-KernelName, [data-jp-item-name=kernelName]")).to_contain_text(KERNEL)
    expect(small.status).to_contain_text(f"{KERNEL} | Idle")
    expect(small.code_cells.locator(".jp-InputPrompt")).to_have_text([f"[{n}]:" for n in range(1, len(SMALL) + 1)])


def test_only_the_cell_that_fails_has_an_error(small):
    expect(small.errors).to_have_count(1)
    expect(small.errors).to_contain_text("ZeroDivisionError: division by zero")


def test_a_footer_is_under_each_cell(small):
    for cell, words in zip(small.code_cells.all(), SUMMARIES, strict=True):
        last_output = cell.locator(".jp-OutputArea-output").last
        expect(last_output.locator("summary")).to_have_text(re.compile("^Memory: " + words + "$"))


def test_a_footer_unfolds_to_its_figures(small):
    footer = small.footers.nth(2)
    table = footer.locator("table").first
    expect(table).not_to_be_visible()

    footer.locator("summary").click()
    expect(table).to_be_visible()
    expect(table).to_contain_text(re.compile(r"kept at the end\s*10\.0.MB\s*10,000,\d{3}.B"))

    footer.locator("summary").click()
    expect(table).not_to_be_visible()


def test_the_reports_say_what_they_found(small):
    expect(report_of(small, "%memory footer on")).to_have_text("The memory footer is shown under every cell.")
    expect(report_of(small, "%memory").locator("p").first).to_have_text(
        re.compile(r"^In use: \d+\.\d.MB\. Cell \[7\] made \d+.% of it\.$")
    )
    expect(report_of(small, "%memory cells").locator("p").first).to_have_text(
        re.compile(r"^Cell \[7\] has most still in use: 40\.4.MB\.$")
    )


def test_the_comparison_is_drawn(small):
    report = report_of(small, "%%memory compare")
    expect(report.locator("p").first).to_have_text(
        re.compile(r"^The list needs 40\.4.MB at its peak, the generator \d{3}.B\. Both keep nothing\.$")
    )
    rows = report.locator("table").first.locator("tbody tr")
    assert [row.locator("td").first.inner_text() for row in rows.all()] == ["list", "generator"]
    list_bar, generator_bar = rows.locator("img").all()
    assert list_bar.evaluate(WIDTH_OF_BAR) == int(list_bar.get_attribute("width"))
    assert generator_bar.evaluate(WIDTH_OF_BAR) == 1


def test_every_picture_is_there_and_has_words(small):
    assert_pictures_are_whole(small)


def test_no_bar_is_shrunk(small):
    """Whole pixels have sharp edges, and the least bar is seen."""
    for image in small.pictures.all():
        assert image.bounding_box()["width"] == int(image.get_attribute("width"))


def test_no_report_is_wider_than_it_may_be(small):
    for part in [*small.reports.all(), *small.footers.all()]:
        assert part.evaluate("part => Math.max(part.offsetWidth, part.scrollWidth)") <= 600


def test_it_is_whole_where_it_is_not_trusted(small, lab, folder, page, screenshots):
    notebook = nbformat.read(folder / "small.ipynb", as_version=4)  # as it was saved
    reports = [output for cell in notebook.cells for output in cell.outputs if REPORT in output.get("data", {})]
    notebook.cells[0].outputs.append(nbformat.v4.new_output("display_data", {"text/html": SANITISED}))  # voids the signature
    nbformat.write(notebook, folder / "untrusted.ipynb")

    untrusted = opened(lab, page, "untrusted.ipynb")

    expect(page.locator(".jp-StatusItem-trust")).to_have_attribute("title", re.compile("not trusted"))
    expect(untrusted.panel.get_by_text("A canary")).to_be_visible()
    expect(untrusted.panel.get_by_text("A canary").locator("svg")).to_have_count(0)
    assert untrusted.footers.count() + untrusted.reports.count() == len(reports)
    assert_pictures_are_whole(untrusted)
    assert all_html(untrusted.footers) == all_html(small.footers)
    assert all_html(untrusted.reports) == all_html(small.reports)
    cell_of(untrusted, KEPT).locator("summary").click()
    take_screenshots(untrusted, screenshots, "untrusted")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_it_can_be_read_in_every_theme(small, screenshots, theme):
    small.use_theme(theme)
    unfolded = cell_of(small, KEPT).locator(FOOTERS)
    unfolded.locator("summary").click()
    take_screenshots(small, screenshots, theme.split()[-1].lower())

    texts = "summary, summary b, p, td:not(:has(img)), th"
    for part in [*small.reports.all(), unfolded, *small.footers.locator("summary").all()]:
        for text in [part, *part.locator(texts).all()]:
            assert contrast.of_text(text) >= 4.5, text.inner_text()
    for image in small.pictures.all():
        for fill, ratio in contrast.of_fills(image).items():
            assert ratio >= 3, f"#{fill} in the bar of {image.get_attribute('alt')}"
    unfolded.locator("summary").click()


def cell_of(notebook, first_line):
    return notebook.code_cells.nth([source.splitlines()[0] for source in SMALL].index(first_line))


def report_of(notebook, first_line):
    return cell_of(notebook, first_line).locator(REPORTS)


def assert_pictures_are_whole(notebook):
    states = load_state(notebook.pictures)
    assert len(states) >= 8
    for natural_width, words in states:
        assert natural_width > 0 and words, f"{words!r}: {natural_width} px"


def all_html(parts):
    """Without the one nicety that only a trusted notebook has: digits of the same width in any font."""
    html = [part.evaluate("part => part.outerHTML") for part in parts.all()]
    return [text.replace(";font-variant-numeric:tabular-nums", "") for text in html]


def take_screenshots(notebook, folder, name):
    """A picture of each cell that has something to see, and of the whole window."""
    notebook.page.screenshot(path=folder / f"{name}-window.png")
    cells = {"footer": KEPT, "overview": "%memory", "cells": "%memory cells", "compare": "%%memory compare"}
    for what, first_line in cells.items():
        cell_of(notebook, first_line).screenshot(path=folder / f"{name}-{what}.png")
