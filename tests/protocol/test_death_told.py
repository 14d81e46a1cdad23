"""A kernel that died is told of by the next one, with its first cell: what ran, what it had in use, and why it died, most likely."""
import os
import random
import stat
import time
from pathlib import Path

import pytest

from dying import kill, runtime_folder, start_again, told
from kernel_driver import Kernel
from long_run import IS_LONG
from memory_group import MemoryGroup

pytestmark = pytest.mark.xmemory_only

HOLD = """
held = bytearray(50_000_000)
more = bytearray(20_000_000)
del more
print("started", flush=True)
while True: pass
"""
SEGFAULT = """import ctypes
def touch(address):
    ctypes.string_at(address)
print("started", flush=True)
touch(0)
"""
RECURSE_IN_C = """
import sys
sys.setrecursionlimit(10**9)
class Endless:
    def __repr__(self):
        return repr(self)
repr(Endless())
"""
GROW = """
held = []
while True:
    held.append(bytearray(b"x") * 1_000_000)
"""
COUNT_WHAT_IS_HELD = """
import mmap
with open("held", "wb+") as file:
    file.write(bytes(8))
    file.flush()
    seen = mmap.mmap(file.fileno(), 8)
"""
HOLD_MORE_AND_MORE = """held = []
for number in range(1, 200_001):
    held.append(bytes(967))
    seen[:] = number.to_bytes(8, "little")
"""
BYTES_OF_ONE = 1000  # a bytes object of 967 has 33 more


@pytest.fixture
def restartable(tmp_path):
    kernel = Kernel(tmp_path).start()
    yield kernel
    kernel.end()


def story(kernel):
    """What the first cell of a kernel tells of the one before it: data and text; None where it tells nothing."""
    result = kernel.ok("6 * 7")
    assert result.value["text/plain"] == "42"
    found = told(result)
    assert (found is None) == ("death_before" not in result.record)
    if found is not None:
        assert result.record["death_before"].items() <= found[0].items()
        assert told(kernel.ok("1")) is None, "it is told once"
    return found


def die(kernel, code, how=None):
    """Run a cell that ends the process, or that how(kernel) ends; then start the kernel again. Its story."""
    msg_id = kernel.send(code)
    if how is not None:
        kernel.wait_output(msg_id, "started")
        how(kernel)
    start_again(kernel)
    return story(kernel)


def boxes(kernel):
    return sorted(runtime_folder(kernel.home).glob("*"))


def test_killed_from_outside(restartable):
    restartable.ok("1 + 1")
    before = time.time()

    data, text = die(restartable, HOLD, kill)

    assert text.startswith("The kernel died in [2] and was started again: it was killed from outside.\n")
    assert (data["cause"], data["cell"], data["cell_ran"]) == ("killed", 2, True)
    assert data["first_words"] == "held = bytearray(50_000_000)"
    assert before <= data["began"] <= time.time()
    assert 50_000_000 <= data["in_use_bytes"] <= 50_010_000
    assert 70_000_000 <= data["peak_bytes"] <= 70_010_000
    assert 10_000_000 < data["resident_bytes"] < 200_000_000


def test_killed_while_a_measurement_runs_within_the_cell(restartable):
    """The peak is that of the whole cell, also where it was before the measurement began."""
    data, _ = die(restartable, "import xmemory\nx = bytes(30_000_000)\ndel x\nwith xmemory.measure() as m:\n" + 
                  "    print('started', flush=True)\n    while True: pass", kill)

    assert data["in_use_bytes"] < 100_000
    assert 30_000_000 <= data["peak_bytes"] <= 30_100_000


def test_a_segmentation_fault_with_what_python_was_at(restartable):
    data, text = die(restartable, SEGFAULT)

    assert (data["cause"], data["signal"], data["cell"]) == ("signal", "SIGSEGV", 1)
    frames = [(frame["of_the_cell"], frame["line"], frame["function"]) for frame in data["stack"]]
    assert frames[0][2] == "string_at"
    assert frames[1:] == [(True, 3, "touch"), (True, 5, "<module>")]
    assert "[1], line 3, in touch\n    [1], line 5\n" in text


@pytest.mark.parametrize(
    "code, cause, value",
    [
        pytest.param("import os; os.abort()", "signal", "SIGABRT", id="abort"),
        pytest.param("import os, signal; os.kill(os.getpid(), signal.SIGFPE)", "signal", "SIGFPE", id="arithmetic"),
        pytest.param(RECURSE_IN_C, "signal", "SIGSEGV", id="stack overflow"),
        pytest.param("import os; os._exit(7)", "exit", 7, id="os._exit"),
        pytest.param("import ctypes; ctypes.CDLL(None)._exit(8)", "exit", 8, id="_exit of C"),
        pytest.param("import ctypes; ctypes.CDLL(None).exit(9)", "exit", 9, id="exit of C"),
    ],
)
def test_an_end_of_its_own_making(restartable, code, cause, value):
    data, _ = die(restartable, code)

    assert (data["cause"], data["cell"], data["cell_ran"]) == (cause, 1, True)
    assert data["signal" if cause == "signal" else "status"] == value
    assert data["began"] <= data["ended"] <= time.time()


def test_the_learners_own_faulthandler_still_works(restartable, tmp_path):
    restartable.ok(f"import faulthandler\nfile = open({str(tmp_path / 'fault')!r}, 'w')\nfaulthandler.enable(file)")

    data, _ = die(restartable, SEGFAULT)

    assert "Fatal Python error: Segmentation fault" in (tmp_path / "fault").read_text()
    assert data["signal"] == "SIGSEGV" and data["stack"][1]["function"] == "touch"


@pytest.mark.timeout(120)
def test_the_out_of_memory_killer(tmp_path):
    group = MemoryGroup(400_000_000, "xmemory-death")
    with group.entered():
        kernel = Kernel(tmp_path).start()
    try:
        kernel.ok("%memory limit off")
        data, text = die(kernel, GROW)
    finally:
        kernel.end()
        group.remove()

    assert (data["cause"], data["cell"]) == ("out_of_memory", 2)
    assert "memory ran out, and the system ended it" in text
    assert 250_000_000 < data["in_use_bytes"] <= data["peak_bytes"] < 400_000_000
    assert data["limit_bytes"] == pytest.approx(400_000_000, abs=4096)


def test_while_no_cell_ran(restartable):
    restartable.ok("x = 1")
    restartable.ok("y = 2")
    kill(restartable)
    start_again(restartable)

    data, text = story(restartable)

    assert "while no cell ran (the last was [2])" in text
    assert (data["cell"], data["cell_ran"], data["in_use_bytes"]) == (2, False, None)


def test_before_the_first_cell(restartable):
    kill(restartable)
    start_again(restartable)

    data, text = story(restartable)

    assert "before its first cell" in text
    assert data["cell"] is None


def test_it_is_told_later_where_no_cell_ran_meanwhile(restartable):
    die_without_a_word = restartable.send(HOLD)
    restartable.wait_output(die_without_a_word, "started")
    kill(restartable)
    start_again(restartable)
    kill(restartable)
    start_again(restartable)

    data, _ = story(restartable)

    assert (data["cell"], data["cell_ran"]) == (1, True)
    assert len(boxes(restartable)) == 1


def test_asked_for_again(restartable):
    assert restartable.ok("%memory death").displays[0]["text/plain"].startswith("No kernel died before this one")
    _, text = die(restartable, SEGFAULT)

    again = restartable.ok("%memory death").displays[0]["text/plain"]
    said = restartable.ok("import xmemory\nxmemory.death()['signal']").value["text/plain"]

    assert again == text
    assert said == "'SIGSEGV'"
    assert "%memory death" in restartable.ok("%memory help").displays[0]["text/plain"]


@pytest.mark.parametrize("how", ["restart", "interrupt and restart", "restart at once", "shutdown", "exit"])
def test_an_end_that_was_asked_for_is_no_story(restartable, how):
    msg_id = restartable.send("import time\nprint('started', flush=True)\ntime.sleep(60)")
    restartable.wait_output(msg_id, "started")
    if "interrupt" in how:
        restartable.interrupt()
        restartable.collect(msg_id)
    if how in ("restart", "interrupt and restart"):
        restartable.manager.restart_kernel()
    else:
        if how == "restart at once":  # the manager's patience ends before the kernel does
            restartable.send_raw("control", "shutdown_request", {"restart": True})
            time.sleep(0.2)
        else:
            restartable.control("shutdown_request", {"restart": False})
            restartable.process.wait(timeout=10)
            assert boxes(restartable) == []
        restartable.manager.restart_kernel(now=True)
    restartable.connect()

    assert story(restartable) is None


def test_the_end_of_the_server_is_no_story(tmp_path):
    from test_lifecycle import start_under_launcher

    launcher, pid = start_under_launcher(tmp_path, {"JUPYTER_RUNTIME_DIR": str(tmp_path)})
    assert len(list((tmp_path / "xmemory").iterdir())) == 1
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()

    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)

    assert list((tmp_path / "xmemory").iterdir()) == []


def test_another_kernel_is_not_told_and_what_nobody_asks_for_goes_after_a_day(tmp_path):
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    kernels = []
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
        kernels.append(Kernel(tmp_path / name, env={"JUPYTER_RUNTIME_DIR": str(runtime)}))
    one, two, three = kernels
    try:
        one.start()
        one.ok("x = 1")
        kill(one)
        one.process.wait()
        two.start()
        assert story(two) is None
        left = {path for path in (runtime / "xmemory").iterdir()}
        assert len(left) == 2, "the dead one's is kept for itself"
        dead = next(path for path in left if path.name.startswith(f"{one.pid}-"))
        os.utime(dead, (time.time() - 2 * 86400,) * 2)

        three.start()

        assert not dead.exists()
        assert two.at_rest() and len(list((runtime / "xmemory").iterdir())) == 2
    finally:
        for kernel in kernels:
            kernel.end()


def test_the_same_notebook_in_a_new_kernel(tmp_path):
    """After the server died as well, the connection file is another one."""
    (tmp_path / "old").mkdir(), (tmp_path / "new").mkdir()
    env = {"JUPYTER_RUNTIME_DIR": str(tmp_path), "JPY_SESSION_NAME": "/lessons/mine.ipynb"}
    old, new = Kernel(tmp_path / "old", env=env), Kernel(tmp_path / "new", env=env)
    try:
        old.start()
        msg_id = old.send(HOLD)
        old.wait_output(msg_id, "started")
        kill(old)
        old.process.wait()

        new.start()

        assert story(new)[0]["first_words"] == "held = bytearray(50_000_000)"
    finally:
        old.end()
        new.end()


def test_a_second_kernel_of_the_same_notebook_leaves_the_living_one_alone(tmp_path):
    (tmp_path / "one").mkdir(), (tmp_path / "two").mkdir()
    env = {"JUPYTER_RUNTIME_DIR": str(tmp_path), "JPY_SESSION_NAME": "/lessons/mine.ipynb"}
    one, two = Kernel(tmp_path / "one", env=env), Kernel(tmp_path / "two", env=env)
    try:
        one.start()
        two.start()

        assert story(two) is None
        assert len(list((tmp_path / "xmemory").iterdir())) == 2
    finally:
        one.end()
        two.end()


def test_boxes_are_private(restartable):
    folder = runtime_folder(restartable.home)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (box,) = boxes(restartable)
    assert stat.S_IMODE(box.stat().st_mode) == 0o600
    assert box.stat().st_size == 8192


def test_links_and_rubbish_in_the_folder_are_left_alone(restartable, tmp_path):
    folder = runtime_folder(restartable.home)
    precious = tmp_path / "precious"
    precious.write_bytes(b"xmembox1" + bytes(9000))
    (folder / "link.box").symlink_to(precious)
    os.link(precious, folder / "hard.box")
    (folder / "rubbish.box").write_bytes(os.urandom(20_000))
    (folder / "folder.box").mkdir()
    os.mkfifo(folder / "pipe.box")

    data, _ = die(restartable, HOLD, kill)

    assert data["cell"] == 1
    assert precious.read_bytes() == b"xmembox1" + bytes(9000)
    assert (folder / "link.box").is_symlink()


def test_a_forked_child_counts_for_itself_and_its_end_is_no_story(restartable):
    result = restartable.ok(
        "import os, ctypes\npid = os.fork()\nif pid == 0:\n    x = bytes(30_000_000)\n    ctypes.string_at(0)\n"
        "status = os.waitpid(pid, 0)[1]\nstatus"
    )
    assert result.value["text/plain"] in ("11", "139")
    assert result.record["peak_bytes"] < 1_000_000
    restartable.ok("pid = os.fork()\nif pid == 0: os._exit(3)\nos.waitpid(pid, 0)[1] >> 8")

    data, _ = die(restartable, HOLD, kill)

    assert (data["cause"], data["cell"]) == ("killed", 3)


def test_what_the_cell_says_stays_text(restartable):
    restartable.send("'<script>alert(1)</script>'; import os; os._exit(1)")
    start_again(restartable)

    result = restartable.ok("1")

    html = next(bundle["text/html"] for bundle in result.displays if "text/html" in bundle)
    assert "<script>" not in html and "&lt;script&gt;alert(1)" in html


def wait_for_a_moment(held_by, chance):
    """Mostly one within the cell, by its own count, however fast this machine is; else one by the clock, around its start or end."""
    if chance.random() < 0.25:
        time.sleep(chance.uniform(0, 0.3))
        return
    count = chance.randrange(200_000)
    while held_by() < count:
        time.sleep(0)


def one_death(kernel, chance):
    """Killed at some moment around a cell that says elsewhere how much it holds. What is told has to be what it was."""

    def held_by():
        return int.from_bytes((Path(kernel.cwd) / "held").read_bytes(), "little")

    kernel.ok(COUNT_WHAT_IS_HELD)
    before = kernel.ok("import gc; gc.disable()").content["execution_count"]
    kernel.send(HOLD_MORE_AND_MORE)
    wait_for_a_moment(held_by, chance)
    kill(kernel)
    start_again(kernel)
    data, _ = story(kernel)
    held = held_by()
    assert data["cause"] == "killed"
    if data["cell"] == before:  # the next had not begun
        assert not data["cell_ran"] and held == 0
    elif not data["cell_ran"]:  # it had ended
        assert data["cell"] == before + 1 and held == 200_000
    else:
        assert (data["cell"], data["first_words"]) == (before + 1, "held = []")
        list_bytes = held * 9 + 1_000
        assert held * BYTES_OF_ONE <= data["in_use_bytes"] <= (held + 1) * BYTES_OF_ONE + 2 * list_bytes + 3_000
        assert data["in_use_bytes"] <= data["peak_bytes"] <= data["in_use_bytes"] + 2 * list_bytes + 3_000
    return "ran" if data["cell_ran"] else "at rest"


@pytest.mark.timeout(1800)
def test_kill_at_random_moments(restartable):
    chance = random.Random(20240607)
    deaths = [one_death(restartable, chance) for _ in range(200 if IS_LONG else 5)]

    assert "ran" in deaths
