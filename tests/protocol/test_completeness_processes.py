"""Copies of the kernel and other processes: the parent's books and sockets are its own, whatever a child does."""
import pytest

import ledger_checker

pytestmark = pytest.mark.xmemory_only


CHILD = "pid = os.fork()\nif pid == 0:\n    junk = [bytes(100) for _ in range(100_000)]\n    {end}\n"
WAIT = "status[0] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])"


@pytest.mark.parametrize(
    "end, status, says",
    [
        ("os._exit(5)", 5, ""),
        ("sys.exit(3)", 3, ""),
        ("sys.exit()", 0, ""),
        ("sys.exit('enough')", 1, "enough"),
        ("1/0", 1, "ZeroDivisionError"),
        ("pass", 0, ""),  # it comes to the end of the cell
    ],
)
def test_a_forked_child_ends_with_its_cell_and_answers_nothing(kernel, end, status, says):
    kernel.ok("import json, os, sys, xmemory\nstatus = [None]")

    result = kernel.ok(CHILD.format(end=end) + "else:\n    " + WAIT)

    assert kernel.evaluate("status[0]") == str(status)
    assert result.error is None
    assert says in result.stderr + result.stdout
    assert result.record["origins"]["python_small"]["allocated_bytes"] < 1000  # the child's junk is not the parent's
    assert kernel.ok("print('here')").stdout == "here\n"
    ledger_checker.check(kernel)


@pytest.mark.parametrize(
    "child, says",
    [
        ("display('seen')", "'seen'\n"),
        ("display(HTML('<b>bold</b>'))", "<IPython.core.display.HTML object>\n"),
        ("import ipywidgets; display(ipywidgets.IntSlider())", "IntSlider(value=0)\n"),
        ("get_ipython().run_line_magic('memory', 'compare 1 vs 2')", "Both keep nothing."),
        ("input('who? ')", "EOFError: a forked process cannot ask the front end: ask before os.fork()"),
    ],
)
def test_what_a_forked_child_shows_is_printed_and_asking_is_an_error(kernel, child, says):
    """ZeroMQ refuses sockets of another process: there is no way to the front end but what the child prints."""
    kernel.ok("import os\nfrom IPython.display import display, HTML")

    result = kernel.ok(
        f"pid = os.fork()\nif pid == 0:\n    try:\n        {child}\n    except Exception as error:\n"
        "        print(type(error).__name__, error, sep=': ')\n    os._exit(5)\nstatus = os.waitpid(pid, 0)[1] >> 8\nstatus"
    )

    assert result.value["text/plain"] == "5"
    assert says in result.stdout
    assert kernel.ok("display('here')").displays[0]["text/plain"] == "'here'"


def test_code_after_the_fork_goes_on_in_the_child_up_to_the_last_line(kernel):
    result = kernel.ok(
        "import os\npid = os.fork()\nif pid:\n    os.waitpid(pid, 0)\nprint('parent' if pid else 'child', flush=True)\npid and 7"
    )
    assert sorted(result.stdout.split()) == ["child", "parent"]
    assert result.value["text/plain"] == "7"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_what_processes_send_back_is_made_here_and_nothing_else(kernel, method):
    kernel.ok(
        "import json, multiprocessing, xmemory\n"
        f"pool = multiprocessing.get_context({method!r}).Pool(2)\npool.map(len, [b'']);",
        timeout=60,
    )
    kernel.ok("sent = pool.map(bytes, [1_000_000] * 4)")
    kernel.ok("sent = pool.map(bytes, [1_000_000] * 4)")
    freed = kernel.ok("sent = None").record
    assert -freed["origins"]["python_large"]["net_bytes"] == 4 * 1_000_033
    kernel.ok("pool.terminate(); pool.join()")
    ledger_checker.check(kernel)


def test_a_started_program_costs_only_its_output(kernel):
    kernel.ok("import json, subprocess, sys, xmemory")
    code = "out = subprocess.run([sys.executable, '-c', 'x = bytes(50_000_000); print(7)'], capture_output=True).stdout"
    kernel.ok(code)
    record = kernel.ok(code).record
    assert record["kept_bytes"] < 10_000 and record["peak_bytes"] < 1_000_000
    ledger_checker.check(kernel)
