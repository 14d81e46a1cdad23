"""The requests that a front end makes beside running cells."""
import os
import platform
import socket
import time

import nbformat
import pytest
from nbconvert.exporters import get_exporter

from kernel_driver import IS_XMEMORY

BUSY = "print('started', flush=True)\nwhile True: pass"


def test_kernel_info(kernel):
    info = kernel.request("kernel_info")

    assert info["status"] == "ok"
    assert info["protocol_version"].startswith("5.")
    assert info["banner"]
    assert info["help_links"] and all(link["text"] and link["url"] for link in info["help_links"])
    language = info["language_info"]
    assert language["name"] == "python"
    assert language["version"] == platform.python_version()
    assert language["mimetype"] == "text/x-python"
    assert language["file_extension"] == ".py"
    assert language["pygments_lexer"] == "ipython3"
    assert language["codemirror_mode"] == {"name": "ipython", "version": 3}
    assert language["nbconvert_exporter"] == "python"


@pytest.mark.xmemory_only
def test_kernel_info_says_who_it_is(kernel):
    info = kernel.request("kernel_info")

    assert info["implementation"] == "xmemory"
    assert info["implementation_version"]
    assert info["debugger"] is True


def test_a_notebook_exported_to_a_script_is_python(kernel):
    info = kernel.request("kernel_info")
    cells = [nbformat.v4.new_markdown_cell("# Words"), nbformat.v4.new_code_cell("x = 1\n%time x + 1")]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"language_info": info["language_info"]})
    exporter = get_exporter(info["language_info"]["nbconvert_exporter"])()

    script, resources = exporter.from_notebook_node(notebook)

    assert resources["output_extension"] == ".py"
    assert "x = 1" in script and "# # Words" in script and "run_line_magic" in script
    compile(script, "<script>", "exec")


def completions(kernel, code, cursor=None):
    reply = kernel.request("complete", code, len(code) if cursor is None else cursor)
    assert reply["status"] == "ok"
    assert reply["cursor_start"] <= reply["cursor_end"]
    return reply


@pytest.mark.parametrize(
    "code, match, start",
    [
        ("pri", "print", 0),
        ("import shelv", "shelve", 7),
        ("import os; os.path.joi", "join", 19),
        ("%tim", "%time", 0),
        ("'😀'; pri", "print", 5),
    ],
)
def test_complete(kernel, code, match, start):
    reply = completions(kernel, code)

    assert any(found.split(".")[-1] == match for found in reply["matches"]), reply["matches"]
    assert reply["cursor_end"] == len(code)
    if "." not in reply["matches"][0]:
        assert reply["cursor_start"] == start


def test_complete_knows_the_learners_names_and_the_cursor(kernel):
    kernel.ok("a_long_name = 1")

    reply = completions(kernel, "a_lon + 1", cursor=5)

    assert reply["matches"] == ["a_long_name"]
    assert (reply["cursor_start"], reply["cursor_end"]) == (0, 5)


def test_nothing_to_complete(kernel):
    assert completions(kernel, "no_such_thing_at_al")["matches"] == []


@pytest.mark.xmemory_only
def test_complete_knows_the_commands_of_memory(kernel):
    assert {"%memory", "%%memory"} & set(completions(kernel, "%mem")["matches"])
    commands = set(completions(kernel, "%memory c")["matches"])
    assert commands == {"cell", "cells", "check", "compare"}
    assert completions(kernel, "%memory compa")["matches"] == ["compare"]


def test_inspect(kernel):
    kernel.ok("def mine():\n    'Docs of mine.'\n    return 'the source'")

    found = kernel.request("inspect", "print(", 5)
    docs = kernel.request("inspect", "mine", 4)
    source = kernel.request("inspect", "mine", 4, detail_level=1)
    missing = kernel.request("inspect", "no_such_thing", 5)

    assert found["status"] == "ok" and found["found"] is True and "Prints" in found["data"]["text/plain"]
    assert "Docs of mine." in docs["data"]["text/plain"]
    assert "the source" in source["data"]["text/plain"] and "the source" not in docs["data"]["text/plain"]
    assert missing["status"] == "ok" and missing["found"] is False and missing["data"] == {}


def test_inspect_finds_the_function_whose_arguments_are_typed(kernel):
    reply = kernel.request("inspect", "zip(a, ", 7)

    assert reply["found"] is True
    assert "zip" in reply["data"]["text/plain"]


@pytest.mark.parametrize(
    "code, status, indent",
    [
        ("1 + 1", "complete", None),
        ("for i in range(3):", "incomplete", "    "),
        ("if True:\n    for i in x:", "incomplete", "        "),
        ("print('''", "incomplete", ""),
        ("x = = 1", "invalid", None),
        ("%%time\n1", "incomplete", ""),
        ("!ls", "complete", None),
        ("", "complete", None),
    ],
)
def test_is_complete(kernel, code, status, indent):
    reply = kernel.request("is_complete", code)

    assert reply["status"] == status
    if indent is not None:
        assert reply["indent"] == indent


def test_usage(kernel):
    usage = kernel.control("usage_request")

    assert usage["hostname"] == socket.gethostname()
    assert usage["pid"] == kernel.pid
    with open(f"/proc/{kernel.pid}/status") as status:
        resident = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))
    assert 1_000_000 < usage["kernel_memory"] < resident * 1.2
    assert usage["cpu_count"] == os.cpu_count()
    assert usage["kernel_cpu"] >= 0
    assert 0 <= usage.get("host_cpu_percent", 0) <= 100
    with open("/proc/meminfo") as meminfo:
        assert usage["host_virtual_memory"]["total"] == int(meminfo.readline().split()[1]) * 1024
    assert 0 < usage["host_virtual_memory"]["available"] <= usage["host_virtual_memory"]["total"]


def test_usage_is_answered_while_a_cell_runs(kernel):
    msg_id = kernel.send(BUSY)
    kernel.wait_output(msg_id, "started")
    kernel.control("usage_request")
    began = time.monotonic()

    usage = kernel.control("usage_request")

    assert time.monotonic() - began < 2
    assert msg_id not in kernel.replies
    assert usage["pid"] == kernel.pid
    kernel.interrupt()
    kernel.collect(msg_id)


@pytest.mark.parametrize("channel", ["shell", "control"])
def test_an_unknown_message_does_no_harm(kernel, channel):
    kernel.send_raw(channel, "no_such_request", {"a": 1})

    assert kernel.request("kernel_info")["status"] == "ok"
    assert kernel.ok("6 * 7").value["text/plain"] == "42"
    assert kernel.control("usage_request")["pid"] == kernel.pid


def test_a_request_without_its_content_does_no_harm(kernel):
    kernel.send_raw("shell", "complete_request", {})

    assert kernel.ok("6 * 7").value["text/plain"] == "42"


def test_busy_and_idle_frame_each_request(kernel):
    for method, args in (("kernel_info", ()), ("complete", ("pri", 3)), ("is_complete", ("1",)), ("comm_info", ())):
        msg_id = getattr(kernel.client, method)(*args)
        kernel.wait_reply(msg_id)
        states = [m["content"]["execution_state"] for m in kernel.wait_idle(msg_id)]
        assert states == ["busy", "idle"], method


def test_the_session_and_user_of_a_reply(kernel):
    reply = kernel.ok("1").reply

    assert reply["parent_header"]["session"] == kernel.client.session.session
    assert reply["header"]["session"] != kernel.client.session.session
    assert reply["header"]["version"].startswith("5.")
    assert reply["header"]["msg_type"] == "execute_reply"
    if IS_XMEMORY:
        assert reply["metadata"]["xmemory"]["schema"] == 1
