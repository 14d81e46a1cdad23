"""A kernel in which very many cells run: makers' numbers are recycled, nothing is misattributed, the ledger stays small.

100,000 cells with XMEMORY_LONG=1; else 3,500, which is more than there are numbers; more cells that keep something than numbers only then.
What a stretch of cells took, and what the kernel itself has in use, stands in build/test-reports/many_cells.json.
"""
import json
import os
import time
from pathlib import Path

import pytest

import ledger_checker
from kernel_driver import REPORT_MIME

pytestmark = pytest.mark.xmemory_only

REPORT = Path(__file__).resolve().parents[2] / "build" / "test-reports" / "many_cells.json"
LONG = os.environ.get("XMEMORY_LONG") == "1"
CELLS = 100_000 if LONG else 3_500
NUMBERS = 3_071
STRETCH = CELLS // 10
EVERY = 100  # each such cell keeps something; so does each cell of a run that needs more numbers than there are


def resident(kernel):
    with open(f"/proc/{kernel.pid}/statm") as file:
        return int(file.read().split()[1]) * 4096


def in_use(kernel):
    """What the kernel's own side has in use, and what the process has in memory."""
    kernel.ok("%memory")
    messages = kernel.published[list(kernel.replies)[-1]]
    data = next(m["content"]["data"] for m in messages if m["msg_type"] == "display_data")[REPORT_MIME]
    return {"kernel_bytes": data["kernel_bytes"], "source_bytes": data["source_bytes"], "resident_bytes": resident(kernel)}


@pytest.mark.timeout(6000 if LONG else 300)
def test_cells_that_keep_little_cost_little_and_are_told_apart(fresh):
    fresh.ok("import json, xmemory\nkept = []")
    for n in range(300):
        fresh.ok("x = bytes(1000)")
    before, makers = resident(fresh), {}
    rows, began = [{"cells": 0, "seconds": 0, **in_use(fresh)}], time.monotonic()

    for n in range(CELLS):
        if n % EVERY:
            record = fresh.ok("x = bytes(1000)").record
            assert (record["allocated_bytes"], record["kept_bytes"], record["peak_bytes"]) == (1033, 1033, 1033), n
            assert n == 0 or record["freed_earlier_bytes"] == 1033 or (n - 1) % EVERY == 0, n
        else:
            record = fresh.ok("x = None\nkept[len(kept):] = [bytes(5000)]").record
            makers[str(record["cell"])] = len(makers)
            assert record["origins"]["python_large"]["allocated_bytes"] >= 5033
        if (n + 1) % STRETCH == 0:
            rows.append({"cells": n + 1, "seconds": round(time.monotonic() - began, 1), **in_use(fresh)})
            began = time.monotonic()
        if n % 1_000 == 0:  # the driver keeps all that it was sent
            for kept in (fresh.cells, fresh.replies, fresh.published):
                kept.clear()

    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(rows, indent=1))

    grown = resident(fresh) - before
    assert grown < 10_000_000 + 5100 * len(makers) + 2_500 * CELLS, grown  # IPython's own history of the cells is most of it
    ledger_checker.check(fresh)
    # Each is freed by a cell of its own, which names the one that made it.
    numbers = [int(cell) for cell in makers]
    for place in (0, len(numbers) // 2, len(numbers) - 1):
        record = fresh.ok(f"kept[{place}] = None").record
        assert record["freed_earlier_by_cell"] == {str(numbers[place]): 5033}, place
    ledger_checker.check(fresh)


@pytest.mark.skipif(not LONG, reason="a minute: with XMEMORY_LONG=1")
@pytest.mark.timeout(3000)
def test_more_keeping_cells_than_numbers_are_folded_into_earlier_and_add_up(fresh):
    fresh.ok("import json, xmemory\nkept = [None] * 10_000")
    count = NUMBERS + 200
    first = fresh.ok("kept[0] = bytes(5000)").record["cell"]
    for n in range(1, count):
        fresh.ok(f"kept[{n}] = bytes(5000)")
    ledger_checker.check(fresh)

    record = fresh.ok(f"kept[{count - 1}] = None").record
    assert record["freed_earlier_by_cell"] == {str(first + count - 1): 5033}
    record = fresh.ok("kept[0] = None").record
    assert record["freed_earlier_by_cell"] == {"0": 5033}  # too long ago to say which
    record = fresh.ok("kept[:] = [None] * 10_000").record
    assert record["freed_earlier_bytes"] >= 5033 * (count - 2)
    ledger_checker.check(fresh)
