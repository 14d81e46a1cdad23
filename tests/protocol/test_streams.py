"""What a cell writes arrives: whole, once, in order, in the cell that wrote it, by whichever way it was written."""
import pytest

SURROGATE = r"print('\ud800')"


def stream_messages(result):
    return [(c["name"], c["text"]) for c in result.of_type("stream")]


@pytest.mark.parametrize(
    "code, text",
    [
        ("print(1)", "1\n"),
        ("print('a', 'b')", "a b\n"),
        ("print('a', 'b', sep=' and ', end='.')", "a and b."),
        ("print('two\\nlines')", "two\nlines\n"),
        ("print()", "\n"),
        ("print('é 漢字 😀')", "é 漢字 😀\n"),
    ],
)
def test_one_print_is_one_message(kernel, code, text):
    assert stream_messages(kernel.ok(code)) == [("stdout", text)]


def test_stderr_is_told_apart(kernel):
    result = kernel.ok("import sys\nprint('oh', file=sys.stderr)")

    assert stream_messages(result) == [("stderr", "oh\n")]


def test_nothing_printed_is_no_message(kernel):
    assert stream_messages(kernel.ok("x = 1\nprint('', end='')")) == []


@pytest.mark.xmemory_only
def test_stdout_stderr_and_displays_keep_their_order(kernel):
    result = kernel.ok(
        "import sys\nprint('1')\nprint('2', file=sys.stderr)\ndisplay('3')\nprint('4')\nprint('5', file=sys.stderr)\n6"
    )

    outputs = [m["content"] for m in result.messages if m["msg_type"] != "execute_input"]
    order = [c["text"].strip() if "text" in c else c["data"]["text/plain"] for c in outputs]
    assert order == ["1", "2", "'3'", "4", "5", "6"]


def test_a_display_comes_after_what_was_printed_before_it(kernel):
    result = kernel.ok("print('before')\ndisplay('it')\nprint('after')")

    kinds = [m["msg_type"] for m in result.messages if m["msg_type"] != "execute_input"]
    assert kinds == ["stream", "display_data", "stream"]


@pytest.mark.parametrize(
    "code, name",
    [
        ("import os; os.system('echo hello')", "stdout"),
        ("import os; os.system('echo hello >&2')", "stderr"),
        ("import subprocess; subprocess.run(['echo', 'hello'])", "stdout"),
        ("import os; os.write(1, b'hello\\n')", "stdout"),
        ("import os; os.write(2, b'hello\\n')", "stderr"),
        ("import ctypes; libc = ctypes.CDLL(None); libc.write(1, b'hello\\n', 6)", "stdout"),
        ("import ctypes; libc = ctypes.CDLL(None); libc.perror(b'hello')", "stderr"),
        ("import sys; print('hello', file=sys.__stdout__, flush=True)", "stdout"),
        pytest.param(
            "import ctypes; libc = ctypes.CDLL(None); libc.puts(b'hello')", "stdout", marks=pytest.mark.xmemory_only
        ),
        pytest.param(
            "import ctypes; libc = ctypes.CDLL(None); libc.printf(b'hello')", "stdout", marks=pytest.mark.xmemory_only
        ),
    ],
)
def test_file_descriptors_arrive_in_the_cell(kernel, code, name):
    result = kernel.ok(code + "; None")

    assert "".join(result.stream(name)).startswith("hello")
    assert {stream for stream, _ in stream_messages(result)} == {name}
    assert stream_messages(kernel.ok("pass")) == []


@pytest.mark.xmemory_only
def test_a_child_process_writes_between_two_prints(kernel):
    result = kernel.ok("import os\nprint('a')\nos.system('echo b')\nprint('c')")

    assert result.stdout == "a\nb\nc\n"


def test_a_long_text_is_whole(kernel):
    result = kernel.ok("print('x' * 5_000_000)")

    assert len(result.stdout) == 5_000_001
    assert set(result.stdout) == {"x", "\n"}


def test_many_prints_are_whole_and_in_order(kernel):
    result = kernel.ok("for i in range(20_000): print(i)", timeout=50)

    assert result.stdout == "".join(f"{i}\n" for i in range(20_000))


def test_many_bytes_of_a_child_are_whole(kernel):
    result = kernel.ok("import subprocess; subprocess.run(['seq', '300000']); None", timeout=50)

    assert result.stdout == "".join(f"{i}\n" for i in range(1, 300_001))


@pytest.mark.xmemory_only
def test_a_character_cut_in_two_writes_arrives_as_one(kernel):
    result = kernel.ok("import os, time\nos.write(1, b'\\xc3'); time.sleep(0.3); os.write(1, b'\\xa9\\n'); None")

    assert result.stdout == "é\n"


def test_bytes_that_are_no_text_do_not_harm(kernel):
    result = kernel.ok("import os; os.write(1, b'a\\xff\\xfeb\\n'); None")

    assert result.stdout.startswith("a") and result.stdout.endswith("b\n")
    assert kernel.ok("print('next')").stdout == "next\n"


def test_a_lone_surrogate_does_not_harm(kernel):
    result = kernel.run(SURROGATE)

    assert result.status in ("ok", "error")
    assert kernel.ok("print('next')").stdout == "next\n"


def test_output_of_threads(kernel):
    result = kernel.ok(
        "import threading\n"
        "threads = [threading.Thread(target=lambda n=n: print(f'<{n}>\\n', end='')) for n in range(20)]\n"
        "for t in threads: t.start()\n"
        "for t in threads: t.join()"
    )

    assert sorted(result.stdout.split()) == sorted(f"<{n}>" for n in range(20))


def test_a_thread_may_print_after_its_cell(kernel):
    began = kernel.ok(
        "import threading\n"
        "go = threading.Event()\n"
        "threading.Thread(target=lambda: (go.wait(), print('late', flush=True))).start()"
    )
    first = began.reply["parent_header"]["msg_id"]
    second = kernel.send("go.set()")
    kernel.collect(second)

    kernel.wait_until(lambda: "late\n" in kernel.printed(first) + kernel.printed(second), "the thread's output")


@pytest.mark.xmemory_only
def test_output_of_a_forked_child_arrives_once(kernel):
    result = kernel.ok(
        "import os, sys\n"
        "print('parent')\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    print('child')\n"
        "    sys.stdout.flush()\n"
        "    os._exit(0)\n"
        "status = os.waitpid(pid, 0)[1]\n"
        "print('status', status)",
    )

    assert sorted(result.stdout.splitlines()) == ["child", "parent", "status 0"]


def test_the_stream_objects(kernel):
    kernel.ok("import sys, io")

    assert kernel.evaluate("sys.stdout.encoding.lower(), sys.stderr.encoding.lower()") == "('utf-8', 'utf-8')"
    assert kernel.evaluate("sys.stdout.isatty(), sys.stderr.isatty()") == "(False, False)"
    assert kernel.evaluate("sys.stdout.writable(), sys.stdout.readable()") == "(True, False)"
    assert kernel.evaluate("isinstance(sys.stdout, io.TextIOBase)") == "True"
    assert kernel.ok("sys.stdout.flush(); sys.stderr.flush()").messages[1:] == []
    result = kernel.ok("n = sys.stdout.write('five\\n'); sys.stdout.writelines(['a', 'b']); print(n)")
    assert result.stdout == "five\nab5\n"


def test_output_before_an_error_is_kept(kernel):
    result = kernel.run("print('before')\n1/0")

    assert result.stdout == "before\n"
    assert [m["msg_type"] for m in result.messages][-2:] == ["stream", "error"]
    assert result.error["ename"] == "ZeroDivisionError"


@pytest.mark.xmemory_only
def test_many_flushes_are_few_messages(kernel):
    result = kernel.ok("for line in range(10_000): print(line, flush=True)")

    assert result.stdout.split() == [str(line) for line in range(10_000)]
    assert len(result.of_type("stream")) < 1_000
