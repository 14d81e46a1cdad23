"""Work that goes on after its cell carries the cell that started it: threads, executors, tasks of asyncio."""
import pytest

import ledger_checker

pytestmark = pytest.mark.xmemory_only


def still_in_use(kernel, cell):
    return int(kernel.evaluate(f"xmemory.cell({cell})['still_in_use_bytes']"))


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
    ledger_checker.check(ready)


def test_a_task_that_frees_its_own_from_an_earlier_cell_moves_no_figure_of_the_running_one(ready):
    started = ready.ok(
        "async def ticking():\n    while True:\n        kept[1] = bytes(1_000_000)\n        await asyncio.sleep(0.01)\n"
        "task = asyncio.create_task(ticking())\nawait asyncio.sleep(0.05)"
    ).record

    waited = ready.ok("kept[2] = bytes(10_000)\nawait asyncio.sleep(0.2)").record

    large = waited["origins"]["python_large"]
    for figure in ("allocated_bytes", "net_bytes", "peak_bytes"):  # the task's are of 1,000,033 bytes each
        assert 10_033 <= large[figure] < 20_000
    ready.ok("task.cancel()\nawait asyncio.sleep(0.01)")
    freed = ready.ok("kept[1] = None").record
    assert freed["freed_earlier_by_cell"] == {str(started["cell"]): 1_000_033}
    ledger_checker.check(ready)


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
    ledger_checker.check(ready)


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
    ledger_checker.check(ready)


def background(kernel, cell):
    return int(kernel.evaluate(f"xmemory.cell({cell})['background_bytes']"))


WAITING_THREAD = (
    "go, done = threading.Event(), threading.Event()\n"
    "def work():\n    go.wait()\n    for n in range(4): kept[n] = bytes(500_000)\n    done.set()\n    stop.wait()\n"
    "stop = threading.Event()\nthread = threading.Thread(target=work)\nthread.start()"
)


def test_what_a_thread_takes_after_its_cell_is_told_in_a_line_of_its_own_and_in_no_other_record(ready):
    started = ready.ok(WAITING_THREAD).record
    assert started["background_bytes"] == 0
    before = background(ready, started["cell"])

    waited = ready.ok("go.set()\ndone.wait();").record

    assert waited["origins"]["python_large"]["allocated_bytes"] < 100  # its own waiting
    taken = background(ready, started["cell"]) - before
    assert 0 <= taken - 4 * 500_033 < 2_000  # beside its own waiting
    assert f"Background work of [{started['cell']}] took 2.00\u00a0MB since." in ready.ok("%memory cells").displays[0]["text/plain"]
    assert "took 2.00\u00a0MB since" in ready.ok(f"%memory cell {started['cell']}").displays[0]["text/plain"]
    assert background(ready, waited["cell"]) == 0
    ready.ok("stop.set()\nthread.join()\ndel thread\nkept[:] = [None] * 4")
    ledger_checker.check(ready)


def test_what_a_task_takes_after_its_cell_is_background_work_too(ready):
    started = ready.ok(LATER).record
    waited = ready.ok("await task").record
    assert 0 <= background(ready, started["cell"]) - 4_000_033 < 5_000
    assert background(ready, waited["cell"]) == 0


def test_background_work_stays_told_when_its_cells_number_is_another_cells(ready):
    started = ready.ok(WAITING_THREAD).record
    ready.ok("go.set()\ndone.wait()\nstop.set()\nthread.join()\nkept[:] = [None] * 4\ndel thread, go, done, stop, work")
    taken = background(ready, started["cell"])
    assert taken > 4 * 500_033
    for _ in range(200):
        ready.ok("pass")
    assert background(ready, started["cell"]) == taken


def test_ordinary_cells_have_no_background_work(ready):
    for code in ("x = [bytes(n) for n in range(1000)]", "x", "del x", "import decimal", "1 / 0", "await asyncio.sleep(0)"):
        ready.run(code)
    assert ready.evaluate("[r['background_bytes'] for r in xmemory.cells()[-6:]]") == "[0, 0, 0, 0, 0, 0]"
    assert "Background" not in ready.ok("%memory cells").displays[0]["text/plain"]
