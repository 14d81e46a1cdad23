"""A statement costs the same whatever runs it, and a measurement within a cell does not change the cell's figures."""
import json

import pytest

from record_rules import check_identities, figures

pytestmark = pytest.mark.xmemory_only

STATEMENT = "sink[0] = bytes(10_000_000)"
KEPT = 10_000_033

COMPILES_TEXT = 20_000  # bytes that CPython's parser needs for the text given to ex and exec, until it has run

WAYS = {
    "plain": STATEMENT,
    "ex": f"get_ipython().ex({STATEMENT!r})",
    "time": f"%time {STATEMENT}",
    "cell time": f"%%time\n{STATEMENT}",
    "capture": f"%%capture\n{STATEMENT}",
    "timeit": f"%timeit -n1 -r1 {STATEMENT}",
    "cell timeit": f"%%timeit -n1 -r1\n{STATEMENT}",
    "run_cell": f"get_ipython().run_cell({STATEMENT!r});",
    "exec": f"exec({STATEMENT!r})",
}


@pytest.fixture
def sink(kernel):
    kernel.ok("import xmemory, json\nsink = [None]\nm = outer = inner = b = c = None")
    return kernel


def assert_same_cost(kernel, code):
    for _ in range(2):
        kernel.ok(code)
    maker = kernel.ok("pass").record["cell"] - 1
    record = kernel.ok(code).record
    assert record["kept_bytes"] == KEPT
    assert record["freed_earlier_by_cell"].get(str(maker)) == KEPT
    assert KEPT <= record["origins"]["python_large"]["peak_bytes"] < KEPT + COMPILES_TEXT
    assert record["exact"] is True


@pytest.mark.parametrize("way", WAYS)
def test_the_same_bytes_are_kept_whatever_runs_the_statement(sink, way):
    assert_same_cost(sink, WAYS[way])


def test_a_script_that_is_run_keeps_the_same(sink, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(STATEMENT + "\n")

    assert_same_cost(sink, f"%run -i {script}")


@pytest.mark.parametrize("code", ["%time pass", "%%time\npass", "%%capture\npass", "get_ipython().ex('pass')"])
def test_the_work_of_a_magic_is_not_the_learners(sink, code):
    for _ in range(2):
        sink.ok(code)

    record = sink.ok(code).record

    assert record["kept_bytes"] == 0
    assert record["peak_bytes"] < COMPILES_TEXT


def measured(kernel, code, names):
    """Run a cell; its record, and the figures of the measurements in it."""
    kernel.ok(code)
    record = kernel.ok(code).record
    shown = ", ".join(
        f"{{k: getattr({n}, k) for k in ('peak_bytes', 'kept_bytes', 'net_bytes', 'allocated_bytes')}}" for n in names
    )
    return record, json.loads(kernel.ok(f"print(json.dumps([{shown}]))").stdout)


def test_a_measurement_within_a_cell(sink):
    record, [m] = measured(sink, "with xmemory.measure() as m:\n    b = bytes(5_000_000)\nc = bytes(1_000_000)", ["m"])

    assert m["kept_bytes"] == m["peak_bytes"] == 5_000_033
    assert m["net_bytes"] == 0  # the bytes of the run before went
    assert record["origins"]["python_large"]["kept_bytes"] == 6_000_066


def test_measurements_nest(sink):
    code = (
        "with xmemory.measure() as outer:\n"
        "    b = bytes(1_000_000)\n"
        "    with xmemory.measure() as inner:\n"
        "        c = bytes(2_000_000)\n"
        "        c = None\n"
        "b = None\n"
    )

    record, [outer, inner] = measured(sink, code, ["outer", "inner"])

    assert inner["kept_bytes"] == 0 and inner["peak_bytes"] == 2_000_033
    assert 1_000_033 <= outer["kept_bytes"] < 1_003_000
    assert 3_000_066 <= outer["peak_bytes"] < 3_003_000
    assert record["origins"]["python_large"]["kept_bytes"] == 0
    assert record["origins"]["python_large"]["peak_bytes"] == 3_000_066


def test_a_measurement_does_not_change_the_cells_figures(sink):
    body = "b = bytes(5_000_000)\n{}c = bytes(1_000_000)\nb = c = None"
    plain, within = body.format(""), body.format("with xmemory.measure() as m: ")
    for code in (plain, within):
        sink.ok(code)

    one, two = sink.ok(plain).record, sink.ok(within).record

    assert one["origins"]["python_large"] == two["origins"]["python_large"]


def test_a_measurement_that_is_left_by_an_error_has_its_figures(sink):
    sink.ok(
        "try:\n    with xmemory.measure() as m:\n        b = bytes(1_000_000)\n        1/0\n"
        "except ZeroDivisionError: pass"
    )

    assert int(sink.ok("m.kept_bytes").value["text/plain"]) >= 1_000_033


def test_a_measurement_may_be_asserted_on(sink):
    sink.ok("with xmemory.measure() as m:\n    total = sum(range(1_000_000))\nassert m.peak_bytes < 1_000")
    failed = sink.run("with xmemory.measure() as m:\n    b = list(range(100_000))\nassert m.peak_bytes < 1_000")

    assert failed.content["ename"] == "AssertionError"


def test_records_can_be_read_in_the_kernel(sink):
    sent = sink.ok("b = bytes(3_000_000)").record

    read = json.loads(sink.ok(f"print(json.dumps([xmemory.cell(), xmemory.cell({sent['cell']})]))").stdout)

    assert read[0] == read[1]
    assert figures(read[0]) == figures(sent)
    assert read[0]["still_in_use_bytes"] == sent["still_in_use_bytes"] == 3_000_033


def test_what_is_still_in_use_follows_the_heap(sink):
    cell = sink.ok("b = bytes(3_000_000)").record["cell"]
    still_in_use = f"xmemory.cell({cell})['still_in_use_bytes']"
    assert sink.evaluate(still_in_use) == "3000033"

    sink.ok("b = None")

    assert sink.evaluate(still_in_use) == "0"
    assert sink.evaluate(f"xmemory.cell({cell})['kept_bytes']") == "3000033"


def test_all_cells_have_a_record(sink):
    first = sink.ok("pass").record["cell"]
    sink.run("1/0")
    sink.ok("pass", store_history=False)

    records = json.loads(sink.ok("print(json.dumps(xmemory.cells()))").stdout)

    assert [r["status"] for r in records if r["cell"] in (first, first + 1)][:2] == ["ok", "error"]
    for record in records:
        check_identities(record)
