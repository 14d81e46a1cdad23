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

# CPython keeps up to 80 freed lists and dicts for the next one that is made. Filled, they serve both sides alike.
FILL = "spare = [([], {}, (n,), float(n)) for n in range(100)]\nspare = None"

# What the statement costs beyond the running of "pass", once it was run before. The least of some runs: other threads
# can only add to it.
MEASURED = f"""
import json, tracemalloc
def traced(code, namespace):
    exec({FILL!r})
    tracemalloc.clear_traces()
    exec(code, namespace)
    return tracemalloc.get_traced_memory()
def measured(statement):
    namespace = {{'x': None}}
    code, nothing = compile(statement, "<cell>", "exec"), compile("pass", "<cell>", "exec")
    exec(code, namespace)
    tracemalloc.start()
    base = [traced(nothing, namespace) for _ in range(5)]
    seen = [traced(code, namespace) for _ in range(5)]
    tracemalloc.stop()
    kept, peak = (min(figures) for figures in zip(*seen))
    return {{'kept': kept, 'peak': peak - min(peak for _, peak in base)}}
"""


@pytest.fixture(scope="module")
def tracemalloc_figures(module_kernel):
    """What tracemalloc says of each statement, in a kernel where nothing else was run."""
    module_kernel.ok(MEASURED)
    figures = module_kernel.ok(f"print(json.dumps([measured(each) for each in {STATEMENTS!r}]))", timeout=60)
    return dict(zip(STATEMENTS, json.loads(figures.stdout)))


@pytest.mark.timeout(120)
def test_the_record_agrees_with_tracemalloc(start_kernel, tracemalloc_figures):
    kernel = start_kernel()
    kernel.ok("x = None")

    for statement, expected in tracemalloc_figures.items():
        kernel.ok(statement)
        kernel.ok(FILL)
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
        # tracemalloc's own books of the block are memory that the cell took, too.
        assert 0 <= python - 10_000_033 < 1_000
        assert 0 <= record["origins"]["python_large"]["peak_bytes"] - 10_000_033 < 1_000
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
