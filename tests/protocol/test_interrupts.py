"""An interrupt is a KeyboardInterrupt in the cell and nothing else: the kernel lives, and the next cell is right."""
import random
import time

import pytest

BUSY = """
print("started", flush=True)
while True:
    pass
"""
SLEEPING = """
import time
print("started", flush=True)
time.sleep(60)
"""
C_CALL = """
print("started", flush=True)
numpy.sort(numbers)
print("the cell went on", flush=True)
"""
AWAITING = """
import asyncio
print("started", flush=True)
await asyncio.sleep(60)
"""
WAITING_FOR_A_CHILD = """
import subprocess
print("started", flush=True)
subprocess.run(["sleep", "60"])
"""

by_message_and_signal = pytest.mark.parametrize("by", ["message", "signal"])


def assert_interrupted(kernel, result):
    assert result.status == "error"
    assert result.content["ename"] == "KeyboardInterrupt"
    assert result.error["ename"] == "KeyboardInterrupt"
    if result.record:
        assert result.record["status"] == "interrupted"
    assert kernel.ok("6 * 7").value["text/plain"] == "42"


@by_message_and_signal
@pytest.mark.parametrize(
    "code",
    [
        pytest.param(BUSY, id="busy"),
        pytest.param(SLEEPING, id="sleep"),
        pytest.param(WAITING_FOR_A_CHILD, id="child"),
        pytest.param(AWAITING, id="await", marks=pytest.mark.xmemory_only),
    ],
)
def test_a_running_cell(kernel, by, code):
    msg_id = kernel.send(code)
    kernel.wait_output(msg_id, "started")

    kernel.interrupt(by)

    began = time.monotonic()
    result = kernel.collect(msg_id, timeout=10)
    assert time.monotonic() - began < 2
    assert_interrupted(kernel, result)


@by_message_and_signal
def test_a_call_into_c_ends_when_it_returns(kernel, by):
    kernel.ok("import numpy; numbers = numpy.random.default_rng(1).random(12_000_000)", timeout=60)
    msg_id = kernel.send(C_CALL)
    kernel.wait_output(msg_id, "started")

    kernel.interrupt(by)

    result = kernel.collect(msg_id)
    assert "the cell went on" not in result.stdout
    assert_interrupted(kernel, result)
    kernel.ok("del numbers")


@by_message_and_signal
def test_an_idle_kernel(kernel, by):
    kernel.ok("before = 1")

    for _ in range(3):
        kernel.interrupt(by)

    assert kernel.ok("before + 1").value["text/plain"] == "2"


def test_the_learner_may_catch_it(kernel):
    msg_id = kernel.send(
        "try:\n    print('started', flush=True)\n    while True: pass\nexcept KeyboardInterrupt:\n    print('caught')"
    )
    kernel.wait_output(msg_id, "started")

    kernel.interrupt()

    result = kernel.collect(msg_id, timeout=10)
    assert result.status == "ok"
    assert "caught" in result.stdout


@by_message_and_signal
def test_a_cell_that_waits_for_input(kernel, by):
    msg_id = kernel.send("input('? ')", allow_stdin=True)
    kernel.wait_until(lambda: kernel.input_requests[msg_id], "input request")

    kernel.interrupt(by)

    assert_interrupted(kernel, kernel.collect(msg_id, timeout=10))


def test_cells_that_wait_behind_it_are_aborted(kernel):
    msg_id = kernel.send(BUSY)
    behind = kernel.send("behind = True")
    kernel.wait_output(msg_id, "started")

    kernel.interrupt()

    assert kernel.collect(msg_id, timeout=10).status == "error"
    assert kernel.wait_reply(behind)["content"]["status"] == "aborted"
    assert kernel.ok("'behind' in globals()").value["text/plain"] == "False"


@pytest.mark.xmemory_only
@pytest.mark.timeout(120)
def test_two_hundred_at_random_moments(fresh):
    """Before, in and after a cell, which may be hit or not; but one that was not hit has run to its end."""
    chance = random.Random(20240607)
    hit = 0
    for number in range(200):
        msg_id = fresh.send("done = None\ntotal = 0\nfor i in range(200_000):\n    total += i\ndone = total")
        time.sleep(chance.uniform(0, 0.03))
        fresh.interrupt(chance.choice(["message", "signal"]))
        result = fresh.collect(msg_id)
        if result.status == "error":
            assert result.content["ename"] == "KeyboardInterrupt"
            hit += 1
        else:
            assert result.status == "ok"
            assert fresh.evaluate("done") == "19999900000", number
    assert 0 < hit
    assert fresh.ok("sum(range(101))").value["text/plain"] == "5050"


def test_a_signal_that_comes_while_the_kernel_is_idle_does_not_end_it(kernel):
    kernel.ok("import signal\ncame = []\nold = signal.signal(signal.SIGALRM, lambda *a: came.append(1))\nsignal.setitimer(signal.ITIMER_REAL, 0.2)")

    begun = time.monotonic()
    kernel.wait_until(lambda: kernel.control("usage_request") and time.monotonic() > begun + 0.6, "the signal's time")

    assert kernel.ok("came").value["text/plain"] == "[1]"
    kernel.ok("signal.signal(signal.SIGALRM, old)")


def test_a_signal_handler_runs_in_a_cell(kernel):
    kernel.ok(
        "import signal, time\ncame = []\nold = signal.signal(signal.SIGUSR1, lambda *a: came.append(1))\n"
        "signal.raise_signal(signal.SIGUSR1)\ntime.sleep(0.01)\nassert came == [1]\nsignal.signal(signal.SIGUSR1, old)"
    )


LOSING = """
import asyncio, collections

class Losing(collections.deque):
    def popleft(self):
        handle = super().popleft()
        if "wakeup" in str(handle):
            asyncio.get_running_loop()._ready = collections.deque(self)
            raise KeyboardInterrupt
        return handle

loop, ended = asyncio.get_running_loop(), []
loop._ready = Losing(loop._ready)
try:
    await asyncio.sleep(0.01)
finally:
    await asyncio.sleep(0.01)
    ended.append(True)
"""


@pytest.mark.xmemory_only
def test_an_interrupt_between_the_loops_list_and_the_tasks_step(kernel):
    """The loop has taken the cell's next step from its list when the interrupt comes: nobody else would do it."""
    result = kernel.run(LOSING)
    assert result.content["ename"] == "KeyboardInterrupt"
    assert kernel.evaluate("ended") == "[True]"
    assert kernel.ok("await asyncio.sleep(0.01, 'slept')").value["text/plain"] == "'slept'"
