"""The kernel that runs CPython's test suite, the stock Python beside it, and the summing up."""
import json
import os
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "protocol"))

from modules import NOT_IN_PROCESS, SUITE, all_modules
from sides import KernelSide, StockSide

REPORT = Path(__file__).resolve().parents[2] / "build" / "test-reports" / "cpython_suite.json"
LONG = os.environ.get("XMEMORY_LONG") == "1"


def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.timeout(2000 if LONG else 300))


@pytest.fixture(scope="session")
def stock():
    side = StockSide()
    yield side
    side.end()


@pytest.fixture(scope="session")
def here(tmp_path_factory):
    side = KernelSide(tmp_path_factory)
    yield side
    side.end()


@pytest.fixture(scope="session")
def table():
    """One row a module; written down at the end."""
    rows = []
    yield rows
    sums = Counter()
    for row in rows:
        sums.update({name: number for name, number in row.items() if isinstance(number, int)})
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    left_out = NOT_IN_PROCESS if LONG else {}
    REPORT.write_text(
        json.dumps({"modules": len(rows), **sums, "rows": rows, "left_out": left_out, "of_modules": len(all_modules())}, indent=1)
    )
    print(f"\nCPython's test suite in the kernel: {len(rows)} modules, " + ", ".join(f"{n} {word}" for word, n in sums.items()))
