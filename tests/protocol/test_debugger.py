"""The debugger: a front end stops a cell at a line, looks around, and lets it go on."""
import itertools

import pytest

CODE = "number = 41\nnumber += 1\nprint('number is', number)"


class Debugger:
    """The front end's side of the debug adapter protocol, over debug_request."""

    def __init__(self, kernel):
        self.kernel = kernel
        self.sequence = itertools.count(1)

    def ask(self, command, timeout=20, **arguments):
        request = {"type": "request", "seq": next(self.sequence), "command": command, "arguments": arguments}
        reply = self.kernel.control("debug_request", request, timeout)
        assert reply["success"], reply
        assert reply["command"] == command
        return reply.get("body", {})

    def attach(self):
        self.ask(
            "initialize", clientID="test", adapterID="", pathFormat="path", linesStartAt1=True, columnsStartAt1=True,
            supportsVariableType=True, supportsVariablePaging=True, supportsRunInTerminalRequest=True, locale="en",
        )
        self.ask("attach")

    def stop_at(self, code, line):
        path = self.ask("dumpCell", code=code)["sourcePath"]
        body = self.ask("setBreakpoints", source={"path": path}, breakpoints=[{"line": line}], sourceModified=False)
        assert [b["verified"] for b in body["breakpoints"]] == [True]
        self.ask("configurationDone")

    def wait_event(self, name, timeout=20):
        def event():
            for message in itertools.chain(*self.kernel.published.values()):
                if message["msg_type"] == "debug_event" and message["content"]["event"] == name:
                    return message["content"]

        return self.kernel.wait_until(event, f"debug event {name}", timeout)


@pytest.fixture
def debugger(fresh):
    return Debugger(fresh)


def test_before_it_is_attached(debugger):
    info = debugger.ask("debugInfo")

    assert info["isStarted"] is False
    assert info["breakpoints"] == [] and info["stoppedThreads"] == []
    assert {"hashMethod", "hashSeed", "tmpFilePrefix", "tmpFileSuffix"} <= info.keys()


def test_a_cell_is_stopped_looked_at_and_let_go(debugger):
    debugger.attach()
    debugger.stop_at(CODE, line=2)
    assert debugger.ask("debugInfo")["isStarted"] is True

    msg_id = debugger.kernel.send(CODE)
    stopped = debugger.wait_event("stopped")
    assert stopped["body"]["reason"] == "breakpoint"
    thread = stopped["body"]["threadId"]

    frames = debugger.ask("stackTrace", threadId=thread)["stackFrames"]
    assert frames[0]["line"] == 2
    scopes = debugger.ask("scopes", frameId=frames[0]["id"])["scopes"]
    variables = debugger.ask("variables", variablesReference=scopes[0]["variablesReference"])["variables"]
    assert {"name": "number", "value": "41", "type": "int"}.items() <= next(
        v for v in variables if v["name"] == "number"
    ).items()

    debugger.ask("continue", threadId=thread)
    assert debugger.kernel.collect(msg_id).stdout == "number is 42\n"
    debugger.ask("disconnect", restart=False, terminateDebuggee=True)
    assert debugger.ask("debugInfo")["isStarted"] is False
    assert debugger.kernel.ok("number").value["text/plain"] == "42"


def test_stepping(debugger):
    debugger.attach()
    debugger.stop_at(CODE, line=1)
    msg_id = debugger.kernel.send(CODE)
    thread = debugger.wait_event("stopped")["body"]["threadId"]
    debugger.kernel.published.clear()

    debugger.ask("next", threadId=thread)

    assert debugger.wait_event("stopped")["body"]["reason"] == "step"
    assert debugger.ask("stackTrace", threadId=thread)["stackFrames"][0]["line"] == 2
    debugger.ask("continue", threadId=thread)
    debugger.kernel.wait_reply(msg_id)
    debugger.ask("disconnect", restart=False, terminateDebuggee=True)


def test_variables_can_be_looked_at_without_stopping(debugger):
    debugger.kernel.ok("looked_at = [1, 2]")

    variables = debugger.ask("inspectVariables")["variables"]
    rich = debugger.ask("richInspectVariables", variableName="looked_at")

    assert "looked_at" in [v["name"] for v in variables]
    assert rich["data"]["text/plain"] == "[1, 2]"


def test_cells_run_while_it_is_attached_and_nothing_is_stopped(debugger):
    debugger.attach()
    debugger.ask("configurationDone")

    assert debugger.kernel.ok("print('free')\n6 * 7").value["text/plain"] == "42"
    debugger.ask("disconnect", restart=False, terminateDebuggee=True)
