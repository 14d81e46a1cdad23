"""Most tests here are asked of every lesson; a lesson is run once for all of them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "share" / "tutor"))

import notebook_format  # before anything else that loads nbformat

from judge import Lesson
from lesson import LESSONS, by_id, claims_of, read


def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.timeout(900))  # the first test of a lesson waits for all its cells


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem, scope="session")
def path(request):
    return request.param


@pytest.fixture(scope="session")
def notebook(path):
    return read(path)


@pytest.fixture(scope="session")
def cells(notebook):
    return by_id(notebook)


@pytest.fixture(scope="session")
def claims(path):
    return claims_of(path)


@pytest.fixture(scope="session")
def lesson(path):
    return Lesson(path)


@pytest.fixture(scope="session")
def run(lesson):
    return lesson.run
