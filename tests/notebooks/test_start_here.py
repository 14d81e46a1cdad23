"""The table of the lessons in 00_start_here.ipynb agrees with the lessons."""

import re

import pytest

from lesson import FOLDER, LESSONS, by_id, read

ROW = re.compile(r"^\| \[[^]]*\]\(([^)]+)\) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
START = FOLDER / "00_start_here.ipynb"
ROWS = ROW.findall(by_id(read(START))["where-next"].source)


@pytest.mark.parametrize(("name", "time"), ROWS)
def test_the_lesson_is_there_and_takes_so_long(name, time):
    assert time in read(FOLDER / name).cells[0].source


def test_all_lessons_are_in_the_table():
    assert {name for name, _ in ROWS} >= {path.name for path in LESSONS} - {START.name}
