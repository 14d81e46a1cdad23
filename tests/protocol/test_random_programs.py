"""Random programs in a running kernel: not one byte off after any of them."""
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

import ledger_checker
from long_run import Deadline, seconds
from random_program import SETUP, Program

pytestmark = [pytest.mark.xmemory_only, pytest.mark.timeout(seconds(40) + 300)]

IN_ONE_GO = settings(
    max_examples=6,
    stateful_step_count=12,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # a kernel remembers what ran before: a smaller program need not fail as well
    suppress_health_check=list(HealthCheck),
)


def test_random_programs_leave_no_byte_unaccounted(start_kernel, capsys):
    Program.kernel = start_kernel()
    Program.number = Program.kernel.ok(SETUP).record["cell"]
    deadline = Deadline(short=25)

    while not deadline.passed():
        run_state_machine_as_test(Program, settings=IN_ONE_GO)

    with capsys.disabled():
        print(f"\n{Program.programs} random programs, {Program.cells} cells, {Program.freed_blocks} blocks freed one by one", end=" ")


# Four threads: each makes blocks of all sizes and passes them on, and frees what the one before it made.
RING = """
import queue, random, threading, time
def ring(seconds):
    queues = [queue.Queue(maxsize=50) for _ in range(4)]
    end, passed = time.monotonic() + seconds, [0] * 4
    def work(number):
        chance = random.Random(number)
        held = []
        while time.monotonic() < end:
            size = chance.choice((3, 40, 400, 600, 5_000, 200_000))
            made = [bytes(chance.randrange(size)), bytearray(size), [None] * (size % 999), {i: str(i) for i in range(size % 40)}]
            try:
                queues[number].put(made, timeout=0.05)
                got = queues[number - 1].get(timeout=0.05)
            except (queue.Full, queue.Empty):
                continue
            got[1].extend(got[0])
            got[2].append(held[-1:] and held[-1][0])
            held.append(got)
            passed[number] += 1
            if len(held) > 20:
                del held[chance.randrange(20)]
    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return sum(passed)
kept = None
ring(0.1)
"""


def test_four_threads_that_free_each_others_blocks_leave_nothing(start_kernel, capsys):
    length = seconds(4)
    kernel = start_kernel(env=ledger_checker.TUNABLES)
    kernel.ok(RING + "turns = ring(1)")
    kernel.ok("turns = 0")
    deadline, turns = Deadline(short=4), 0

    while not deadline.passed():
        result = kernel.ok(f"turns = ring({min(length, 20)})", timeout=120)
        turns += int(kernel.evaluate("turns"))
        ledger_checker.check(kernel)
        record = result.record
        # All that stays is the number of turns, and what CPython keeps for the next of its kind: freed lists, dicts, queues' parts.
        assert record["kept_bytes"] < 40_000, record
        assert record["origins"]["native"]["kept_bytes"] == 0

    assert turns > 100
    with capsys.disabled():
        print(f"\n{turns} lists passed from thread to thread in {length:.0f} s", end=" ")
