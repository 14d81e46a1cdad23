"""Cells that nobody would type on purpose, and more output than anybody reads: the kernel answers, goes on, and takes no memory for it
that it does not give back. What the same text does to Python itself (a SyntaxError, a RecursionError) is not the question here."""
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import zmq

from kernel_driver import IS_XMEMORY
from long_run import IS_LONG
from raw_messages import assert_well

MAGICS = ["%memory measure {}", "%memory compare {} vs 1", "%memory size {}", "%memory explain {}",
          "%memory mark {}", "%memory limit {}", "%memory cell {}", "%memory help {}", "%memory {}", "%%memory check {}\n1",
          "%%memory predict {}\n1", "%%memory life {}\n1", "%%memory life x\nx = 1\n{}", "%%memory measure\n{}", "%%memory compare\n## a\n{}\n## {}\n1"]

ODD = {
    "null byte": "\0",
    "null byte in text": "'a\0b'",
    "null byte in a name": "a\0b",
    "bell, escape, delete": "'\x07\x1b[2J\x7f'",
    "form feed": "\x0c1",
    "byte order mark": "\ufeff1",
    "carriage returns": "a = 1\r\rb = 2\r",
    "line separators": "'\u2028\u2029\x85'",
    "right to left": "'\u202e\u2066evil\u2069'  # \u202e",
    "zero width": "a\u200bb",
    "combining": "'" + "e" + "\u0301" * 10_000 + "'",
    "names that become others": "ﬁ = 1; 𝐱 = 2; fi + x",
    "emoji of many": "'👩‍👩‍👧‍👦' * 10",
    "beyond the first plane": "'\U0010ffff\U000e0001'",
    "not a character": "'\uffff\ufffe'",
    "only spaces": " " * 100_000,
    "only line breaks": "\n" * 100_000,
    "a backslash": "\\",
    "an open quote": "'''",
    "an open bracket": "(",
    "percent signs": "%" * 10_000,
    "exclamation marks": "!" * 1_000,
    "question marks": "?" * 1_000,
    "one long name": "a" * 100_000,
    "one long number": "1" * 5_000,
    "one long line": "x = [" + "1, " * 20_000 + "]",
    "many lines": "x = 1\n" * 5_000,
}
DEEP = {
    "brackets": "[" * 5_000 + "]" * 5_000,
    "brackets within what Python takes": "[" * 150 + "]" * 150,
    "parentheses": "(" * 5_000,
    "minus signs": "-" * 20_000 + "1",
    "not not not": "not " * 20_000 + "1",
    "attributes": "x" + ".a" * 20_000,
    "calls": "x" + "()" * 20_000,
    "indices": "x" + "[0]" * 20_000,
    "sums": "+".join(["1"] * 20_000),
    "powers": "**".join(["1"] * 20_000),
    "comparisons": "<".join(["1"] * 20_000),
    "conditions": "1 if 1 else " * 20_000 + "1",
    "lambdas": "lambda: " * 20_000 + "1",
    "awaits": "await " * 20_000 + "x",
    "stars": "*" * 20_000 + "x",
    "f-strings": "f'{" * 100 + "1" + "}'" * 100,
    "elifs": "if 0: pass\n" + "elif 0: pass\n" * 3_000,
    "blocks": "".join(" " * n + "if 1:\n" for n in range(300)) + " " * 300 + "pass",
    "functions": "".join(" " * n + "def f():\n" for n in range(95)) + " " * 95 + "pass",
}


@pytest.mark.parametrize("what", [*ODD, *DEEP])
def test_odd_and_deep_cells(kernel, what):
    code = {**ODD, **DEEP}[what]

    result = kernel.run(code, timeout=60)

    assert result.status in ("ok", "error")
    kernel.request("complete", code[:300])
    kernel.request("inspect", code[:300])
    kernel.request("is_complete", code[:300])
    assert_well(kernel)


@pytest.mark.xmemory_only
@pytest.mark.parametrize("magic", MAGICS)
def test_odd_and_deep_words_after_a_magic(kernel, magic):
    for what, text in {**ODD, **DEEP}.items():
        result = kernel.run(magic.replace("{}", text[:2_000]), timeout=60)
        assert result.status in ("ok", "error"), what
        if result.status == "error":
            assert len(result.content["evalue"]) < 2_000_000, what
    assert_well(kernel)


SURROGATES = {
    "printed": "print('\\ud800 and \\udfff')",
    "displayed": "'\\ud800'",
    "a name": "globals()['\\ud800'] = bytearray(2_000_000)",
    "a class": "import types\nkeep = [type('\\udc80', (), {})() for _ in range(1_000)]",
    "an attribute": "class A: pass\na = A(); setattr(a, '\\ud800', bytearray(2_000_000))",
    "an exception's words": "raise ValueError('\\ud800')",
    "an exception's class": "raise type('\\ud800', (Exception,), {})()",
    "a thread": "import threading\nt = threading.Thread(target=print, args=('\\ud800',), name='\\ud800'); t.start(); t.join()",
    "a representation": "class R:\n    def __repr__(self): return '\\ud800'\nr = R(); r",
    "HTML": "class H:\n    def _repr_html_(self): return '\\ud800'\nH()",
    "a display": "from IPython.display import display\ndisplay({'text/plain': '\\ud800', '\\ud800': '\\ud800'}, raw=True)",
    "metadata": "from IPython.display import display\ndisplay({'text/plain': 'x'}, metadata={'\\ud800': '\\ud800'}, raw=True)",
    "code that is run": "exec('\\ud800')",
    "an input's prompt": "input('\\ud800')",
    "a file's name": "open('\\udc80')",
    "bytes of no text": "import os\nos.write(1, b'\\xff\\xfe\\x80') and os.write(2, b'\\xc3')",
    "a null byte printed": "print('a\\0b')",
    "a label": "import xmemory\nxmemory.compare('\"\\ud800\"', '1')",
}


@pytest.mark.parametrize("what", SURROGATES)
def test_half_characters(kernel, what):
    result = kernel.run(SURROGATES[what], timeout=60)

    assert result.status in ("ok", "error")
    assert_well(kernel)


@pytest.mark.xmemory_only
def test_reports_where_names_have_half_characters(kernel):
    for code in SURROGATES.values():
        kernel.run(code)
    for command in ("%memory", "%memory types", "%memory cells", "%memory cell -1", "%memory pools", "%memory gc"):
        kernel.ok(command)


def test_a_character_that_is_never_finished_stays_with_its_cell(kernel):
    assert kernel.ok("import os\nn = os.write(1, b'a\\xe2\\x82')").stdout.startswith("a\ufffd")
    assert kernel.ok("print('b')").stdout == "b\n"
    assert kernel.ok("n = os.write(1, b'\\xe2\\x82'); n = os.write(1, b'\\xac')").stdout == "\u20ac"


def test_what_is_wrong_in_the_text_is_replaced_and_the_rest_arrives(kernel):
    assert kernel.ok("print('a\\ud800b')").stdout in ("a\ufffdb\n", "a?b\n", "a\\ud800b\n")
    assert kernel.ok("import os\nn = os.write(1, b'left \\xff right\\n')").stdout == "left \ufffd right\n"


@pytest.mark.timeout(600)
def test_a_cell_of_many_MB(kernel):
    length = 50_000_000 if IS_LONG else 2_000_000

    result = kernel.run("x = '" + "a" * length + "'\nlen(x)", timeout=500, store_history=False)

    assert result.value["text/plain"] == str(length)
    if IS_XMEMORY:
        assert length <= result.record["kept_bytes"] + result.record["source_bytes"] < length + 10_000
    kernel.ok("del x")
    assert_well(kernel)


@pytest.mark.xmemory_only
@pytest.mark.parametrize("magic", ["%memory explain ", "%memory measure ", "%memory ", "%%memory check peak<", "%memory size "])
def test_a_magic_with_a_MB_after_it(kernel, magic):
    assert kernel.run(magic + "a" * 1_000_000, timeout=60).status == "error"
    assert_well(kernel)


DEEP_OBJECTS = """
def nested(n, make):
    inner = None
    for _ in range(n):
        inner = make(inner)
    return inner
class Node:
    def __init__(self, inner): self.inner = inner
deep = [nested(100_000, make) for make in (lambda x: [x], lambda x: (x,), lambda x: {1: x}, Node)]
loop = []; loop.append(loop)
"""


@pytest.mark.xmemory_only
def test_objects_within_objects_100_000_deep(start_kernel):
    kernel = start_kernel()
    kernel.ok(DEEP_OBJECTS)
    for command in ("%memory", "%memory types", "%memory size deep", "%memory size deep[0], loop", "%memory size loop",
                    "%memory gc", "%memory pools", "%memory mark deep", "%memory types --since deep"):
        kernel.ok(command, timeout=60)
    kernel.ok("del deep", timeout=60)
    assert "Freed" in kernel.ok("loop = None\n%memory gc").displays[-1]["text/plain"]
    assert_well(kernel)


def high_water_bytes(pid):
    """The most that the process ever had resident."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


OUTPUTS = 1_000_000 if IS_LONG else 100_000
MESSAGES = 10_000  # that cannot be put together


@pytest.mark.timeout(900)
@pytest.mark.parametrize("code, arrived", [
    (f"for i in range({OUTPUTS}): print(i)", lambda result: result.stdout.count("\n")),
    (f"import sys\nfor i in range({MESSAGES // 2}): print(i); print(i, file=sys.stderr)",
     lambda result: OUTPUTS // MESSAGES * (result.stdout.count("\n") + result.stderr.count("\n"))),
    (f"import os\nfor i in range({OUTPUTS}): os.write(1, b'line\\n')", lambda result: result.stdout.count("line\n")),
], ids=["lines", "two streams in turn", "past Python"])
def test_many_outputs_all_arrive_and_take_no_memory(fresh, code, arrived):
    fresh.ok("print(1)")
    before = high_water_bytes(fresh.pid)

    result = fresh.run(code, timeout=600 if IS_LONG else 100)

    assert result.status == "ok" and arrived(result) == OUTPUTS
    grown = high_water_bytes(fresh.pid) - before
    print(f"{OUTPUTS} outputs: {grown:,} B more at the highest")
    assert grown < 80_000_000
    assert_well(fresh)


@pytest.mark.timeout(900)
def test_many_displays_take_no_memory(fresh):
    """Each is a message of its own, and ZeroMQ's sockets hold 1,000: the kernel waits for its front end instead of losing the rest."""
    fresh.ok("from IPython.display import display")
    before = high_water_bytes(fresh.pid)

    result = fresh.run(f"for i in range({MESSAGES}): display(i)", timeout=100)

    assert result.status == "ok" and len(result.displays) == MESSAGES
    assert high_water_bytes(fresh.pid) - before < 80_000_000
    assert_well(fresh)


def collect_unread(kernel, msg_id):
    """The cell's result, where the front end takes nothing that is published until the cell has ended."""
    while not kernel.client.shell_channel.msg_ready():
        assert kernel.alive()
        kernel.client.shell_channel.socket.poll(200)
    return kernel.collect(msg_id, timeout=100)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("code, arrived", [
    ("line = 'x' * 999\nfor i in range(20_000): print(line)", lambda result: result.stdout.count("\n")),
    ("import sys\nfor i in range(10_000): print(i); print(i, file=sys.stderr)",
     lambda result: result.stdout.count("\n") + result.stderr.count("\n")),
    ("from IPython.display import display\nfor i in range(20_000): display(i)", lambda result: len(result.displays)),
], ids=["lines", "two streams in turn", "displays"])
def test_what_nobody_reads_before_the_cell_has_ended_is_not_lost(fresh, code, arrived):
    fresh.ok("print(1)")
    before = high_water_bytes(fresh.pid)

    result = collect_unread(fresh, fresh.send(code))

    grown = high_water_bytes(fresh.pid) - before
    print(f"20,000 outputs unread: {grown:,} B more at the highest")
    assert result.status == "ok" and arrived(result) == 20_000
    assert grown < 100_000_000
    assert_well(fresh)


@pytest.mark.timeout(300)
def test_more_than_the_kernel_keeps_for_a_front_end_that_takes_nothing(fresh):
    """32 MB wait and no more; then output is left out, and that it was is told, and the cell's end."""
    fresh.ok("from IPython.display import display\nfrom time import monotonic\ntext = 'x' * 100_000")
    before = high_water_bytes(fresh.pid)

    msg_id = fresh.send("began = monotonic()\nfor i in range(2_000): display(text)\ntook = monotonic() - began")
    result = collect_unread(fresh, msg_id)

    grown = high_water_bytes(fresh.pid) - before
    assert grown < 150_000_000
    shown = len(result.displays)
    left_out = re.search(r"^([\d,]+) outputs of this cell left out: 32 MB waited", result.stderr, re.MULTILINE)
    assert left_out and shown >= 300
    assert int(left_out[1].replace(",", "")) - (2_000 - shown) in (0, 1)  # the footer
    assert float(fresh.evaluate("took")) < 20
    assert_well(fresh)


@pytest.mark.timeout(300)
def test_an_interrupt_ends_a_cell_whose_output_nobody_takes(fresh):
    fresh.ok("from IPython.display import display\ntext = 'x' * 100_000")
    msg_id = fresh.send("while True: display(text)")
    time.sleep(1)

    fresh.interrupt()

    assert collect_unread(fresh, msg_id).error["ename"] == "KeyboardInterrupt"
    assert_well(fresh)


SUBSCRIBER = """
import sys, time, zmq
socket = zmq.Context().socket(zmq.SUB)
socket.subscribe(b"")
socket.connect(sys.argv[1])
socket.poll()
print("hears", flush=True)
time.sleep(600)
"""


@pytest.mark.timeout(300)
def test_a_second_front_end_that_was_suspended_does_not_take_the_first_ones_output(fresh):
    """It is told what the first one misses, for half a minute; then the connection to the one that sleeps is given up."""
    fresh.ok("from IPython.display import display\ntext = 'x' * 100_000")
    iopub = fresh.client.iopub_channel.socket.getsockopt(zmq.LAST_ENDPOINT).decode()
    sleeper = subprocess.Popen([sys.executable, "-c", SUBSCRIBER, iopub], stdout=subprocess.PIPE, text=True)
    try:
        fresh.wait_until(lambda: fresh.ok("1") and select.select([sleeper.stdout], [], [], 0)[0], "the second front end")
        sleeper.send_signal(signal.SIGSTOP)

        first = fresh.ok("for i in range(600): display(text)", timeout=100)
        assert "outputs of this cell left out" in first.stderr and len(first.displays) >= 300

        fresh.wait_until(lambda: fresh.ok("display('again')", timeout=100).displays, "the first one's output again", timeout=90)
        later = fresh.ok("for i in range(200): display(text)", timeout=100)
        assert len(later.displays) == 200 and later.stderr == ""
    finally:
        sleeper.kill()
        sleeper.wait()
