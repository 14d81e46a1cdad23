"""%memory pools: each figure beside CPython's own table of its pools, planted blocks found, and the heap left as it was."""
import json
import re

import pytest

from ledger_checker import beside, evaluate, reader

pytestmark = [pytest.mark.xmemory_only, pytest.mark.timeout(180)]

REPORT = "application/vnd.xmemory.report+json"
ARENA = 1024 * 1024

def stated(text, words):
    """The number at the end of a line of CPython's table."""
    found = re.findall(rf"^(?:# )?{words} += +([\d,]+)$", text, re.MULTILINE)
    assert found, words
    return int(found[0].replace(",", ""))


def assert_every_figure_agrees(kernel):
    text, pools = beside(kernel, "pools")
    rows = re.findall(r"^ +(\d+) +(\d+) +(\d+) +(\d+) +(\d+)$", text, re.MULTILINE)
    python = [dict(zip(("class", "size_bytes", "pools", "blocks", "free_blocks"), map(int, row))) for row in rows]
    assert [{name: each[name] for name in python[0]} for each in pools["classes"]] == python
    assert pools["arenas_allocated_total"] == stated(text, "arenas allocated total")
    assert pools["arenas_reclaimed"] == stated(text, "arenas reclaimed")
    assert pools["arenas_highwater"] == stated(text, "arenas highwater mark")
    assert pools["arenas"] == stated(text, "arenas allocated current")
    assert pools["arena_bytes"] == stated(text, rf"{pools['arenas']} arenas \* {ARENA} bytes/arena")
    assert pools["used_bytes"] == stated(text, "bytes in allocated blocks")
    assert pools["free_bytes"] == stated(text, "bytes in available blocks")
    assert pools["unused_pool_bytes"] == stated(text, rf"{pools['unused_pools']} unused pools \* 16384 bytes")
    assert pools["pool_header_bytes"] == stated(text, "bytes lost to pool headers")
    assert pools["end_of_pool_bytes"] == stated(text, "bytes lost to quantization")
    assert 0 == stated(text, "bytes lost to arena alignment")
    parts = ("used_bytes", "free_bytes", "unused_pool_bytes", "pool_header_bytes", "end_of_pool_bytes")
    assert sum(pools[part] for part in parts) == stated(text, "Total") == pools["arena_bytes"]
    return pools


def report(kernel, code, timeout=60):
    found = [data for data in kernel.ok(code, timeout=timeout).displays if REPORT in data]
    assert len(found) == 1
    return found[0]


def words(bundle):
    return bundle["text/plain"].replace("\u00a0", " ")


def test_every_figure_agrees_with_pythons_own_on_a_fresh_a_full_and_a_fragmented_heap(fresh):
    at_first = assert_every_figure_agrees(fresh)

    fresh.ok("x = list(range(3_000_000))", timeout=60)
    full = assert_every_figure_agrees(fresh)
    assert full["arenas"] - at_first["arenas"] >= 91
    assert full["used_bytes"] - at_first["used_bytes"] >= 95_000_000

    fresh.ok("kept = x[::2000]\ndel x", timeout=60)
    fragmented = assert_every_figure_agrees(fresh)
    assert fragmented["arenas"] > full["arenas"] - 5
    assert fragmented["used_bytes"] < at_first["used_bytes"] + 1_000_000

    fresh.ok("del kept")
    emptied = assert_every_figure_agrees(fresh)
    assert emptied["arenas_reclaimed"] - fragmented["arenas_reclaimed"] >= 90
    assert emptied["arenas_highwater"] == full["arenas_highwater"]


def test_every_figure_agrees_when_sizes_of_all_kinds_come_and_go(fresh):
    fresh.ok("words = {str(i): [i] * (i % 50) for i in range(50_000)}\nblocks = [bytes(i % 480) for i in range(50_000)]")
    assert_every_figure_agrees(fresh)
    fresh.ok("words = {k: v for k, v in words.items() if len(v) > 40}\ndel blocks[::3]")
    assert_every_figure_agrees(fresh)
    fresh.ok("import threading\nthread = threading.Thread(target=lambda: [object() for _ in range(100_000)])\nthread.start(); thread.join()")
    assert_every_figure_agrees(fresh)


def test_chunks_of_the_frames_stack_are_no_arenas(fresh):
    before = assert_every_figure_agrees(fresh)
    fresh.ok(f"import xmemory\nreader = {reader()}")
    fresh.ok("import sys\nsys.setrecursionlimit(60_000)\n"
              "def deep(n): return deep(n - 1) if n else reader.beside(xmemory.pools)\nat_the_bottom = deep(20_000)", timeout=60)

    after = assert_every_figure_agrees(fresh)
    text, pools = evaluate(fresh, "at_the_bottom")

    assert pools["frame_chunk_bytes"] - before["frame_chunk_bytes"] > 20_000 * 50
    assert pools["arenas_allocated_total"] == stated(text, "arenas allocated total")
    assert after["frame_chunk_bytes"] == before["frame_chunk_bytes"]


def test_rounding_is_what_the_ledger_says(fresh):
    fresh.ok("blocks = [bytes(i % 480) for i in range(50_000)]")

    books = evaluate(fresh, "[__import__('xmemory').pools(), __import__('xmemory')._check()]")

    pools, check = books
    assert pools["rounding_is_exact"] is True
    assert sum(each["rounding_bytes"] for each in pools["classes"]) == pools["rounding_bytes"]
    assert 0 < pools["rounding_bytes"] < 15 * pools["blocks"]
    assert check["pools"]["python_small_set_aside_bytes"] == pytest.approx(pools["used_bytes"], abs=50_000)


def pins(held, type_name, cell):
    return sum(each["blocks"] for each in held["pins"] if (each["kind"], each["type"], each["cell"]) == ("object", type_name, cell))


def test_planted_instances_are_found_with_their_type_and_cell(fresh):
    fresh.ok("class Node:\n    __slots__ = ('number',)")
    planted = fresh.ok("x = [Node() for _ in range(500_000)]", timeout=60).record["cell"]
    fresh.ok("kept = x[::5000]\ndel x")

    bundle = report(fresh, "%memory pools")

    held = bundle[REPORT]["held_back"]
    assert 90 <= pins(held, "Node", planted) <= 100
    assert held["arenas"] >= 20
    assert held["arena_bytes"] == held["arenas"] * ARENA
    assert sum(each["blocks"] for each in held["pins"]) == held["blocks"]
    assert held["used_bytes"] < held["arena_bytes"] / 10
    first_line = words(bundle).splitlines()[0]
    assert re.match(rf"[\d,]+ objects( and [\d,]+ other blocks?)? keep {held['arenas']} arenas \([\d.]+ MB\) from going back to the system\. (Most|All) of them were made by \[{planted}\]\.$", first_line)
    assert words(bundle).splitlines()[-1] == f"Next: %memory cell {planted}"


def test_planted_ints_go_and_so_do_the_arenas(fresh):
    planted = fresh.ok("x = list(range(3_000_000))", timeout=60).record["cell"]
    fresh.ok("kept = x[::2000]\ndel x")
    held = report(fresh, "%memory pools")[REPORT]["held_back"]
    assert held["arenas"] >= 88
    assert 1_400 <= pins(held, "int", planted) <= 1_500

    gone = fresh.ok("del kept").record["cell"]

    assert report(fresh, f"%memory pools --diff {gone}")[REPORT]["arenas_unmapped"] >= 88
    after = report(fresh, "%memory pools")[REPORT]
    assert pins(after["held_back"], "int", planted) == 0
    assert after["arenas"] < 40


def test_an_unremarkable_heap_gets_an_unremarkable_finding(fresh):
    bundle = report(fresh, "%memory pools")

    data = bundle[REPORT]
    assert words(bundle).startswith(f"Python holds {data['arenas']} arenas ({data['arena_bytes'] / 1e6:.1f} MB); ")
    assert f"{data['used_bytes'] / 1e6:.1f} MB of it are in use." in words(bundle).splitlines()[0]
    assert data["held_back"]["arenas"] == 0


def test_looking_leaves_the_heap_as_it_was(fresh):
    fresh.ok("import xmemory\nx = list(range(1_000_000))[::2000]")
    for code in ("%memory pools", "xmemory.pools();", "%memory pools --diff 1"):
        fresh.ok(code)
        record = fresh.ok(code).record
        assert (record["kept_bytes"], record["net_bytes"], record["freed_earlier_bytes"]) == (0, 0, 0), code
        assert record["arenas_gained"] == 0, code


def test_diff_says_what_a_cell_took_and_gave_back(fresh):
    made = fresh.ok("x = [float(n) for n in range(1_000_000)]").record
    freed = fresh.ok("del x").record

    came = report(fresh, f"%memory pools --diff {made['cell']}")
    went = report(fresh, f"%memory pools --diff {freed['cell']}")

    assert came[REPORT]["arenas_mapped"] - came[REPORT]["arenas_unmapped"] == made["arenas_gained"] >= 22
    assert went[REPORT]["arenas_mapped"] - went[REPORT]["arenas_unmapped"] == freed["arenas_gained"] <= -22
    changes = {each["size_bytes"]: each for each in came[REPORT]["classes"]}
    assert changes[32]["blocks"] == pytest.approx(1_000_000, abs=200)
    assert changes[32]["pools"] == pytest.approx(1_000_000 / 510, abs=5)
    back = {each["size_bytes"]: each for each in went[REPORT]["classes"]}
    assert back[32]["blocks"] == pytest.approx(-1_000_000, abs=200)
    arenas = came[REPORT]["arenas_mapped"]
    assert words(came).startswith(f"Cell [{made['cell']}] took {arenas} arenas ({arenas * ARENA / 1e6:.1f} MB) from the system")
    assert words(went).startswith(f"Cell [{freed['cell']}] gave {went[REPORT]['arenas_unmapped']} arenas")
    assert report(fresh, "%memory pools --diff -1")[REPORT]["cell"] == freed["cell"] + 2


def test_diff_of_a_cell_that_moved_no_arena_says_why(fresh):
    cell = fresh.ok("pass").record["cell"]

    bundle = report(fresh, f"%memory pools --diff {cell}")

    assert words(bundle).startswith(f"Cell [{cell}] took no arena from the system and gave none back")
    assert (bundle[REPORT]["arenas_mapped"], bundle[REPORT]["arenas_unmapped"]) == (0, 0)


def test_trim_shows_what_came_back(fresh):
    # Blocks that malloc keeps in its heap, and one at its end that holds the end where it is.
    fresh.ok("x = [b'x' * 100_000 for _ in range(1_000)]\nkept = x[-1]\ndel x")
    before = report(fresh, "%memory pools")
    assert before[REPORT]["malloc"]["heap_free_bytes"] > 95_000_000
    assert words(before).splitlines()[-1] == "Next: %memory pools --trim"

    bundle = report(fresh, "%memory pools --trim")

    data = bundle[REPORT]
    came_back = data["resident_before_bytes"] - data["resident_after_bytes"]
    assert came_back > 90_000_000
    assert words(bundle).startswith("Gave ")
    assert data["before"]["heap_in_use_bytes"] == pytest.approx(data["after"]["heap_in_use_bytes"], abs=100_000)
    assert not words(report(fresh, "%memory pools")).endswith("--trim"), "it would bring nothing now"
    assert words(report(fresh, "%memory pools --trim")) != words(bundle)


@pytest.mark.parametrize(
    "options, way_out",
    [
        ("--diff 999", "%memory cells lists those there are"),
        ("--diff -999", "%memory cells lists them"),
        ("--diff x", "%memory help pools"),
        ("--diff", "%memory help pools"),
        ("--diff 1 --trim", "one at a time"),
        ("--thick", "%memory help pools"),
        ("arena", "%memory help pools"),
    ],
)
def test_bad_input_gets_one_sentence_with_the_way_out(kernel, options, way_out):
    result = kernel.run(f"%memory pools {options}")

    assert result.content["ename"] == "UsageError"
    assert way_out in result.content["evalue"]
    assert "\n" not in result.content["evalue"]


def test_the_function_refuses_bad_input_too(kernel):
    kernel.ok("import xmemory")
    for code in ("xmemory.pools(diff=999)", "xmemory.pools(diff='x')", "xmemory.pools('arena')", "xmemory.pools(code='1')"):
        assert kernel.run(code).content.get("ename") == "ValueError", code


def test_it_can_be_interrupted(kernel):
    kernel.ok("import xmemory\nx = list(range(1_000_000))[::2000]")
    msg_id = kernel.send("print('started', flush=True)\nwhile True: xmemory.pools()")
    kernel.wait_output(msg_id, "started")

    kernel.interrupt()

    assert kernel.collect(msg_id, timeout=15).content["ename"] == "KeyboardInterrupt"
    assert report(kernel, "%memory pools")[REPORT]["kind"] == "pools"
