"""The lesson on generators, as `./tutor lab` opens it."""
import hashlib
import re

import pytest
from playwright.sync_api import expect

from conftest import LESSON, opened
from lab_driver import Lab, Notebook, load_state

pytestmark = pytest.mark.timeout(900)  # the first test may have to build the kernel


def test_lab_opens_on_it(tmp_path, page):
    before = hashlib.sha256(LESSON.read_bytes()).hexdigest()
    lab = Lab(tmp_path)
    try:
        page.route("**/api/contents/**", reads_only)
        notebook = Notebook(page, lab.url)
        expect(page.locator(".jp-mod-current .lm-TabBar-tabLabel, .lm-mod-current .lm-TabBar-tabLabel").last).to_have_text(
            LESSON.name
        )
        expect(notebook.cells.first).to_be_visible()
    finally:
        lab.end()
    assert hashlib.sha256(LESSON.read_bytes()).hexdigest() == before


def test_it_runs_and_shows_what_it_teaches(lab, page, screenshots):
    assert LESSON.exists(), f"there is no {LESSON.name}"
    notebook = opened(lab, page, LESSON.name)
    notebook.run_all()

    summaries = notebook.footers.locator("> summary").all_inner_texts()
    assert summaries and all(summary.startswith("Memory: ") for summary in summaries)
    footer = notebook.footers.first
    footer.locator("summary").first.click()
    expect(footer.locator("table").first).to_be_visible()
    comparison = notebook.reports.filter(has_text=re.compile(r"The list needs .* at its peak, the generator"))
    expect(comparison.first).to_be_visible()
    assert comparison.first.locator("img").count() >= 2
    for natural_width, words in load_state(notebook.panel.locator(".jp-OutputArea img")):
        assert natural_width > 0 and words
    expect(notebook.panel.locator("[data-mime-type='application/vnd.jupyter.stderr']")).to_have_count(0)
    comparison.first.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / "lesson.png")


def reads_only(route):
    if route.request.method in ("GET", "HEAD"):
        route.continue_()
    else:
        route.abort()
