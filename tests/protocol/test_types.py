"""%memory types and %memory mark: the census against gc.get_objects, tracemalloc's sum and the ledger; and the heap is as it was."""
import pytest

from ledger_checker import evaluate

pytestmark = pytest.mark.xmemory_only

REPORT = "application/vnd.xmemory.report+json"

SETUP = """
import gc, xmemory
class Node:
    def __init__(self, number):
        self.number = number
class Slim:
    __slots__ = ("one", "two")
"""


def types(kernel, arguments=""):
    return evaluate(kernel, f"__import__('xmemory').types({arguments})")


def of(report, name):
    return next((t for t in report["types"] if t["type"] == name), {"count": 0, "bytes": 0, "cells": []})


def shown(kernel, code):
    (bundle,) = [data for data in kernel.ok(code, timeout=60).displays if REPORT in data]
    return bundle


@pytest.fixture
def planted(fresh):
    fresh.ok(SETUP)
    return fresh


def test_the_learners_classes_come_first_with_their_cells(planted):
    first = planted.ok("nodes = [Node(n) for n in range(1000)]").record["cell"]
    second = planted.ok("slim = [Slim() for n in range(200)]\nmore = [Node(n) for n in range(10)]").record["cell"]

    report = types(planted)

    assert [(t["type"], t["is_learners"]) for t in report["types"][:2]] == [("Node", True), ("Slim", True)]
    assert of(report, "Node")["count"] == 1010 and of(report, "Slim")["count"] == 200
    assert [(c["cell"], c["count"]) for c in of(report, "Node")["cells"]] == [(first, 1000), (second, 10)]
    assert of(types(planted, f"cell={second}"), "Node")["count"] == 10


def test_agrees_with_gc_about_what_gc_can_see(planted):
    planted.ok("import collections\nkept = [[n] for n in range(3000)], [{n: [n]} for n in range(300)], [Node(n) for n in range(77)]")
    # gc first: what the census says is made of lists and dicts as well.
    tracked, report = evaluate(
        planted, "[__import__('collections').Counter(type(o).__name__ for o in __import__('gc').get_objects()), "
        "__import__('xmemory').types(top=10_000)]")

    for name in ("Node", "function", "list", "dict"):
        row = of(report, name)
        assert row["count"] + row.get("kernel_count", 0) >= tracked[name] - 5, name  # the question itself
    assert of(report, "Node")["count"] == tracked["Node"] == 77


def test_a_mark_tells_what_came_and_what_went(planted):
    planted.ok("nodes = [Node(n) for n in range(1000)]")
    planted.ok("%memory mark before")
    planted.ok("texts = ['%07d' % n for n in range(500)]\ndel nodes[:400]")

    report = types(planted, "since='before'")

    assert of(report, "Node")["count"] == -400
    assert of(report, "str")["count"] >= 500 and of(report, "str")["bytes"] >= 500 * 56
    assert "Since the mark before" in shown(planted, "%memory types --since before")["text/plain"]


def test_a_large_dict_is_what_tracemalloc_says(start_kernel):
    """500,000 entries, 300,000 of them instances. What differs: tracemalloc counts what its file and line allocated, free lists'
    reuse excepted; the census counts what is there."""
    kernel = start_kernel()
    kernel.ok(SETUP + "import tracemalloc")
    kernel.ok("warm = [Node(n) for n in range(100)]\ndel warm\ngc.collect()\n%memory mark before")
    kernel.ok("tracemalloc.start()\n"
              "d = {n: Node(n) if n < 300_000 else str(n) for n in range(1000, 501_000)}\n"
              "traced = tracemalloc.get_traced_memory()[0]\ntracemalloc.stop()", timeout=60)
    report = types(kernel, "since='before'")

    traced = int(kernel.evaluate("traced"))
    assert of(report, "Node")["count"] == 299_000
    assert of(report, "str")["count"] >= 201_000
    assert abs(report["all_bytes"] - traced) < traced / 100


def test_all_blocks_of_the_cells_are_accounted_for(planted):
    planted.ok("import numpy\nx = [[n, str(n)] for n in range(5000)], numpy.ones(100_000), bytearray(70_000), {n: n for n in range(9999)}")

    report, said = evaluate(planted, "[__import__('xmemory').types(), __import__('xmemory').cells()]")

    in_use = sum(cell["still_in_use_bytes"] for cell in said)
    assert report["all_bytes"] - in_use in range(-2000, 200_000)  # what compiling numpy's code left is its import's too
    assert report["unreadable_pools"] == 0


def test_what_numpy_arrays_hold_is_known(planted):
    planted.ok("import numpy")
    planted.ok("plain = numpy.ones(1_000_000)\nobjects = numpy.array([Slim() for _ in range(1000)], dtype=object)\nview = plain[::2]")

    report = types(planted)

    assert of(report, "Slim")["count"] == 1000
    assert of(report, "numpy.ndarray")["count"] == 3 and of(report, "numpy.ndarray")["bytes"] >= 8_008_000


def test_the_heap_is_as_it_was(planted):
    planted.ok("x = [Node(n) for n in range(1000)]")
    cell = planted.ok("%memory types").record
    before = evaluate(planted, "__import__('xmemory')._check()")["in_use"]["by_maker"]
    for code in ("%memory types", "%memory types --top 3"):
        record = planted.ok(code).record
        assert (record["kept_bytes"], record["allocated_blocks"]) == (cell["kept_bytes"], cell["allocated_blocks"]) == (0, 0)
    after = evaluate(planted, "__import__('xmemory')._check()")
    assert after["ledger"] == after["pools"] and before


def test_text_stays_small(planted):
    planted.ok("for n in range(300): exec(f'class C{n}: pass\\nc{n} = C{n}()')")

    bundle = shown(planted, "%memory types")

    assert len(bundle["text/plain"].splitlines()) < 30 and "more types" in bundle["text/plain"]
    assert len(bundle[REPORT]["types"]) == 15 and bundle[REPORT]["more_types"] > 250


def test_names_are_shown_as_they_are_and_not_as_markup(planted):
    planted.ok("Evil = type('<img src=x onerror=alert(1)>', (), {})\nevil = [Evil() for _ in range(5)]")

    bundle = shown(planted, "%memory types")

    assert "<img src=x" not in bundle["text/html"] and "&lt;img src=x" in bundle["text/html"]


def test_a_mark_can_be_dropped(kernel):
    kernel.ok("%memory mark short_lived")
    assert "The mark short_lived is gone." in kernel.ok("%memory mark short_lived --drop").displays[0]["text/plain"]
    assert "There is no mark 'short_lived'" in kernel.run("%memory types --since short_lived").content["evalue"]
