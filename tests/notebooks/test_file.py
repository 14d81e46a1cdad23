"""What a lesson's file looks like before anybody ran it."""

import re

from lesson import MAY_FAIL, code, prose, tags
from run import KERNEL

BLOCK_QUOTE = re.compile(r"^> ?(.*)$", re.MULTILINE)


def test_kernel_and_language(notebook):
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == KERNEL
    assert notebook.metadata.kernelspec.display_name == "Python 3 (memory tutor)"
    assert notebook.metadata.language_info.name == "python"


def test_nothing_of_a_run_is_saved(notebook):
    for cell in code(notebook):
        assert not cell.outputs and cell.execution_count is None, cell.id
        assert cell.metadata.keys() <= {"jupyter", "tags"}, cell.id


def test_only_checks_may_fail_and_what_is_meant_to(notebook, claims):
    may_fail = {task.check for task in claims.TASKS} | set(claims.FAILS)
    for cell in notebook.cells:
        assert tags(cell) <= {MAY_FAIL, "solution"}, cell.id
        assert (MAY_FAIL in tags(cell)) == (cell.id in may_fail), cell.id


def test_cells_have_names(notebook):
    for cell in notebook.cells:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", cell.id)


def test_it_opens_with_what_it_teaches_and_how_long_it_takes(notebook):
    opening = notebook.cells[0]
    assert opening.id == "opening" and opening.source.startswith("# ")
    assert re.search(r"^- ", opening.source, re.MULTILINE)
    assert re.search(r"\w+ minutes\b", opening.source)


def test_the_footer_is_switched_on_first(notebook):
    assert code(notebook)[0].source == "%memory footer on"


def test_the_article_is_quoted_word_for_word(claims, notebook, cells):
    for cell_id, words in claims.QUOTES.items():
        assert words in BLOCK_QUOTE.sub(r"\1", cells[cell_id].source)
    for cell_id, titles in claims.TITLES.items():
        assert all(f"*{title}*" in cells[cell_id].source for title in titles)
    for cell_id, source in claims.ARTICLE_CODE.items():
        assert cells[cell_id].source == source
    for cell in prose(notebook):
        assert all(line in claims.QUOTES.get(cell.id, "") for line in BLOCK_QUOTE.findall(cell.source)), cell.id
