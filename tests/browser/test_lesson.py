"""The lessons in the JupyterLab of `./tutor lab`: the one it opens on, and the one on generators."""
import re

import pytest
from playwright.sync_api import expect

from conftest import LESSON, START, opened
from lab_driver import Lab, Notebook, load_state

pytestmark = pytest.mark.timeout(900)  # the first test may have to build the kernel


CHECKPOINT = {"id": "checkpoint", "last_modified": "2000-01-01T00:00:00Z"}


def test_lab_opens_where_the_lessons_start(tmp_path, page):
    lab = Lab(tmp_path)  # on the repository's own folder, so nothing is to be written
    try:
        page.route("**/api/contents/**", without_writing)
        notebook = Notebook(page, lab.url)
        expect(notebook.page.locator(".lm-DockPanel-tabBar .lm-mod-current")).to_have_text(START.name)
        expect(notebook.cells.first).to_contain_text("Start here")
    finally:
        lab.end()


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
    for natural_width, words in load_state(notebook.pictures):
        assert natural_width > 0 and words
    expect(notebook.errors).to_have_count(1)  # the task is not solved yet
    expect(notebook.errors.first).to_contain_text("CheckFailed")
    comparison.first.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / "lesson.png")


def without_writing(route):
    """Lab asks for a checkpoint when it opens a notebook that has none."""
    if route.request.method == "GET":
        route.continue_()
    elif "/checkpoints" in route.request.url:
        route.fulfill(status=201, json=CHECKPOINT)
    else:
        route.abort()
