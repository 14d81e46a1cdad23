"""execute_request: its options, its reply, what it publishes, and how it asks for input."""
import re

import pytest


def test_a_cell_is_counted_and_announced(kernel):
    first = kernel.ok("1")
    second = kernel.ok("'two'")

    count = first.content["execution_count"]
    assert second.content["execution_count"] == count + 1
    assert second.of_type("execute_input") == [{"code": "'two'", "execution_count": count + 1}]
    assert second.of_type("execute_result")[0]["execution_count"] == count + 1
    assert second.value["text/plain"] == "'two'"
    assert kernel.ok(f"Out[{count}], _, In[{count}]").value["text/plain"] == "(1, 'two', '1')"


def test_an_error_has_its_plain_name(kernel):
    result = kernel.run("def f():\n    1/0\nf()")

    for content in (result.content, result.error):
        assert content["ename"] == "ZeroDivisionError"
        assert content["evalue"] == "division by zero"
        assert "ZeroDivisionError" in content["traceback"][-1]
    plain = re.sub("\x1b[^m]*m", "", "\n".join(result.error["traceback"]))
    assert "----> 3 f()" in plain and "1/0" in plain
    assert result.content["execution_count"] == result.of_type("execute_input")[0]["execution_count"]


@pytest.mark.parametrize(
    "code, ename",
    [
        ("x = = 1", "SyntaxError"),
        ("  x = 1\n y = 2", "IndentationError"),
        ("no_such_name", "NameError"),
        ("import no_such_module", "ModuleNotFoundError"),
        ("class Mine(Exception): pass\nraise Mine('words')", "Mine"),
        ("raise MemoryError", "MemoryError"),
        ("def f(): f()\nf()", "RecursionError"),
        ("assert False, 'é'", "AssertionError"),
        ("await no_such_name", "NameError"),
    ],
)
def test_errors_of_all_kinds(kernel, code, ename):
    result = kernel.run(code)

    assert (result.status, result.content["ename"], result.error["ename"]) == ("error", ename, ename)
    assert kernel.ok("6 * 7").value["text/plain"] == "42"


def test_cells_behind_an_error_are_aborted(kernel):
    failing = kernel.send("import time; time.sleep(0.5); raise ValueError")
    behind = [kernel.send("ran_behind = True"), kernel.send("ran_behind = True")]

    assert kernel.collect(failing).status == "error"
    assert [kernel.wait_reply(msg_id)["content"]["status"] for msg_id in behind] == ["aborted", "aborted"]
    assert kernel.ok("'ran_behind' in globals()").value["text/plain"] == "False"


def test_an_aborted_cell_has_its_own_status(kernel):
    failing = kernel.send("import time; time.sleep(0.5); raise ValueError")
    behind = kernel.send("ran_behind = True")

    for msg_id in (failing, behind):
        states = [m["content"]["execution_state"] for m in kernel.wait_idle(msg_id) if m["msg_type"] == "status"]
        assert states == ["busy", "idle"]


def test_a_cell_sent_in_answer_to_an_error_is_not_aborted(kernel):
    for round in range(200):
        failing, behind = kernel.send("raise ValueError"), kernel.send("1")
        kernel.wait_reply(failing if round % 2 else behind)
        assert kernel.wait_reply(kernel.send("'ran'"))["content"]["status"] == "ok", round


def test_cells_behind_an_error_run_if_asked(kernel):
    failing = kernel.send("import time; time.sleep(0.5); raise ValueError", stop_on_error=False)
    behind = kernel.send("'ran'")

    assert kernel.collect(failing).status == "error"
    assert kernel.collect(behind).value["text/plain"] == "'ran'"


def test_a_silent_request_leaves_no_trace(kernel):
    count = kernel.ok("seen = 0").content["execution_count"]

    result = kernel.ok("seen = 1\nseen", silent=True)

    assert result.of_type("execute_input", "execute_result") == []
    assert result.footers == [] and result.record is None
    assert kernel.ok("seen").content["execution_count"] == count + 1


def test_a_request_that_is_not_stored_is_not_counted(kernel):
    count = kernel.ok("1").content["execution_count"]

    kernel.ok("2", store_history=False)

    assert kernel.ok("3").content["execution_count"] == count + 1


def test_user_expressions(kernel):
    expressions = {"good": "x + 1", "text": "'é'", "bad": "1/0"}

    result = kernel.ok("x = 41", user_expressions=expressions).content["user_expressions"]

    assert result["good"]["status"] == "ok" and result["good"]["data"]["text/plain"] == "42"
    assert result["text"]["data"]["text/plain"] == "'é'"
    assert result["bad"]["status"] == "error" and result["bad"]["ename"] == "ZeroDivisionError"


def test_a_question_mark_pages(kernel):
    payload = kernel.ok("?print").content["payload"]

    assert [item["source"] for item in payload] == ["page"]
    assert "Prints" in payload[0]["data"]["text/plain"] or "print(" in payload[0]["data"]["text/plain"]
    assert payload[0]["start"] == 0


def test_load_sets_the_next_input(kernel, tmp_path):
    script = tmp_path / "script.py"
    script.write_text("loaded = True\n")

    payload = kernel.ok(f"%load {script}").content["payload"]

    assert [item["source"] for item in payload] == ["set_next_input"]
    assert "loaded = True" in payload[0]["text"]
    assert kernel.ok("1").content["payload"] == []


def test_input(kernel):
    msg_id = kernel.send("print('before', end='')\nname = input('name? ')\nprint('hello', name)", allow_stdin=True)
    kernel.wait_until(lambda: kernel.input_requests[msg_id], "input request")
    assert kernel.input_requests[msg_id] == [{"prompt": "name? ", "password": False}]
    kernel.wait_output(msg_id, "before")

    kernel.client.input("Ada é")

    assert kernel.collect(msg_id).stdout.endswith("hello Ada é\n")


def test_input_twice(kernel):
    result = kernel.run("print(int(input()) + int(input('second ')))", answers=["40", "2"], allow_stdin=True)

    assert result.stdout.endswith("42\n")


def test_a_password_is_asked_for_as_one(kernel):
    msg_id = kernel.send("import getpass\nword = getpass.getpass('secret: ')", allow_stdin=True)
    kernel.wait_until(lambda: kernel.input_requests[msg_id], "input request")
    assert kernel.input_requests[msg_id] == [{"prompt": "secret: ", "password": True}]

    kernel.client.input("s3cret")

    result = kernel.collect(msg_id)
    assert "s3cret" not in kernel.printed(msg_id) and result.status == "ok"
    assert kernel.ok("word").value["text/plain"] == "'s3cret'"


@pytest.mark.parametrize("code", ["input('? ')", "import getpass; getpass.getpass()"])
def test_a_front_end_without_input_gets_an_error(kernel, code):
    result = kernel.run(code, allow_stdin=False)

    assert result.status == "error"
    assert result.content["ename"] == "StdinNotImplementedError"


def test_an_empty_cell(kernel):
    assert kernel.ok("").of_type("execute_result", "stream", "display_data") == []
    assert kernel.ok("# words only").of_type("execute_result", "stream", "display_data") == []


def test_a_cell_may_be_long(kernel):
    result = kernel.ok("total = 0\n" + "total += 1\n" * 5000 + "total", timeout=50)

    assert result.value["text/plain"] == "5000"
