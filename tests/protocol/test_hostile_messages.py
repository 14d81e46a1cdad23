"""Messages that no front end would send: the kernel answers what it can, drops the rest, and goes on."""
import json

import pytest

from raw_messages import DELIMITER, assert_well, encoded, frames, header, send

pytestmark = pytest.mark.xmemory_only

DEEP = b"[" * 100_000 + b"]" * 100_000
CHANNELS = ["shell", "control", "stdin"]


def run_this(code="1", **changes):
    return {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, **changes}


UNSIGNED = {
    "no signature": lambda k: frames(k, header("execute_request"), run_this("hacked = 1"), signature=b""),
    "a wrong one": lambda k: frames(k, header("execute_request"), run_this("hacked = 1"), signature=b"0" * 64),
    "a short one": lambda k: frames(k, header("execute_request"), run_this("hacked = 1"), signature=b"0"),
    "a long one": lambda k: frames(k, header("execute_request"), run_this("hacked = 1"), signature=b"0" * 100_000),
    "in capitals": lambda k: upper(frames(k, header("execute_request"), run_this("hacked = 1"))),
    "of another content": lambda k: swapped(frames(k, header("execute_request"), run_this("1")), run_this("hacked = 1")),
}


def upper(parts):
    return [parts[0], b"Z" + parts[1].upper()[1:], *parts[2:]]


def swapped(parts, content):
    return [*parts[:5], encoded(content)]


@pytest.mark.parametrize("channel", ["shell", "control"])
@pytest.mark.parametrize("what", UNSIGNED)
def test_what_is_not_signed_is_not_done(kernel, channel, what):
    send(kernel, channel, UNSIGNED[what](kernel))

    assert_well(kernel)
    assert kernel.evaluate("'hacked' in globals()") == "False"


def test_a_message_played_again_is_run_again_but_harms_nothing(kernel):
    """A signature says who, not when: whoever can read the channel has the key's file as well."""
    parts = frames(kernel, header("execute_request"), run_this("x = 1"))

    send(kernel, "shell", parts)
    send(kernel, "shell", parts)

    assert_well(kernel)


BROKEN = {
    "nothing": lambda k: [b""],
    "no delimiter": lambda k: [b"hello", b"world"],
    "delimiter alone": lambda k: [DELIMITER],
    "two parts": lambda k: [DELIMITER, b"", b"{}"],
    "a part less": lambda k: frames(k, header("execute_request"), run_this())[:-1],
    "many delimiters": lambda k: [DELIMITER] * 20,
    "a thousand parts": lambda k: [b"x"] * 1_000,
    "bad JSON": lambda k: frames(k, header("execute_request"), b"{"),
    "bad JSON in the header": lambda k: frames(k, b"{", run_this()),
    "bad UTF-8": lambda k: frames(k, header("execute_request"), b'{"code": "\xff\xfe"}'),
    "null bytes": lambda k: frames(k, header("execute_request"), b'{"code": "\x00"}'),
    "deep content": lambda k: frames(k, header("execute_request"), DEEP),
    "deep metadata": lambda k: frames(k, header("kernel_info_request"), {}, metadata=DEEP),
    "header is a list": lambda k: frames(k, b"[1, 2]", run_this()),
    "header is null": lambda k: frames(k, b"null", run_this()),
    "header is a number": lambda k: frames(k, b"1e999", run_this()),
    "header is empty": lambda k: frames(k, b"{}", run_this()),
    "type is a number": lambda k: frames(k, header(7), run_this()),
    "type is null": lambda k: frames(k, header(None), run_this()),
    "type is long": lambda k: frames(k, header("x" * 1_000_000), run_this()),
    "version is a list": lambda k: frames(k, header("kernel_info_request", version=[])),
    "session is a number": lambda k: frames(k, header("kernel_info_request", session=1, username=None, msg_id=5)),
    "content is a list": lambda k: frames(k, header("execute_request"), b"[]"),
    "content is null": lambda k: frames(k, header("execute_request"), b"null"),
    "content is text": lambda k: frames(k, header("execute_request"), b'"x"'),
    "content is empty": lambda k: frames(k, header("execute_request"), {}),
    "metadata is a list": lambda k: frames(k, header("execute_request"), run_this(), metadata=b"[1]"),
    "metadata is null": lambda k: frames(k, header("execute_request"), run_this(), metadata=b"null"),
    "parent is a list": lambda k: frames(k, header("execute_request"), run_this(), parent=b"[1]"),
    "cell id is a number": lambda k: frames(k, header("execute_request"), run_this(), metadata={"cellId": 7}),
    "code is a number": lambda k: frames(k, header("execute_request"), run_this(5)),
    "code is a list": lambda k: frames(k, header("execute_request"), run_this([1])),
    "code is null": lambda k: frames(k, header("execute_request"), run_this(None)),
    "code has a lone surrogate": lambda k: frames(k, header("execute_request"), b'{"code": "\'\\ud800\'"}'),
    "silent is text": lambda k: frames(k, header("execute_request"), run_this(silent="yes")),
    "store_history is a list": lambda k: frames(k, header("execute_request"), run_this(store_history=[])),
    "stop_on_error is text": lambda k: frames(k, header("execute_request"), run_this(stop_on_error="no")),
    "stop_on_error is null": lambda k: frames(k, header("execute_request"), run_this(stop_on_error=None)),
    "allow_stdin is an object": lambda k: frames(k, header("execute_request"), run_this(allow_stdin={})),
    "user_expressions is a list": lambda k: frames(k, header("execute_request"), run_this(user_expressions=[1])),
    "user_expressions is null": lambda k: frames(k, header("execute_request"), run_this(user_expressions=None)),
    "user_expressions of numbers": lambda k: frames(k, header("execute_request"), run_this(user_expressions={"a": 1})),
    "complete: cursor is text": lambda k: frames(k, header("complete_request"), {"code": "a", "cursor_pos": "x"}),
    "complete: cursor below zero": lambda k: frames(k, header("complete_request"), {"code": "abc", "cursor_pos": -5}),
    "complete: cursor far out": lambda k: frames(k, header("complete_request"), {"code": "abc", "cursor_pos": 2**40}),
    "complete: cursor a fraction": lambda k: frames(k, header("complete_request"), {"code": "abc", "cursor_pos": 1.5}),
    "complete: memory": lambda k: frames(k, header("complete_request"), {"code": "%memory ", "cursor_pos": -1}),
    "inspect: nothing": lambda k: frames(k, header("inspect_request"), {}),
    "inspect: cursor far out": lambda k: frames(k, header("inspect_request"), {"code": "abc", "cursor_pos": 2**62, "detail_level": 9}),
    "inspect: level is text": lambda k: frames(k, header("inspect_request"), {"code": "a", "cursor_pos": 0, "detail_level": "x"}),
    "is_complete: code is a list": lambda k: frames(k, header("is_complete_request"), {"code": []}),
    "history: nothing": lambda k: frames(k, header("history_request"), {}),
    "history: access is a number": lambda k: frames(k, header("history_request"), {"hist_access_type": 7}),
    "history: n is text": lambda k: frames(k, header("history_request"), {"hist_access_type": "tail", "n": "many"}),
    "history: n below zero": lambda k: frames(k, header("history_request"), {"hist_access_type": "tail", "n": -5}),
    "history: session is text": lambda k: frames(k, header("history_request"), {"hist_access_type": "range", "session": "x"}),
    "history: pattern is a list": lambda k: frames(k, header("history_request"), {"hist_access_type": "search", "pattern": []}),
    "history: content is a list": lambda k: frames(k, header("history_request"), b"[1]"),
    "comm_open: nothing": lambda k: frames(k, header("comm_open"), {}),
    "comm_open: target is a list": lambda k: frames(k, header("comm_open"), {"comm_id": [], "target_name": [], "data": 1}),
    "comm_open: unknown target": lambda k: frames(k, header("comm_open"), {"comm_id": "a", "target_name": "none", "data": {}}),
    "comm_msg: unknown comm": lambda k: frames(k, header("comm_msg"), {"comm_id": "nobody", "data": {}}),
    "comm_msg: nothing": lambda k: frames(k, header("comm_msg"), {}),
    "comm_close: nothing": lambda k: frames(k, header("comm_close"), {}),
    "comm_info: target is a list": lambda k: frames(k, header("comm_info_request"), {"target_name": [1]}),
    "comm_info: content is a list": lambda k: frames(k, header("comm_info_request"), b"[]"),
    "debug: nothing": lambda k: frames(k, header("debug_request"), {}),
    "debug: content is a list": lambda k: frames(k, header("debug_request"), b"[]"),
    "debug: command is a number": lambda k: frames(k, header("debug_request"), {"command": 1}),
    "debug: no arguments": lambda k: frames(k, header("debug_request"), {"type": "request", "command": "inspectVariables", "seq": 1}),
    "debug: arguments are a list": lambda k: frames(k, header("debug_request"), {"type": "request", "seq": "x", "command": "richInspectVariables", "arguments": []}),
    "debug: not started": lambda k: frames(k, header("debug_request"), {"type": "request", "seq": 1, "command": "stackTrace", "arguments": {}}),
    "a reply": lambda k: frames(k, header("execute_reply"), {"status": "ok"}),
    "an output": lambda k: frames(k, header("stream"), {"name": "stdout", "text": "x"}),
    "an answer that nobody asked for": lambda k: frames(k, header("input_reply"), {"value": "x"}),
    "an answer without a value": lambda k: frames(k, header("input_reply"), {}),
    "interrupt with content": lambda k: frames(k, header("interrupt_request"), b"[1]"),
    "usage with content": lambda k: frames(k, header("usage_request"), b"null"),
    "connect_request": lambda k: frames(k, header("connect_request")),
    "protocol 4": lambda k: frames(k, header("execute_request", version="4.1"), run_this()),
    "protocol 9": lambda k: frames(k, header("execute_request", version="9.9"), run_this()),
    "protocol 3, an object_info_request": lambda k: frames(k, header("object_info_request", version="3.0"), {"oname": "x"}),
    "empty type": lambda k: frames(k, header(""), run_this()),
    "shutdown is no type of shell's": lambda k: frames(k, header("shutdown")),
    "many buffers": lambda k: frames(k, header("execute_request"), run_this(), buffers=[b"x" * 1000] * 500),
    "a big buffer": lambda k: frames(k, header("kernel_info_request"), {}, buffers=[bytes(20_000_000)]),
}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_message_does_no_harm(kernel, channel, what):
    send(kernel, channel, BROKEN[what](kernel))

    assert_well(kernel)


def test_a_cell_on_the_control_channel_is_refused(kernel):
    """It would run on another thread than all other cells."""
    message = header("execute_request")
    send(kernel, "control", frames(kernel, message, run_this("on_control = 1")))

    assert "control channel" in kernel.wait_reply(message["msg_id"])["content"]["evalue"]
    assert kernel.evaluate("'on_control' in globals()") == "False"


def test_requests_that_cannot_be_understood_are_answered(kernel):
    """A front end that waits for a reply gets one."""
    for msg_type, content in (
        ("execute_request", {"code": 5}),
        ("complete_request", {"code": []}),
        ("history_request", {"n": "many"}),
        ("debug_request", {"command": "stackTrace"}),
    ):
        message = header(msg_type)
        send(kernel, "shell", frames(kernel, message, content))
        reply = kernel.wait_reply(message["msg_id"])
        assert reply["content"]["status"] == "error", msg_type
        assert reply["content"]["evalue"]
