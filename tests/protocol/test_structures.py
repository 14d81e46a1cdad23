"""%memory structures: the same data in different structures. Bytes are asserted to the byte, times only to be there."""
import pytest

pytestmark = pytest.mark.xmemory_only

REPORT = "application/vnd.xmemory.report+json"
COLLECTIONS = ["list", "tuple", "set", "frozenset", "dict", "deque", "array", "numpy"]


def structures(kernel, words="", before=""):
    """The data of one report, wherever it was shown: work of more than two seconds shows its progress first."""
    result = kernel.ok(f"{before}\n%memory structures {words}", timeout=120)
    bundles = [c["data"] for c in result.of_type("display_data", "update_display_data") if REPORT in c["data"]]
    return bundles[-1]


def by_name(rows):
    return {row["name"]: row for row in rows}


def words(bundle):
    return bundle["text/plain"].replace("\u00a0", " ")


def test_a_hundred_thousand_numbers(fresh):
    bundle = structures(fresh)

    data = bundle[REPORT]
    rows = by_name(data["structures"])
    assert data["items"] == 100_000
    assert list(rows) == COLLECTIONS
    # Header and pointers; tables of 262,144 places of 16 B, or of the dict's sizes (Objects/setobject.c, dictobject.c, 3.11).
    assert rows["list"]["bytes"] == 56 + 8 * 100_000
    assert rows["tuple"]["bytes"] == 40 + 8 * 100_000
    assert rows["set"]["bytes"] == rows["frozenset"]["bytes"] == 216 + 16 * 2**18
    assert rows["dict"]["bytes"] == 5_242_960
    assert rows["array"]["bytes"] == 80 + 8 * 100_000
    # 32 B an int, and -5 to 256 are part of Python.
    assert rows["list"]["with_items_bytes"] == rows["list"]["bytes"] + 32 * (100_000 - 257)
    assert rows["array"]["with_items_bytes"] == rows["array"]["bytes"]
    assert words(bundle).startswith("A list needs 800 kB for 100,000 numbers, a set 4.19 MB and a dict 5.24 MB")


def test_records(fresh):
    rows = by_name(structures(fresh, "1_000")[REPORT]["records"])

    assert {name: row["bytes"] for name, row in rows.items()} == {
        "class with slots": 48_000,
        "tuple": 56_000,
        "namedtuple": 64_000,
        "class": 88_000,
        "dataclass": 88_000,
        "dict": 184_000,
    }


def test_the_same_figures_again(kernel):
    def figures():
        data = structures(kernel, "10_000")[REPORT]
        return [(row["name"], row.get("bytes"), row.get("peak_bytes")) for row in data["structures"] + data["records"]]

    assert figures() == figures()


def test_nothing_is_left_behind(kernel):
    kernel.ok("names = None; names = set(globals())")
    kernel.ok("%memory structures 100")

    record = kernel.ok("%memory structures 20_000").record

    assert 0 <= record["kept_bytes"] < 1_000  # not even on Python's free lists
    assert record["freed_earlier_bytes"] < 1_000
    assert kernel.evaluate("sorted(n for n in set(globals()) - names if n[0] != '_')") == "[]"


@pytest.mark.parametrize("expression", ["n_words", "(w for w in n_words)", "dict.fromkeys(n_words, 1)"])
def test_items_of_the_learners(kernel, expression):
    kernel.ok("n_words = ['w%d' % n for n in range(500)]")

    data = structures(kernel, expression)[REPORT]

    rows = by_name(data["structures"])
    assert data["items"] == 500
    assert rows["list"]["bytes"] == 56 + 8 * 500
    own_bytes = int(kernel.evaluate("sum(map(__import__('sys').getsizeof, n_words))"))
    assert rows["list"]["with_items_bytes"] == rows["list"]["bytes"] + own_bytes
    assert rows["array"] == {"name": "array", "not_possible": "only for items that are all int, or all float"}


def test_unhashable_items_are_said_in_words(kernel):
    bundle = structures(kernel, "[[1], [2]]")

    rows = by_name(bundle[REPORT]["structures"])
    assert [rows[name]["not_possible"] for name in ("set", "frozenset", "dict")] == ["unhashable type: 'list'"] * 3
    assert rows["list"]["bytes"] == 72
    assert rows["list"]["with_items_bytes"] is None
    assert "a set and a dict cannot hold them: unhashable type: 'list'." in words(bundle)


def test_nothing_and_one(kernel):
    empty = structures(kernel, "[]")
    one = structures(kernel, "1")

    assert by_name(empty[REPORT]["structures"])["list"]["bytes"] == 56
    assert by_name(empty[REPORT]["structures"])["list"]["find_first_seconds"] is None
    assert empty[REPORT]["records"] == []
    assert words(empty).startswith("An empty list needs 56 B, an empty set 216 B and an empty dict 64 B.")
    assert by_name(one[REPORT]["structures"])["list"]["bytes"] == 72
    assert by_name(one[REPORT]["records"])["class with slots"]["bytes"] == 48
    assert by_name(one[REPORT]["records"])["dict"]["bytes"] == 184


def test_items_that_come_twice(kernel):
    bundle = structures(kernel, "['a', 'b'] * 100")

    assert by_name(bundle[REPORT]["structures"])["set"]["items_held"] == 2
    assert "A set and a dict hold each value once: 2 here." in words(bundle)


def test_numpy_when_it_is_there(kernel):
    pytest.importorskip("numpy")

    assert by_name(structures(kernel, "1_000")[REPORT]["structures"])["numpy"]["not_possible"] == "import numpy first"
    rows = by_name(structures(kernel, "1_000", before="import numpy")[REPORT]["structures"])
    assert rows["numpy"]["bytes"] == rows["numpy"]["with_items_bytes"] == 96 + 8 * 1_000


def test_times_are_there(kernel):
    row = structures(kernel, "1_000")[REPORT]["structures"][0]

    fields = ("build_seconds", "find_first_seconds", "find_last_seconds", "find_missing_seconds", "iterate_seconds")
    assert all(row[field] > 0 for field in fields)


def test_an_endless_iterator_can_be_interrupted(kernel):
    code = "import itertools\nprint('started', flush=True)\nget_ipython().run_line_magic('memory', 'structures itertools.repeat(0)')"
    msg_id = kernel.send(code)
    kernel.wait_output(msg_id, "started")

    kernel.interrupt()

    assert kernel.collect(msg_id, timeout=30).content["ename"] == "KeyboardInterrupt"


def test_the_function_gives_a_dict(kernel):
    kernel.ok("import xmemory; found = xmemory.structures(50)")

    assert kernel.evaluate("found['items'], found['structures'][0]['bytes']") == "(50, 456)"


@pytest.mark.parametrize(
    "line, said",
    [
        ("x = 2", "cannot read 'x = 2'"),
        ("1.5", "a number of items or something to take them from, not float"),
        ("-4", "from 0 on, not -4"),
        ("print", "not builtin_function_or_method"),
    ],
)
def test_bad_input_gets_one_sentence_with_the_way_out(kernel, line, said):
    content = kernel.run(f"%memory structures {line}").content

    assert content["ename"] == "UsageError"
    assert said in content["evalue"]
    assert "\n" not in content["evalue"]


def test_errors_of_the_learners_are_the_learners(kernel):
    assert kernel.run("%memory structures nothing_of_that_name").content["ename"] == "NameError"
    assert kernel.run("%memory structures (1 / 0 for _ in 'a')").content["ename"] == "ZeroDivisionError"
