"""No magic runs code of the objects that it looks at: hundreds of objects, each method of which aborts the process, and it lives."""
from pathlib import Path

import pytest

from ledger_checker import evaluate
from long_run import IS_LONG

pytestmark = pytest.mark.xmemory_only

REPORT = "application/vnd.xmemory.report+json"
MOST_EXPRESSIONS = 12  # of %memory size

LOOKS = ["%memory", "%memory types", "%memory types --top 500", "%memory mark before", "%memory types --since before", "%memory cells",
         "%memory cell", "%memory gc", "%memory pools", "%memory limit", "%memory who"]
EACH = ["size", "refs", "refs --in", "who"]


@pytest.fixture(scope="module")
def armed(module_kernel):
    module_kernel.ok(Path(__file__).with_name("hostile_objects.py").read_text(), timeout=60)
    # Each has a name of its own in the notebook.
    module_kernel.ok("kinds = list(hostile) + list(silent)\n"
                     "globals().update((f'h{n}', one) for n, one in enumerate(hostile.values()))\n"
                     "globals().update((f'h{n}', one) for n, one in enumerate(silent.values(), len(hostile)))")
    yield module_kernel
    if module_kernel.at_rest():
        module_kernel.ok("arm(None)")


def commands(kernel):
    return evaluate(kernel, "[c for c in dir(__import__('xmemory')) if c[0] != '_']")


def lives(kernel, code):
    """Runs a line on armed objects, which are disarmed for whatever a test runner does in between."""
    try:
        kernel.ok("arm(os.abort)")
        result = kernel.ok(code, timeout=60)
    except AssertionError as error:
        if kernel.alive():
            raise
        raise AssertionError(f"{code}: the process is gone: {kernel.messages()[-300:]}") from error
    kernel.ok("arm(None)")
    return result


def test_each_has_a_method_that_would_be_seen(armed):
    """The objects are what they are said to be: using one in all ways runs code of its own."""
    armed.ok("unseen = [kind for kind, one in hostile.items() if not is_seen(one)]", timeout=60)

    assert int(armed.evaluate("len(hostile)")) >= 200
    assert evaluate(armed, "unseen") == []


@pytest.mark.parametrize("line", LOOKS)
def test_the_whole_heap_is_looked_at(armed, line):
    if line.split()[1:2] == ["who"] and "who" not in commands(armed):
        pytest.skip("there is no such command")

    shown = lives(armed, line).displays

    assert any(REPORT in bundle for bundle in shown)


@pytest.mark.timeout(300)  # who reads the whole heap for each
@pytest.mark.parametrize("command", EACH)
def test_each_is_looked_at(armed, command):
    command, *options = command.split()
    if command not in commands(armed):
        pytest.skip("there is no such command")
    names = [f"h{n}" for n in range(int(armed.evaluate("len(kinds)")))]
    # What takes one at a time has several lines in a cell; holders are looked for in the whole heap, each time the same one.
    at_once = MOST_EXPRESSIONS if command == "size" else 1
    groups = [names[n : n + at_once] for n in range(0, len(names), 8 if "--in" in options else at_once)]
    for first in range(0, len(groups), 20):
        lines = [" ".join(["%memory", command, ", ".join(group), *options]) for group in groups[first : first + 20]]
        shown = lives(armed, "\n".join(lines)).displays
        assert sum(REPORT in bundle for bundle in shown) == len(lines)


@pytest.mark.timeout(600)
def test_each_is_followed_through_a_cell(armed):
    if "life" not in commands(armed):
        pytest.skip("there is no such command")
    count = int(armed.evaluate("len(kinds)"))

    step = 1 if IS_LONG else 6  # for each, the heap is walked
    for first in range(0, count, MOST_EXPRESSIONS * step):
        names = [f"h{n}" for n in range(first, min(first + MOST_EXPRESSIONS * step, count), step)]
        cell = f"%%memory life {' '.join(names)}\nbox = [{', '.join(names)}]\ndel box"
        (report,) = [bundle[REPORT] for bundle in lives(armed, cell).displays if REPORT in bundle]
        assert report["never_bound"] == [] and report["complete"]
        assert all(story["ended"] is None for story in report["stories"]), names


def test_a_census_counts_them_by_their_types(armed):
    shown = lives(armed, "%memory types --top 500").displays

    (report,) = [bundle[REPORT] for bundle in shown if REPORT in bundle]
    counts = {row["type"]: row["count"] for row in report["types"]}
    assert counts["One"] == int(armed.evaluate("sum(kind.startswith('an object with ') for kind in hostile)"))
    assert counts["Forged"] == 1  # and none of the buffers
