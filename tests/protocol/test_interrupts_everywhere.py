"""Interrupts at random moments in every magic, in C code, in collections, in reports, in children and threads: afterwards the next cell
works, the books balance, and no thread, file or process is left over. 1,000 in the long form."""
import random
import time

import pytest

import ledger_checker
from leftovers import assert_nothing_left, holdings
from long_run import IS_LONG

pytestmark = pytest.mark.xmemory_only

PREPARE = """
import gc, threading, subprocess, asyncio, json, re, time
import numpy, xmemory
class Node: pass
def ring(n):
    for _ in range(n):
        a, b = Node(), Node()
        a.other, b.other = b, a
def work(n=20_000):
    return sum(len(str(i)) for i in range(n))
numbers = numpy.random.default_rng(1).random(300_000)
forest = [[i, str(i), {i: i}] for i in range(30_000)]
asyncio.set_event_loop(asyncio.new_event_loop())
"""

# What runs for 10 to 200 ms or so.
CELLS = {
    "busy": "work(100_000)",
    "sleep": "time.sleep(0.2)",
    "sort in C": "for _ in range(5): numpy.sort(numbers)",
    "regex in C": "re.match(r'(a+)+$', 'a' * 21 + 'b')",
    "JSON in C": "for _ in range(3): json.loads(json.dumps(forest))",
    "big blocks": "for i in range(2_000): bytearray(1_000_000)",
    "collections": "ring(20_000); gc.collect()",
    "collections within a collection's thresholds": "ring(60_000)",
    "threads": "ts = [threading.Thread(target=work) for _ in range(4)]\n[t.start() for t in ts]\n[t.join() for t in ts]",
    "child": "subprocess.run(['sleep', '0.1'])",
    "shell": "!sleep 0.1",
    "await": "await asyncio.sleep(0.2)",
    "print": "for i in range(2_000): print(i)",
    "error": "def f(n): return f(n - 1) if n else 1 / 0\nf(500)",
    "display": "forest",
    "import": "import sys\nfor name in ('decimal', 'fractions', 'statistics', 'csv'):\n    sys.modules.pop(name, None)\nimport statistics, csv",
    "timeit": "%timeit -n 3 -r 3 work(2_000)",
    "time": "%time work()",
    "capture": "%%capture\nfor i in range(2_000): print(i)",
    "%memory": "%memory",
    "cell": "%memory cell",
    "cells": "%memory cells --by peak",
    "measure": "%memory measure work()",
    "%%measure": "%%memory measure\nx = work()",
    "compare": "%memory compare work(2_000) vs [i for i in range(2_000)]",
    "compare sizes": "%%memory compare n=10..10_000\n## one\nlist(range(n))\n## two\nset(range(n))",
    "structures": "%memory structures 3_000",
    "who": "%memory who",
    "who holds": "%memory who forest[7]",
    "gc": "ring(5_000)\n%memory gc",
    "gc cycles": "%memory gc",
    "refs": "%memory refs forest",
    "refs in": "%memory refs forest --in",
    "pools": "%memory pools",
    "pools diff": "%memory pools --diff 1",
    "trim": "%memory pools --trim",
    "predict": "%%memory predict 1 MB\nkept = work()",
    "check": "%%memory check peak<10MB kept<10MB\nwork()",
    "life": "%%memory life x\nfor n in range(2_000):\n    x = Node()\n    y = [x]",
    "progress": "%memory progress",
    "explain": "%memory explain peak",
    "help": "%memory help",
    "death": "%memory death",
    "footer": "%memory footer on",
    "nested measurements": "with xmemory.measure() as m:\n    with xmemory.measure() as n:\n        work()",
    "function check": "xmemory.check('peak<10MB', work)",
}


def interrupt_once(kernel, code, chance):
    """Whether the interrupt hit the cell."""
    msg_id = kernel.send(code)
    time.sleep(chance.choice([0, 0.002, chance.uniform(0, 0.02), chance.uniform(0, 0.15)]))
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        kernel.interrupt(chance.choice(["message", "signal"]))
    result = kernel.collect(msg_id, timeout=60)
    assert kernel.ok("6 * 7").value["text/plain"] == "42"
    return result.status == "error" and result.content["ename"] == "KeyboardInterrupt"


@pytest.mark.timeout(7200)
def test_interrupts_at_random_moments_everywhere(fresh):
    chance = random.Random(20240608)
    fresh.ok(PREPARE)
    for code in CELLS.values():  # what each needs once: modules, caches, threads of libraries
        fresh.run(code, timeout=60)
    before = holdings(fresh.pid)
    rounds = 1_000 if IS_LONG else len(CELLS)
    hit = {}
    for number in range(rounds):
        name = list(CELLS)[number % len(CELLS)]
        try:
            hit[name] = hit.get(name, 0) + interrupt_once(fresh, CELLS[name], chance)
            if IS_LONG or number % 8 == 0:
                assert ledger_checker.check(fresh)
        except AssertionError as error:
            raise AssertionError(f"after {number} interrupts, in {name!r}") from error
    fresh.ok("import time; time.sleep(0.3)")
    assert ledger_checker.check(fresh)
    assert_nothing_left(fresh.pid, before)
    print(f"{sum(hit.values())} of {rounds} hit: {hit}")
    assert sum(hit.values()) > (rounds / 10 if IS_LONG else 0)  # how many are hit in time goes by the machine


@pytest.mark.timeout(7200)
def test_restarts_at_random_moments(fresh):
    """Nothing of the old process is left, and the new one knows nothing of it but that it was asked to end."""
    from dying import runtime_folder, told
    from kernel_driver import living_processes, wait_until_gone

    chance = random.Random(20240609)
    for number in range(100 if IS_LONG else 4):
        fresh.ok(PREPARE, timeout=60)
        group = fresh.pid
        fresh.send(chance.choice(list(CELLS.values())))
        time.sleep(chance.uniform(0, 0.2))
        fresh.manager.restart_kernel()
        fresh.connect()
        wait_until_gone(group, timeout=10)
        assert not living_processes(group), number
        assert told(fresh.ok("6 * 7")) is None
        assert len(list(runtime_folder(fresh.home).iterdir())) == 1
