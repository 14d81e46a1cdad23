"""A kernel in which very many cells run: makers' numbers are recycled, nothing is misattributed, the ledger stays small.

100,000 cells with XMEMORY_LONG=1; else 3,500, which is more than there are numbers; more cells that keep something than numbers only then.
"""
import json
import os

import pytest

pytestmark = pytest.mark.xmemory_only

LONG = os.environ.get("XMEMORY_LONG") == "1"
CELLS = 100_000 if LONG else 3_500
NUMBERS = 3_071
EVERY = 100  # each such cell keeps something; so does each cell of a run that needs more numbers than there are


def resident(kernel):
    with open(f"/proc/{kernel.pid}/statm") as file:
        return int(file.read().split()[1]) * 4096


def books(kernel):
    books = json.loads(kernel.ok("print(json.dumps(xmemory._check()))").stdout)
    assert books["ledger"] == books["pools"]
    assert books["in_use_by_maker_bytes"] == books["in_use_by_origin_bytes"]


@pytest.mark.timeout(3000 if LONG else 300)
def test_cells_that_keep_little_cost_little_and_are_told_apart(fresh):
    fresh.ok("import json, xmemory\nkept = []")
    for n in range(300):
        fresh.ok("x = bytes(1000)")
    before, makers = resident(fresh), {}

    for n in range(CELLS):
        if n % EVERY:
            record = fresh.ok("x = bytes(1000)").record
            assert (record["allocated_bytes"], record["kept_bytes"], record["peak_bytes"]) == (1033, 1033, 1033), n
            assert n == 0 or record["freed_earlier_bytes"] == 1033 or (n - 1) % EVERY == 0, n
        else:
            record = fresh.ok("x = None\nkept[len(kept):] = [bytes(5000)]").record
            makers[str(record["cell"])] = len(makers)
            assert record["origins"]["python_large"]["allocated_bytes"] >= 5033

    grown = resident(fresh) - before
    assert grown < 10_000_000 + 5100 * len(makers) + 2_500 * CELLS, grown  # IPython's own history of the cells is most of it
    books(fresh)
    # Each is freed by a cell of its own, which names the one that made it.
    numbers = [int(cell) for cell in makers]
    for place in (0, len(numbers) // 2, len(numbers) - 1):
        record = fresh.ok(f"kept[{place}] = None").record
        assert record["freed_earlier_by_cell"] == {str(numbers[place]): 5033}, place
    books(fresh)


@pytest.mark.skipif(not LONG, reason="a minute: with XMEMORY_LONG=1")
@pytest.mark.timeout(3000)
def test_more_keeping_cells_than_numbers_are_folded_into_earlier_and_add_up(fresh):
    fresh.ok("import json, xmemory\nkept = [None] * 10_000")
    count = NUMBERS + 200
    first = fresh.ok("kept[0] = bytes(5000)").record["cell"]
    for n in range(1, count):
        fresh.ok(f"kept[{n}] = bytes(5000)")
    books(fresh)

    record = fresh.ok(f"kept[{count - 1}] = None").record
    assert record["freed_earlier_by_cell"] == {str(first + count - 1): 5033}
    record = fresh.ok("kept[0] = None").record
    assert record["freed_earlier_by_cell"] == {"0": 5033}  # too long ago to say which
    record = fresh.ok("kept[:] = [None] * 10_000").record
    assert record["freed_earlier_bytes"] >= 5033 * (count - 2)
    books(fresh)
