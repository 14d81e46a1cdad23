"""Where tracemalloc can see, the record agrees with it to the byte: kept and peak of the same statement."""
import json

import pytest

pytestmark = pytest.mark.xmemory_only

STATEMENTS = [
    "x = bytes(10_000_000)",
    "x = list(range(1_000_000))",
    "x = sum(i for i in range(1_000_000))",
    "x = [str(i) for i in range(10_000)]",
    "x = {i: str(i) for i in range(10_000)}",
    "x = set(range(10_000))",
    "x = ' '.join(str(i) for i in range(10_000))",
    "x = sorted(i * 7 % 10_007 for i in range(10_000))",
]

# What the statement costs beyond the running of "pass", the second time that it is run.
MEASURED = """
import json, tracemalloc
def measured(statement, namespace):
    code, nothing = compile(statement, "<cell>", "exec"), compile("pass", "<cell>", "exec")
    exec(code, namespace)
    seen = []
    tracemalloc.start()
    for each in (nothing, code):
        tracemalloc.clear_traces()
        exec(each, namespace)
        seen.append(tracemalloc.get_traced_memory())
    tracemalloc.stop()
    (_, peak_of_nothing), (kept, peak) = seen
    return {"kept": kept, "peak": peak - peak_of_nothing}
"""


@pytest.fixture(scope="module")
def tracemalloc_figures(module_kernel):
    """What tracemalloc says of each statement, in a kernel where nothing else was run."""
    module_kernel.ok(MEASURED)
    figures = module_kernel.ok(
        f"print(json.dumps([measured(statement, {{'x': None}}) for statement in {STATEMENTS!r}]))", timeout=60
    )
    return dict(zip(STATEMENTS, json.loads(figures.stdout)))


@pytest.mark.timeout(120)
def test_the_record_agrees_with_tracemalloc(start_kernel, tracemalloc_figures):
    kernel = start_kernel()
    kernel.ok("x = None")

    for statement, expected in tracemalloc_figures.items():
        kernel.ok(statement)
        record = kernel.ok(statement).record
        python = sum(record["origins"][name]["kept_bytes"] for name in ("python_small", "python_large"))
        assert (python, record["peak_bytes"]) == (expected["kept"], expected["peak"]), statement
        assert record["origins"]["native"]["allocated_bytes"] == 0, statement
        kernel.ok("x = None")


@pytest.mark.parametrize("how", ["within", "environment"])
def test_a_record_under_tracemalloc_is_the_same_or_unknown(start_kernel, how):
    kernel = start_kernel(env={"PYTHONTRACEMALLOC": "1"} if how == "environment" else {})
    kernel.ok("x = None")
    kernel.ok("import tracemalloc\ntracemalloc.start()")
    kernel.ok("x = bytes(10_000_000)")

    record = kernel.ok("x = bytes(10_000_000)").record

    if record["kept_bytes"] is None:
        assert record["why"]
    else:
        python = sum(record["origins"][name]["kept_bytes"] for name in ("python_small", "python_large"))
        assert python == 10_000_033
        assert record["origins"]["python_large"]["peak_bytes"] == 10_000_033
    kernel.ok("tracemalloc.stop()")
    after = [kernel.ok("x = bytes(10_000_000)").record for _ in range(2)][-1]
    assert after["kept_bytes"] in (None, 10_000_033)


@pytest.mark.parametrize(
    "variables",
    [{"PYTHONMALLOC": "malloc"}, {"PYTHONMALLOC": "debug"}, {"PYTHONDEVMODE": "1"}],
    ids=lambda v: "-".join(v.values()),
)
def test_a_record_under_other_allocators_is_right_or_unknown(start_kernel, variables):
    kernel = start_kernel(env=variables)
    kernel.ok("x = None")
    kernel.ok("x = bytes(10_000_000)")

    record = kernel.ok("x = bytes(10_000_000)").record

    if record["kept_bytes"] is None:
        assert record["exact"] is False and record["why"]
    else:
        assert record["kept_bytes"] == 10_000_033
