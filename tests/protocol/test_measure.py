"""%memory measure: one run's figures to the byte, and nothing left behind."""
import pytest

pytestmark = pytest.mark.xmemory_only

REPORT = "application/vnd.xmemory.report+json"


def report(kernel, code):
    found = [data for data in kernel.ok(code).displays if REPORT in data]
    assert len(found) == 1
    return found[0]


def measured(kernel, code):
    return report(kernel, code)[REPORT]


def words(bundle):
    return bundle["text/plain"].replace("\u00a0", " ")


def test_an_expression(kernel):
    bundle = report(kernel, "%memory measure bytes(5_000_000)")

    figures = bundle[REPORT]
    assert figures["kind"] == "measure"
    assert (figures["peak_bytes"], figures["kept_bytes"], figures["value_bytes"]) == (5_000_033, 0, 5_000_033)
    assert (figures["allocated_bytes"], figures["allocated_blocks"]) == (5_000_033, 1)
    assert figures["exact"] is True
    assert words(bundle).startswith(
        "It needs 5.00 MB at its peak and keeps nothing. Its value holds 5.00 MB until it is dropped.\n"
    )


def test_statements_keep_what_their_variables_hold(kernel):
    bundle = report(kernel, "%%memory measure\nkept = bytes(1_000_000)\nlater = bytes(2_000_000)\ndel later")

    figures = bundle[REPORT]
    assert (figures["peak_bytes"], figures["kept_bytes"], figures["value_bytes"]) == (3_000_066, 1_000_033, 0)
    assert words(bundle).startswith("It needs 3.00 MB at its peak and keeps 1.00 MB.\n")


def test_nothing_is_left_behind(fresh):
    fresh.ok("data = [bytes(1_000_000)]\nimport gc; gc.collect();")
    before = fresh.evaluate("sorted(n for n in globals() if n[0] != '_')")

    results = [
        fresh.ok("%memory measure [n * n for n in range(100_000)]"),
        fresh.ok("%%memory measure\ncopy = data[0] + b'.'\ntable = {n: str(n) for n in range(1_000)}"),
    ]

    assert [(r.record["kept_bytes"], r.record["freed_earlier_bytes"]) for r in results] == [(0, 0), (0, 0)]
    assert [r.record["peak_bytes"] > 900_000 for r in results] == [True, True]
    assert fresh.evaluate("sorted(n for n in globals() if n[0] != '_')") == before


def test_it_agrees_with_the_cell_that_asks(kernel):
    result = kernel.ok("%memory measure bytes(600_000)")

    figures = next(data[REPORT] for data in result.displays if REPORT in data)
    assert figures["peak_bytes"] == result.record["peak_bytes"] == 600_033
    assert figures["allocated_bytes"] == result.record["allocated_bytes"]


def test_it_runs_once_and_prints(kernel):
    kernel.ok("runs = []")

    result = kernel.ok("%%memory measure\nruns.append(1)\nprint('run')")

    assert result.stdout == "run\n"
    assert kernel.evaluate("runs") == "[1]"


def test_what_it_frees_of_an_earlier_cell_is_told(kernel):
    number = kernel.ok("pile = [bytes(3_000_000)]").record["cell"]

    bundle = report(kernel, "%memory measure pile.clear()")

    assert bundle[REPORT]["freed_earlier_by_cell"] == {str(number): 3_000_041}
    assert "frees 3.00 MB of earlier cells" in words(bundle)
    assert f"freed, made by [{number}]" in words(bundle)


def test_the_function_gives_the_same_as_a_dict(kernel):
    kernel.ok("import xmemory\nsize = 4_000_000")

    assert kernel.ok("xmemory.measure('bytes(size)')['peak_bytes']").value["text/plain"] == "4000033"
    assert kernel.ok("xmemory.measure(code='block = bytes(size)')['kept_bytes']").value["text/plain"] == "4000033"


def test_an_error_of_the_code_is_the_learners(kernel):
    assert kernel.run("%memory measure 1 / 0").content["ename"] == "ZeroDivisionError"
    assert kernel.run("%%memory measure\nraise KeyError('k')").content["ename"] == "KeyError"
    assert kernel.run("%%memory measure\nx = = 2").content["ename"] == "SyntaxError"
    assert measured(kernel, "%memory measure bytes(100_000)")["peak_bytes"] == 100_033


def test_it_can_be_interrupted(kernel):
    code = "print('started', flush=True)\nget_ipython().run_line_magic('memory', 'measure [0 for _ in iter(int, 1)]')"
    msg_id = kernel.send(code)
    kernel.wait_output(msg_id, "started")

    kernel.interrupt()

    assert kernel.collect(msg_id, timeout=15).content["ename"] == "KeyboardInterrupt"


@pytest.mark.parametrize(
    "code, said",
    [
        ("%memory measure", "needs an expression"),
        ("%memory measure x = 2", "For statements write %%memory measure"),
        ("%%memory measure now\nx = 2", "takes no words on its line"),
        ("%%memory measure\n  \n", "needs statements below it"),
    ],
)
def test_bad_input_gets_one_sentence_with_the_way_out(kernel, code, said):
    content = kernel.run(code).content

    assert content["ename"] == "UsageError"
    assert said in content["evalue"]
    assert "\n" not in content["evalue"]


def test_outside_of_a_cells_thread_it_says_so(kernel):
    kernel.ok(
        "import threading, xmemory\n"
        "said = []\n"
        "def elsewhere():\n"
        "    try:\n        xmemory.measure('1')\n"
        "    except ValueError as error:\n        said.append(str(error))\n"
        "thread = threading.Thread(target=elsewhere)\nthread.start()\nthread.join()"
    )

    assert "on the thread that runs the cell" in kernel.evaluate("said[0]")
