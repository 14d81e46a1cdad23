"""The %memory magics in a running kernel: what they say is true, they leave nothing behind, and bad input gets one sentence."""
import bad_input
import pytest

pytestmark = pytest.mark.xmemory_only

REPORT = "application/vnd.xmemory.report+json"
LIST = "sum([n * n for n in range(300_000)])"
GENERATOR = "sum(n * n for n in range(300_000))"


def reports(result):
    """Wherever they were shown: work of more than two seconds shows its progress first."""
    return [c["data"] for c in result.of_type("display_data", "update_display_data") if REPORT in c["data"]]


def report(kernel, code):
    found = reports(kernel.ok(code))
    assert len(found) == 1
    return found[0]


def sections(bundle):
    fields = ("peak_bytes", "kept_bytes", "allocated_bytes", "allocated_blocks", "value_bytes")
    return [{field: section[field] for field in fields} for section in bundle[REPORT]["sections"]]


def usage_error(kernel, code):
    result = kernel.run(code)
    assert result.status == "error"
    assert result.content["ename"] == "UsageError"
    return result.content["evalue"]


def test_compare_gives_the_same_figures_in_either_order(kernel):
    one = sections(report(kernel, f"%memory compare {LIST} vs {GENERATOR}"))
    other = sections(report(kernel, f"%memory compare {GENERATOR} vs {LIST}"))

    assert one == other[::-1]
    assert one[0]["peak_bytes"] > 9_000_000 > 1_000 > one[1]["peak_bytes"]
    assert [section["kept_bytes"] for section in one] == [0, 0]


def test_compare_says_it_in_one_sentence(kernel):
    text = report(kernel, f"%%memory compare\n## list\n{LIST}\n## generator\n{GENERATOR}")["text/plain"]

    peak = report(kernel, f"%memory compare {LIST} vs 1")[REPORT]["sections"][0]["peak_bytes"]
    assert text.splitlines()[0].replace("\u00a0", " ").startswith(f"The list needs {peak / 1e6:.1f} MB at its peak, the generator ")
    assert text.splitlines()[0].endswith("Both keep nothing.")


def test_compare_agrees_with_a_cell(kernel):
    section = report(kernel, "%memory compare bytes(5_000_000) vs bytes(7)")[REPORT]["sections"][0]

    assert (section["peak_bytes"], section["kept_bytes"], section["value_bytes"]) == (5_000_033, 0, 5_000_033)
    assert kernel.ok("kept = bytes(5_000_000)").record["kept_bytes"] == 5_000_033


def test_compare_sees_variables_and_leaves_none(kernel):
    kernel.ok("size = 2_000_000\nseen_before = set(globals())")

    found = sections(report(kernel, "%%memory compare\nblock = bytes(100)\n## one\nleft = bytes(size)\n## two\nright = block * 2"))

    assert found[0]["kept_bytes"] == 2_000_033
    left = kernel.evaluate("sorted(n for n in set(globals()) - seen_before if not n.startswith('_') and n != 'seen_before')")
    assert left == "[]"


def test_compare_splits_at_the_word_between_expressions(kernel):
    labels = [s["label"] for s in report(kernel, "%memory compare 'a vs b' vs len('vs') vs [3]")[REPORT]["sections"]]

    assert labels == ["'a vs b'", "len('vs')", "[3]"]


def test_an_error_in_a_compared_part_is_shown_as_the_learners(kernel):
    result = kernel.run("%memory compare 1 / 0 vs 2")

    assert result.content["ename"] == "ZeroDivisionError"
    assert report(kernel, "%memory compare 1 vs 2")[REPORT]["kind"] == "compare"


def test_compare_can_be_interrupted(kernel):
    msg_id = kernel.send("print('started', flush=True)\nget_ipython().run_line_magic('memory', 'compare [0 for _ in iter(int, 1)] vs 1')")
    kernel.wait_output(msg_id, "started")

    kernel.interrupt()

    assert kernel.collect(msg_id, timeout=15).content["ename"] == "KeyboardInterrupt"
    assert kernel.ok("1 + 1").value["text/plain"] == "2"


def test_compare_shows_progress_where_the_report_will_stand(kernel):
    result = kernel.ok("import time\n%memory compare time.sleep(1.1) vs time.sleep(1.2)", timeout=40)

    shown = result.of_type("display_data")
    updates = result.of_type("update_display_data")
    assert shown[0]["data"]["text/plain"].startswith("Measuring time.sleep(")
    assert {message["transient"]["display_id"] for message in shown + updates} == {shown[0]["transient"]["display_id"]}
    assert updates[-1]["data"][REPORT]["kind"] == "compare"


def test_the_overview_sums_up(kernel):
    kernel.ok("held = bytes(50_000_000)")

    data = report(kernel, "%memory")[REPORT]

    cells = sum(row["in_use_bytes"] for row in data["cells"])
    assert data["in_use_bytes"] == cells + data["source_bytes"] + data["kernel_bytes"]
    assert data["in_use_bytes"] == data["python_small_bytes"] + data["python_large_bytes"] + data["native_bytes"]
    assert data["cells"][0]["in_use_bytes"] >= 50_000_033
    kernel.ok("del held")


@pytest.mark.parametrize("by, field", [("in-use", "still_in_use_bytes"), ("peak", "peak_bytes"), ("freed", "freed_earlier_bytes")])
def test_cells_are_ranked(kernel, by, field):
    kernel.ok("big = bytes(3_000_000)")
    kernel.ok("del big")

    data = report(kernel, f"%memory cells --by {by}")[REPORT]

    ranked = [cell[field] for cell in data["cells"]]
    assert ranked == sorted(ranked, reverse=True)
    assert ranked[0] > 0 or by == "in-use"


def test_cell_shows_the_record(kernel):
    record = kernel.ok("shown = bytes(1_234_567)").record

    data = report(kernel, f"%memory cell {record['cell']}")[REPORT]

    assert {key: data[key] for key in record} == record


def test_the_footer_has_modes(kernel):
    def footers(code):
        return [footer["content"]["data"] for footer in kernel.ok(code).footers]

    assert footers("1") == []
    assert len(footers("small = bytes(200_000)")) == 1
    kernel.ok("%memory footer on")
    assert footers("1")[0]["text/plain"].startswith("Memory: kept nothing")
    kernel.ok("%memory footer off")
    assert footers("small = bytes(300_000)") == []
    kernel.ok("%memory footer auto")


def test_a_report_can_be_captured(kernel):
    kernel.ok("%%capture caught\n%memory")

    assert REPORT in kernel.evaluate("list(caught.outputs[0].data)")


def test_a_magic_that_looks_costs_the_learner_nothing(kernel):
    kernel.ok("held = [[n] for n in range(100_000)][::1_000]")
    before = in_use_of_each_cell(kernel)
    for code in (
        "%memory",
        "%memory cells",
        "%memory cell",
        "%memory help",
        "%memory help gc",
        "%memory footer",
        "%memory explain",
        "%memory explain arena",
        "%memory pools",
        f"%memory pools --diff {max(before)}",
        "%memory pools --trim",
        "%memory progress",
    ):
        record = kernel.ok(code).record
        assert (record["kept_bytes"], record["peak_bytes"], record["freed_earlier_bytes"]) == (0, 0, 0), code
    after = in_use_of_each_cell(kernel)
    # Less is possible: the kernel uses what a cell had left in Python's free lists.
    assert all(after[cell] <= before[cell] for cell in before)
    assert sum(after[cell] for cell in after if cell not in before) == 0
    kernel.ok("del held")


def in_use_of_each_cell(kernel):
    cells = report(kernel, "%memory cells --top 1000")[REPORT]["cells"]
    return {cell["cell"]: cell["still_in_use_bytes"] for cell in cells}


@pytest.mark.parametrize("code, words", bad_input.MAGICS)
def test_bad_input_gets_one_sentence_with_the_way_out(kernel, code, words):
    sentence = usage_error(kernel, code)

    assert words in sentence
    assert "\n" not in sentence


def test_the_module_says_what_is_wrong(kernel):
    for code, name in [
        ("import xmemory; xmemory.cell(10_000)", "IndexError"),
        ("xmemory.cell('x')", "TypeError"),
        ("xmemory.compare('1')", "ValueError"),
        ("xmemory.compare(1, 2)", "TypeError"),
        ("xmemory.measure().peak_bytes", "RuntimeError"),
        ("with xmemory.measure() as m: pass\nm.nonsense", "AttributeError"),
        ("with xmemory.measure() as m: pass\nwith m: pass", "RuntimeError"),
    ]:
        assert kernel.run(code).content.get("ename") == name, code
    assert kernel.ok("xmemory.cell()['status']").value["text/plain"] == "'error'"
