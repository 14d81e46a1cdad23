"""How a kernel ends: with its manager, with its parent process, and never with less than everything it started."""
import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from kernel_driver import KERNEL_NAME, living_processes, wait_until_gone

CELLS = {
    "idle": None,
    "busy": "print('started', flush=True)\nwhile True: pass",
    "sleeping": "import time\nprint('started', flush=True)\ntime.sleep(300)",
}
START_A_CHILD = "import subprocess\nchild = subprocess.Popen(['sleep', '300'])"

LAUNCHER = """
import json, os, sys, time
from jupyter_client import KernelManager
manager = KernelManager(kernel_name=sys.argv[1], connection_file=sys.argv[2])
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=40)
if sys.argv[3]:
    client.execute(sys.argv[3])
    while client.get_iopub_msg(timeout=30)["msg_type"] != "stream":
        pass
print(json.dumps(manager.provisioner.process.pid), flush=True)
time.sleep(300)
"""


def begin(kernel, cell):
    if CELLS[cell]:
        kernel.wait_output(kernel.send(CELLS[cell]), "started")


@pytest.mark.parametrize("cell", CELLS)
def test_shutdown_leaves_no_process(start_kernel, cell):
    kernel = start_kernel()
    kernel.ok(START_A_CHILD)
    group = kernel.pid
    assert len(living_processes(group)) >= 2
    begin(kernel, cell)

    kernel.manager.shutdown_kernel()

    wait_until_gone(group, timeout=5)


@pytest.mark.parametrize("cell", CELLS)
def test_restart_leaves_no_process_and_gives_a_new_kernel(start_kernel, cell):
    kernel = start_kernel()
    kernel.ok(START_A_CHILD)
    kernel.ok("old = True")
    group = kernel.pid
    begin(kernel, cell)

    kernel.manager.restart_kernel()
    kernel.connect()

    assert kernel.pid != group
    wait_until_gone(group, timeout=5)
    result = kernel.ok("'old' in globals()")
    assert result.value["text/plain"] == "False"
    assert result.content["execution_count"] == 1


def test_shutdown_is_answered_on_the_control_channel(start_kernel):
    kernel = start_kernel()

    reply = kernel.control("shutdown_request", {"restart": False})

    assert reply["status"] == "ok"
    assert reply["restart"] is False
    assert kernel.process.wait(timeout=10) == 0


@pytest.mark.xmemory_only
@pytest.mark.parametrize("cell", ["busy", "sleeping"])
def test_a_shutdown_request_ends_a_running_cell_without_an_interrupt_first(start_kernel, cell):
    kernel = start_kernel()
    begin(kernel, cell)

    kernel.send_raw("control", "shutdown_request", {"restart": False})

    kernel.process.wait(timeout=10)


def start_under_launcher(tmp_path, env=None, cell=None):
    """A process that has started a kernel (and in it a cell), and the kernel's pid."""
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, KERNEL_NAME, str(tmp_path / "connection.json"), cell or ""],
        stdout=subprocess.PIPE,
        env={**os.environ, "IPYTHONDIR": str(tmp_path / "ipython"), **(env or {})},
    )
    return launcher, json.loads(launcher.stdout.readline())


@pytest.mark.parametrize("cell", CELLS)
def test_the_death_of_the_parent_process_ends_the_kernel(tmp_path, cell):
    launcher, kernel_pid = start_under_launcher(tmp_path, cell=CELLS[cell])
    try:
        assert living_processes(kernel_pid)

        launcher.kill()
        launcher.wait()

        wait_until_gone(kernel_pid, timeout=10)
    finally:
        launcher.kill()
        launcher.wait()
        launcher.stdout.close()
        if living_processes(kernel_pid):
            os.killpg(kernel_pid, signal.SIGKILL)


def test_the_end_of_the_launching_thread_ends_nothing(start_kernel):
    started = []
    thread = threading.Thread(target=lambda: started.append(start_kernel()))
    thread.start()
    thread.join()

    kernel = started[0]

    kernel.ok("import time; time.sleep(2)")
    assert kernel.ok("6 * 7").value["text/plain"] == "42"


@pytest.mark.parametrize("end", ["shutdown_kernel", "restart_kernel"])
def test_exit_handlers_of_the_learner_run(start_kernel, tmp_path, end):
    kernel = start_kernel()
    note = tmp_path / "note"
    kernel.ok(f"import atexit, pathlib; atexit.register(pathlib.Path({str(note)!r}).write_text, 'ran')")

    getattr(kernel.manager, end)()

    assert note.read_text() == "ran"


def test_nothing_is_written_into_the_working_folder(start_kernel, tmp_path):
    kernel = start_kernel(cwd=tmp_path)
    assert kernel.evaluate("__import__('os').getcwd()") == repr(str(tmp_path))
    for code in ("print(1)", "1/0", "?print", "x = list(range(1000))", "import math; math.pi", "!echo hi"):
        kernel.run(code)

    kernel.manager.shutdown_kernel()

    assert os.listdir(tmp_path) == []


def test_two_kernels_do_not_share_anything(start_kernel):
    one, two = start_kernel(), start_kernel()

    one.ok("name = 'one'")
    waiting = one.send("import time; print('started', flush=True); time.sleep(1); name")
    one.wait_output(waiting, "started")

    assert "name" not in two.ok("dir()").value["text/plain"].replace("__name__", "")
    assert one.collect(waiting).value["text/plain"] == "'one'"


def test_sys_exit_ends_the_cell_and_not_the_kernel(start_kernel):
    kernel = start_kernel()

    result = kernel.run("import sys\nsys.exit(3)")

    assert result.status == "error"
    assert result.content["ename"] == "SystemExit"
    assert kernel.ok("6 * 7").value["text/plain"] == "42"
