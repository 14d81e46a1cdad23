"""The body of a %%memory cell runs as it would without the magic above it: the same figures, displays, errors and names."""
import pytest

pytestmark = pytest.mark.xmemory_only

FIGURES = ("peak_bytes", "kept_bytes", "net_bytes", "allocated_bytes", "allocated_blocks", "freed_own_bytes", "freed_blocks", "origins")
BODIES = {
    "a list": "squares = [n * n for n in range(200_000)]",
    "several statements": "import string\nnames = [c * 40 for c in string.printable]\ntotal = 0\nfor n in names:\n    total += len(n)\ndel names",
    "a shown value": "table = {n: str(n) for n in range(20_000)}\nlen(table)",
    "a value that is not shown": "table = [bytes(100) for _ in range(1_000)]\ntable;",
    "a function": "def f(n):\n    return [0] * n\nvalue = max(f(50_000))\nvalue",
    "cycles": "class Node: pass\nfor _ in range(2_000):\n    n = Node(); n.me = n",
    "numbers of numpy": "import array\nplaces = array.array('d', bytes(8_000))\nplaces += places",
    "a magic": "%time kept = list(range(10_000))",
    "a measurement of its own": "import xmemory\nwith xmemory.measure() as m:\n    kept = list(range(10_000))",
    "a comment and a name": "# look\nNone",
}


def figures(result):
    return {name: result.record[name] for name in FIGURES}


@pytest.mark.parametrize("magic", ["%%memory check peak<1GB", "%%memory predict 40 MB", "%%memory predict ?"])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_the_figures_are_those_of_a_plain_cell(fresh, body, magic):
    # From the state that the runs before have left: names are bound, caches filled; and no collection comes in between.
    fresh.ok("import gc; gc.disable()")
    fresh.ok(body)
    fresh.ok(f"{magic}\n{body}")
    fresh.ok(body)
    as_body = fresh.ok(f"{magic}\n{body}")
    plain = fresh.ok(body)

    assert figures(as_body) == figures(plain)


def test_the_report_has_the_figures_of_the_record(kernel):
    result = kernel.ok("%%memory check peak<1GB\nsquares = [n * n for n in range(100_000)]\ndel squares")
    (report,) = [shown["application/vnd.xmemory.report+json"] for shown in result.displays]

    for name in FIGURES:
        assert report[name] == result.record[name], name


def test_the_last_expression_is_shown_and_kept_as_out(kernel):
    result = kernel.ok("%%memory check peak<1MB\nanswer = 42\nanswer")

    assert result.value["text/plain"] == "42"
    assert kernel.evaluate(f"Out[{result.record['cell']}]") == "42"


@pytest.mark.parametrize("body", ["answer;", "answer = 1", "if answer: answer", "answer; # quiet"])
def test_nothing_else_is_shown(kernel, body):
    kernel.ok("answer = 42")

    assert kernel.ok(f"%%memory check peak<1MB\n{body}").value is None


@pytest.mark.parametrize("interactivity, shown", [("all", ["1", "2"]), ("none", []), ("last", ["2"])])
def test_what_is_shown_follows_the_shells_setting(kernel, interactivity, shown):
    kernel.ok(f"%config InteractiveShell.ast_node_interactivity = '{interactivity}'")
    result = kernel.ok("%%memory check peak<1MB\n1\n2")
    kernel.ok("%config InteractiveShell.ast_node_interactivity = 'last_expr'")

    assert [content["data"]["text/plain"] for content in result.of_type("execute_result")] == shown


def test_names_and_printed_text_are_the_notebooks(kernel):
    kernel.ok("start = 3")
    result = kernel.ok("%%memory check peak<1MB\nprint('hello')\ngrown = start + 1\n__name__ == '__main__'")

    assert (result.stdout, result.value["text/plain"], kernel.evaluate("grown")) == ("hello\n", "True", "4")


def test_await_works(kernel):
    body = "import asyncio\nwaited = await asyncio.sleep(0.001, 'done')\nwaited"

    assert kernel.ok(f"%%memory check peak<1MB\n{body}").value["text/plain"] == "'done'"


def test_a_future_import_stays(fresh):
    fresh.ok("%%memory check peak<1MB\nfrom __future__ import annotations")

    assert fresh.ok("def f(x: missing): pass\nf.__annotations__").value["text/plain"] == "{'x': 'missing'}"


def test_an_error_is_the_learners_own_with_its_line(kernel):
    result = kernel.run("%%memory check peak<1MB\nzero = 0\nprint('so far')\n1 / zero\nnever = 1")

    assert (result.status, result.content["ename"], result.stdout) == ("error", "ZeroDivisionError", "so far\n")
    text = "\n".join(result.content["traceback"])
    assert "line 4" in text and "run_cell_magic" not in text and "interactiveshell.py" not in text
    assert result.displays == []
    assert kernel.run("never").content["ename"] == "NameError"


def test_an_error_in_a_function_shows_the_way_to_it(kernel):
    kernel.ok("def fails():\n    raise KeyError('x')")
    result = kernel.run("%%memory predict 1 MB\nfails()")

    text = "\n".join(result.content["traceback"])
    assert result.content["ename"] == "KeyError"
    assert text.count("Cell ") == 2 and "interactiveshell.py" not in text


@pytest.mark.parametrize("body, name", [("x x", "SyntaxError"), ("x = 1\n  y = 2", "IndentationError"), ("return 3", "SyntaxError"), ("x = (", "SyntaxError")])
def test_a_syntax_error_is_shown_without_our_frames(kernel, body, name):
    result = kernel.run(f"%%memory check peak<1MB\n{body}")

    assert result.content["ename"] == name
    text = "\n".join(result.content["traceback"])
    assert "line 2" in text or "line 3" in text
    assert "compilerop.py" not in text and "interactiveshell.py" not in text


def test_an_interrupt_ends_the_body(kernel):
    msg_id = kernel.send("%%memory check peak<1MB\nprint('started', flush=True)\nwhile True: pass")
    kernel.wait_output(msg_id, "started")

    kernel.interrupt()

    assert kernel.collect(msg_id, timeout=15).content["ename"] == "KeyboardInterrupt"
    assert kernel.ok("1 + 1").value["text/plain"] == "2"


def test_an_interrupt_ends_the_body_that_awaits(kernel):
    msg_id = kernel.send("%%memory check peak<1MB\nimport asyncio\nprint('started', flush=True)\nawait asyncio.sleep(60)")
    kernel.wait_output(msg_id, "started")

    kernel.interrupt()

    assert kernel.collect(msg_id, timeout=15).content["ename"] == "KeyboardInterrupt"


def test_very_many_statements_run_in_one_body(kernel):
    body = "\n".join(f"name_{n} = [{n}] * 10" for n in range(5_000))

    result = kernel.ok(f"%%memory check kept<1MB\n{body}", timeout=120)

    assert result.record["exact"]
    assert kernel.evaluate("name_4999[0]") == "4999"


def test_a_measurement_that_ends_in_another_statement_harms_nothing(kernel):
    result = kernel.ok("%%memory check peak<1MB\nimport xmemory\nm = xmemory.measure()\n_ = m.__enter__()\nx = bytes(1000)\n_ = m.__exit__(None, None, None)\nm.kept_bytes >= 1033")

    assert result.value["text/plain"] == "True"


def test_a_body_that_ends_a_measurement_around_it_is_told_so(kernel):
    result = kernel.run("import xmemory\nm = xmemory.measure()\nwith m:\n    get_ipython().run_cell_magic('memory', 'check peak<1MB', 'm.__exit__(None, None, None)\\n')")

    assert result.status == "error"
    assert "ended a measurement" in "\n".join(result.content["traceback"])
    assert kernel.ok("1 + 1").value["text/plain"] == "2"
