"""What the commands say of themselves: their examples run as they stand, Tab and ? know them, each is a function of xmemory."""
import pytest

pytestmark = pytest.mark.xmemory_only

REPORT = "application/vnd.xmemory.report+json"


def data(kernel, code):
    (bundle,) = [shown for shown in kernel.ok(code, timeout=120).displays if REPORT in shown]
    return bundle[REPORT]


def commands(kernel):
    return data(kernel, "%memory help")["commands"]


def matches(kernel, code):
    return kernel.request("complete", code, len(code))["matches"]


def test_the_examples_of_each_command_run_as_they_stand(fresh):
    for command in commands(fresh):
        examples = data(fresh, f"%memory help {command}")["examples"] if command else []
        for example in examples:
            result = fresh.run(example, timeout=120)
            assert result.status == "ok", (example, result.error)
            shown = result.of_type("display_data", "update_display_data")  # a slow one says first what it does
            assert any(REPORT in one["data"] for one in shown), example


def test_each_command_has_an_example(kernel):
    without = {command for command in commands(kernel) if command and not data(kernel, f"%memory help {command}")["examples"]}

    assert without == set()


def test_each_command_is_a_function(kernel):
    kernel.ok("import xmemory")
    for command in commands(kernel):
        if command:
            assert kernel.evaluate(f"callable(xmemory.{command}) and bool(xmemory.{command}.__doc__)") == "True", command


def test_a_function_gives_the_data_of_its_report(kernel):
    said = data(kernel, "%memory explain peak")

    assert kernel.evaluate("__import__('xmemory').explain('peak')['meaning']") == repr(said["meaning"])


def test_a_wrong_argument_is_a_value_error_with_the_same_sentence(kernel):
    from_magic = kernel.run("%memory explain nonsense").content["evalue"]
    result = kernel.run("__import__('xmemory').explain('nonsense')")

    assert (result.content["ename"], result.content["evalue"]) == ("ValueError", from_magic)


def test_tab_completes_the_names_of_python_where_code_follows(kernel):
    kernel.ok("numbers_of_mine = [1, 2, 3]")

    code = "%memory compare sum(numbers_of_m"
    reply = kernel.request("complete", code, len(code))

    assert "numbers_of_mine" in reply["matches"]
    assert code[: reply["cursor_start"]] + "numbers_of_mine" == "%memory compare sum(numbers_of_mine"


def test_tab_completes_terms_and_commands(kernel):
    assert matches(kernel, "%memory explain pe") == ["peak"]
    assert matches(kernel, "%memory help comp") == ["compare"]


def test_the_question_mark_lists_the_commands(kernel):
    pages = [p for p in kernel.run("%memory?").content["payload"] if p["source"] == "page"]

    text = pages[0]["data"]["text/plain"]
    for command in commands(kernel):
        assert f"%memory {command}".rstrip() in text
