"""Work that goes on after its cell carries the cell that started it: threads, executors, tasks of asyncio."""
import json

import pytest

pytestmark = pytest.mark.xmemory_only


def still_in_use(kernel, cell):
    return int(kernel.evaluate(f"xmemory.cell({cell})['still_in_use_bytes']"))


def books_balance(kernel):
    books = json.loads(kernel.ok("print(json.dumps(xmemory._check()))").stdout)
    assert books["ledger"] == books["pools"]
    assert books["in_use_by_maker_bytes"] == books["in_use_by_origin_bytes"]


@pytest.fixture
def ready(fresh):
    fresh.ok("import asyncio, json, threading, xmemory\nfrom concurrent.futures import ThreadPoolExecutor\nkept = [None] * 4\ntask = None")
    fresh.ok("await asyncio.sleep(0.01)")
    return fresh


LATER = "async def later():\n    await asyncio.sleep(0.05)\n    kept[0] = bytes(4_000_000)\ntask = asyncio.create_task(later())\nawait asyncio.sleep(0)"


def test_what_a_task_makes_during_a_later_cell_is_its_own_cells(ready):
    started = ready.ok(LATER).record
    before = still_in_use(ready, started["cell"])

    waited = ready.ok("await task").record

    assert waited["origins"]["python_large"]["allocated_bytes"] == 0
    assert waited["peak_bytes"] < 20_000
    assert 0 <= still_in_use(ready, started["cell"]) - before + 1_500 - 4_000_033 < 3_000  # less the task's own, now done
    freed = ready.ok("kept[0] = None").record
    assert freed["freed_earlier_by_cell"][str(started["cell"])] == 4_000_033
    books_balance(ready)


def test_a_task_that_frees_its_own_from_an_earlier_cell_moves_no_figure_of_the_running_one(ready):
    started = ready.ok(
        "async def ticking():\n    while True:\n        kept[1] = bytes(1_000_000)\n        await asyncio.sleep(0.01)\n"
        "task = asyncio.create_task(ticking())\nawait asyncio.sleep(0.05)"
    ).record

    waited = ready.ok("kept[2] = bytes(10_000)\nawait asyncio.sleep(0.2)").record

    large = waited["origins"]["python_large"]
    assert (large["allocated_bytes"], large["net_bytes"], large["peak_bytes"]) == (10_033, 10_033, 10_033)
    ready.ok("task.cancel()\nawait asyncio.sleep(0.01)")
    freed = ready.ok("kept[1] = None").record
    assert freed["freed_earlier_by_cell"] == {str(started["cell"]): 1_000_033}
    books_balance(ready)


def test_a_callback_belongs_to_the_cell_that_asked_for_it(ready):
    started = ready.ok(
        "def call(): kept[0] = bytes(2_000_000)\nasyncio.get_running_loop().call_later(0.05, call)\nawait asyncio.sleep(0);"
    ).record
    waited = ready.ok("await asyncio.sleep(0.2)").record
    assert waited["origins"]["python_large"]["allocated_bytes"] == 0
    assert ready.ok("kept[0] = None").record["freed_earlier_by_cell"][str(started["cell"])] == 2_000_033


def test_tasks_of_the_running_cell_are_its_own(ready):
    record = ready.ok(
        "async def one(n):\n    await asyncio.sleep(0.01)\n    kept[n] = bytes(1_000_000)\n"
        "await asyncio.gather(*(one(n) for n in range(4)));"
    ).record
    assert record["origins"]["python_large"]["kept_bytes"] >= 4 * 1_000_033
    freed = ready.ok("kept[:] = [None] * 4").record
    assert freed["freed_earlier_by_cell"][str(record["cell"])] >= 4 * 1_000_033


def test_the_workers_of_an_executor_carry_the_cell_that_started_them(ready):
    started = ready.ok("executor = ThreadPoolExecutor(1)\nexecutor.submit(len, b'').result();").record
    given = ready.ok("kept[0] = executor.submit(bytes, 3_000_000).result()").record
    assert given["origins"]["python_large"]["kept_bytes"] == 0
    freed = ready.ok("kept[0] = None").record
    assert freed["freed_earlier_by_cell"] == {str(started["cell"]): 3_000_033}
    ready.ok("executor.shutdown()")
    books_balance(ready)


def test_blocks_that_threads_free_for_each_other_are_all_freed(ready):
    ready.ok(
        "import queue\nhand = queue.SimpleQueue()\n"
        "def give():\n    for n in range(20_000): hand.put(bytes(n % 1500))\n"
        "def take():\n    for _ in range(20_000): hand.get()\n"
        "def both():\n"
        "    threads = [threading.Thread(target=each) for each in (give, take, give, take)]\n"
        "    for each in threads: each.start()\n    for each in threads: each.join()\nboth()"
    )
    record = ready.ok("both()", timeout=50).record
    assert record["kept_bytes"] < 20_000  # CPython's states of the threads, given back a moment later
    books_balance(ready)
