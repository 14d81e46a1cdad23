"""%memory compare over sizes, and until the first item: growth is told from bytes that are exact."""
import pytest

pytestmark = pytest.mark.xmemory_only

REPORT = "application/vnd.xmemory.report+json"
LIST_AND_GENERATOR = "## list\nsum([k * k for k in range(n)])\n## generator\nsum(k * k for k in range(n))"


def report(kernel, code):
    """The bundle of the report, wherever it was shown: work of more than two seconds shows its progress first."""
    result = kernel.ok(code, timeout=120)
    return [c["data"] for c in result.of_type("display_data", "update_display_data") if REPORT in c["data"]][-1]


def peaks(section, field="peak_bytes"):
    return {run["size"]: run[field] for run in section["runs"]}


def words(bundle):
    return bundle["text/plain"].replace("\u00a0", " ")


def test_a_list_grows_and_a_generator_does_not(kernel):
    bundle = report(kernel, f"%%memory compare n=1_000..100_000\n{LIST_AND_GENERATOR}")

    data = bundle[REPORT]
    assert (data["kind"], data["variable"], data["sizes"]) == ("compare", "n", [1_000, 10_000, 100_000])
    assert [section["growth"] for section in data["sections"]] == ["proportional", "none"]
    assert words(bundle).startswith("The list’s peak grows in proportion to n, ")
    assert "; the generator’s does not grow (" in words(bundle)


def test_each_size_costs_what_it_costs_by_itself(kernel):
    sections = report(kernel, f"%%memory compare n=2_000,30_000\n{LIST_AND_GENERATOR}")[REPORT]["sections"]
    alone = report(kernel, f"%%memory compare\nn = 30_000\n{LIST_AND_GENERATOR}")[REPORT]["sections"]

    assert [peaks(section)[30_000] for section in sections] == [section["peak_bytes"] for section in alone]


def test_bytes_to_the_byte_and_any_name(kernel):
    data = report(kernel, "%%memory compare rows=10..1_000_000\n## text\nbytes(rows) and None")[REPORT]

    assert peaks(data["sections"][0]) == {rows: rows + 33 for rows in (10, 100, 1_000, 10_000, 100_000, 1_000_000)}
    assert data["sections"][0]["bytes_for_each"] == 1
    assert data["sections"][0]["growth"] == "proportional"


def test_faster_and_slower(kernel):
    sections = report(
        kernel, "%%memory compare n=10..10_000\n## square\nlen(bytes(n * n))\n## root\nlen(bytes(100_000 * int(n ** 0.5)))"
    )[REPORT]["sections"]

    assert [section["growth"] for section in sections] == ["faster", "slower"]


@pytest.mark.parametrize("line", ["n=10..1_000 bytes(n) vs [n] * n", "bytes(n) vs [n] * n --n 10..1_000"])
def test_expressions_on_the_line(kernel, line):
    data = report(kernel, f"%memory compare {line}")[REPORT]

    assert [section["label"] for section in data["sections"]] == ["bytes(n)", "[n] * n"]
    assert peaks(data["sections"][0]) == {10: 43, 100: 133, 1_000: 1_033}


def test_setup_sees_the_size_and_nothing_stays(kernel):
    kernel.ok("n = 'mine'; before = None; before = set(globals())")

    data = report(kernel, "%%memory compare n=10,1_000\ndata = bytes(n)\n## copy\ndata + b'.' and None")[REPORT]

    assert peaks(data["sections"][0]) == {10: 44, 1_000: 1_034}
    assert kernel.evaluate("n") == "'mine'"
    assert kernel.evaluate("sorted(m for m in set(globals()) - before if m[0] != '_')") == "[]"


def test_until_the_first_item(kernel):
    bundle = report(kernel, "%memory compare [bytes(1_000) for _ in range(100)] vs (bytes(1_000) for _ in range(100)) --first")

    whole, lazy = bundle[REPORT]["sections"]
    assert whole["first_item_peak_bytes"] == whole["peak_bytes"] > 100 * 1_033
    assert 1_033 <= lazy["first_item_peak_bytes"] <= lazy["peak_bytes"] < 4_000
    assert 0 < lazy["first_item_seconds"] <= lazy["seconds"]
    assert words(bundle).startswith("The first has its first item after ")


def test_until_the_first_item_of_labelled_parts(kernel):
    bundle = report(kernel, "%%memory compare --first\n## list\n[k * k for k in range(10_000)]\n## generator\n(k * k for k in range(10_000))")

    assert words(bundle).startswith("The list has its first item after ")
    assert ", the generator after " in words(bundle)


def test_an_iterator_that_is_used_up_has_no_item(kernel):
    kernel.ok("used = iter([1, 2, 3])")

    bundle = report(kernel, "%memory compare --first used vs iter([1, 2, 3])")

    assert [section["has_items"] for section in bundle[REPORT]["sections"]] == [False, True]
    assert "“used” has no item" in words(bundle)


def test_first_items_over_sizes(kernel):
    data = report(kernel, "%memory compare --first n=100..10_000 [0] * n vs iter(range(n))")[REPORT]

    assert [section["growth"] for section in data["sections"]] == ["proportional", "none"]
    assert {section["growth_of"] for section in data["sections"]} == {"first_item_peak_bytes"}


def test_the_function_takes_the_same(kernel):
    kernel.ok("import xmemory")
    kernel.ok("by_text = xmemory.compare('bytes(n)', n='10..1_000')")
    kernel.ok("by_list = xmemory.compare('bytes(n)', n=[10, 100, 1_000])")
    kernel.ok("first = xmemory.compare('[0] * 1_000', 'iter(range(9))', first=True)")

    assert kernel.evaluate("[run['peak_bytes'] for run in by_text['sections'][0]['runs']]") == "[43, 133, 1033]"
    assert kernel.evaluate("[run['peak_bytes'] for run in by_list['sections'][0]['runs']]") == "[43, 133, 1033]"
    assert kernel.evaluate("first['sections'][0]['first_item_peak_bytes'] > 8_000") == "True"
    for call in ("compare('1', n='10')", "compare('1', n='1..10', m='1..10')", "compare('1', '2', first=True)"):
        assert kernel.run(f"xmemory.{call}").content["ename"] == "ValueError", call


def test_an_endless_part_can_be_interrupted(kernel):
    code = "print('started', flush=True)\nget_ipython().run_line_magic('memory', 'compare --first __import__(\"itertools\").repeat(0) vs [1]')"
    msg_id = kernel.send(code)
    kernel.wait_output(msg_id, "started")

    kernel.interrupt()

    assert kernel.collect(msg_id, timeout=30).content["ename"] == "KeyboardInterrupt"


@pytest.mark.parametrize(
    "code, said",
    [
        ("%memory compare n=10..1_000", "needs a part to run over the sizes"),
        ("%%memory compare n=10..1_000\nx = 1", "needs a part to run over the sizes"),
        ("%memory compare n=10 1 vs 2", "Two to eight sizes"),
        ("%memory compare n=100..1 1 vs 2", "Sizes go up"),
        ("%%memory compare n=1..x\n## a\n1", "'x' is no size"),
        ("%%memory compare n=1..10 m=1..10\n## a\n1", "n has them already"),
        ("%%memory compare twice\n## a\n1\n## b\n2", "not 'twice'"),
        ("%memory compare --first 1 vs [2]", "gives int"),
        ("%%memory compare --first\n## a\nx = [1]\n## b\n[2]", "'a' is statements"),
    ],
)
def test_bad_input_gets_one_sentence_with_the_way_out(kernel, code, said):
    content = kernel.run(code).content

    assert content["ename"] == "UsageError"
    assert said in content["evalue"]
    assert "\n" not in content["evalue"]
