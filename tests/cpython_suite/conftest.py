"""The kernel that runs CPython's test suite, the stock Python beside it, and the summing up."""
import json
import os
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "protocol"))

import results
from modules import NOT_IN_PROCESS, all_modules
from sides import KernelSide, StockSide

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
    died = [row["module"] for row in rows if row.get("stock dies")]
    rows = [row for row in rows if not row.get("stock dies")]
    sums = Counter()
    for row in rows:
        sums.update({name: number for name, number in row.items() if isinstance(number, int)})
    results.REPORT.parent.mkdir(parents=True, exist_ok=True)
    report = {"modules": len(rows), **sums, "rows": rows, "left_out": NOT_IN_PROCESS if LONG else {}, "stock dies of": died,
              "of_modules": len(all_modules())}  # fmt: skip
    results.REPORT.write_text(json.dumps(report, indent=1))
    if LONG and len(rows) > report["of_modules"] // 2:  # not of a few modules that were asked for by name
        results.FILE.write_text(results.table_of(report))
    print(f"\nCPython's test suite in the kernel: {len(rows)} modules, " + ", ".join(f"{n} {word}" for word, n in sums.items()))
