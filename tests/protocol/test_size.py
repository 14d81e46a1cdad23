"""%memory size: against sys.getsizeof, tracemalloc's sum, and what the ledger says was freed when the object went."""
import textwrap

import pytest

from ledger_checker import evaluate

pytestmark = pytest.mark.xmemory_only

REPORT = "application/vnd.xmemory.report+json"

SETUP = """
import array, collections, gc, sys, xmemory
import numpy as np
class Node:
    def __init__(self, number): self.number, self.name = number, 'node %d' % number
class Slim:
    __slots__ = ('number', 'name')
    def __init__(self, number): self.number, self.name = number, 'slim %d' % number
gc.collect()
"""


@pytest.fixture(scope="module")
def planted(module_kernel):
    module_kernel.ok(SETUP, timeout=60)
    return module_kernel


def report_of(kernel, arguments):
    (bundle,) = [data for data in kernel.ok(f"%memory size {arguments}", timeout=60).displays if REPORT in data]
    return bundle[REPORT], bundle["text/plain"]


def size_of(kernel, expression):
    report, _ = report_of(kernel, expression)
    (size,) = report["expressions"]
    return size


def freed_by(kernel, statement):
    """Bytes, by the ledger; what only a collection takes along is among them, and what waited for one is not."""
    kernel.ok("if gc.collect() >= 0:\n    with xmemory.measure() as freeing:\n"
              f"        {statement}\n        gc.collect()")
    return -int(kernel.evaluate("freeing.net_bytes"))


# What makes x. Each object is larger than what CPython keeps on free lists, or of a kind that has none.
MADE = {
    "strings": "x = ['text %d' % n for n in range(1000)]",
    "a tuple of numbers": "x = tuple(range(1000, 9000))",
    "a dict": "x = {'key %d' % n: n * 1000 + 500 for n in range(1000)}",
    "a dict cut down": "x = {n: str(n) for n in range(1000, 3000)}\nfor n in range(1000, 2990): del x[n]\n",
    "a set": "x = set(map(str, range(1000)))",
    "a deque": "x = collections.deque(map(str, range(1000)))",
    "an ordered dict": "x = collections.OrderedDict((str(n), n * 1000 + 500) for n in range(500))",
    "instances": "x = [Node(n) for n in range(1000, 3000)]",
    "instances with a dict": "x = [Node(n) for n in range(1000, 1500)]\nfor each in x: each.__dict__\ndel each",
    "slots": "x = [Slim(n) for n in range(1000, 3000)]",
    "a cycle": "x = [Node(n) for n in range(1000, 1500)]\nfor each in x: each.number = x\ndel each",
    "bytes and buffers": "x = [bytes(5000), bytearray(70_000), array.array('d', range(1000))]",
    "an array": "x = np.ones(1_000_000)",
    "a view": "x = np.ones(1_000_000)[::2]",
    "an object array": "x = np.array([Slim(n) for n in range(1000, 2000)], dtype=object)",
    "wide strings": "x = '\\N{SNOWMAN}' * 10_000",
    "a generator": "def count():\n    text = 'text ' * 1000\n    yield text\nx = count()\nnext(x);",
}


@pytest.mark.parametrize("made", MADE)
def test_exclusive_bytes_are_what_goes_with_it(planted, made):
    # In one statement: what lies on free lists is the kernel's, and would count as such.
    planted.ok("if gc.collect() >= 0:\n" + textwrap.indent(MADE[made], "    "))
    size = size_of(planted, "x")

    kept_by_numpy = size["exclusive_bytes"] - freed_by(planted, "del x")
    assert size["exclusive_bytes"] > 1000
    assert kept_by_numpy in ([16, 32] if "np." in MADE[made] else [0])  # lengths and strides go to a cache of numpy's own
    assert size["deep_bytes"] == size["exclusive_bytes"] + size["shared_bytes"]


def test_deep_bytes_are_the_sum_of_getsizeof(planted):
    planted.ok("texts = ['x' * 1000 + '%03d' % n for n in range(1000)]")

    size = size_of(planted, "texts")

    assert size["deep_bytes"] == int(planted.evaluate("sys.getsizeof(texts) + sum(map(sys.getsizeof, texts))"))
    assert size["shallow_bytes"] == size["getsizeof_bytes"] == int(planted.evaluate("sys.getsizeof(texts)"))
    assert (size["objects"], size["types"][0]["type"], size["types"][0]["objects"]) == (1001, "str", 1000)


def test_deep_bytes_are_what_tracemalloc_traced(start_kernel):
    """500,000 entries, 300,000 of them instances: within 1 %. tracemalloc counts by the time; small objects that were there
    before (the integers up to 256) count for neither."""
    kernel = start_kernel()
    kernel.ok(SETUP + "import tracemalloc\nwarm = [Node(n) for n in range(100)]\ndel warm")
    kernel.ok("tracemalloc.start()\n"
              "d = {n: Node(n) if n < 301_000 else str(n) for n in range(1000, 501_000)}\n"
              "traced = tracemalloc.get_traced_memory()[0]\ntracemalloc.stop()", timeout=60)

    size = size_of(kernel, "d")

    traced = int(kernel.evaluate("traced"))
    assert {t["type"]: t["objects"] for t in size["types"]}["Node"] == 300_000
    assert abs(size["deep_bytes"] - traced) < traced / 100


@pytest.mark.parametrize("expression", [
    "1", "10 ** 100", "1.5", "'text'", "'caf\\xe9'", "b'bytes'", "None", "[]", "[1, 2]", "(1, 2)", "{}", "{'a': 1}", "set()",
    "frozenset('abc')", "range(3)", "len", "Node", "collections.deque([1])", "np.ones(100)", "sys", "Slim(1)",
    "bytearray(100)", "collections.OrderedDict(a=1)", "(n for n in [])", "lambda: 0", "collections.Counter('abc')"])
def test_what_getsizeof_says(planted, expression):
    assert size_of(planted, expression)["getsizeof_bytes"] == int(planted.evaluate(f"sys.getsizeof({expression})"))


def test_a_sizeof_of_its_own_is_not_run(planted):
    planted.ok("class Loud:\n    def __sizeof__(self): raise SystemExit('was run')\nloud = Loud()")

    report, text = report_of(planted, "loud")

    assert report["expressions"][0]["getsizeof_bytes"] is None
    assert "a __sizeof__ of its own, which was not run" in text


def test_several_share_one_walk(planted):
    planted.ok("a = ['text %d' % n for n in range(1000)]\nb = a[:300] + ['more %d' % n for n in range(100)]")
    shared = int(planted.evaluate("sum(map(sys.getsizeof, a[:300]))"))

    report, text = report_of(planted, "a, b")

    first, second = report["expressions"]
    assert report["overlap_bytes"] == first["shared_bytes"] == second["shared_bytes"] == shared
    assert report["together_bytes"] == first["deep_bytes"] + second["deep_bytes"] - shared
    assert report["together_exclusive_bytes"] == report["together_bytes"]
    assert text.startswith("Together ") and "belongs to more than one" in text
    assert report_of(planted, "a b")[0]["together_bytes"] == report["together_bytes"]


def test_largest_paths_first(planted):
    planted.ok("class Shop: pass\nshop = Shop()\nshop.name = 'shop'\n"
               "shop.stock = {'small': ['a' * 100], 'large': ['%d' % n + 'x' * 1000 for n in range(1000)]}")

    size = size_of(planted, "shop")

    assert size["parts"][0]["part"] == ".stock" and size["largest_path"][1]["part"] == ".stock['large']"
    assert size["largest_path"][1]["bytes"] == size_of(planted, "shop.stock['large']")["deep_bytes"]
    assert sum(part["bytes"] for part in size["parts"]) + size["shallow_bytes"] <= size["deep_bytes"]


def test_parts_by_range_add_up(planted):
    planted.ok("texts = ['x' * (10_000 if 400 <= n < 500 else 10) + '%03d' % n for n in range(1000)]")

    size = size_of(planted, "texts")

    assert size["parts"][0]["part"] == "[400:500]"
    assert [p["part"] for p in size["parts"][1:3]] == ["[0:100]", "[100:200]"]
    assert sum(p["bytes"] for p in size["parts"]) + size["shallow_bytes"] == size["deep_bytes"]
    assert sum(p["objects"] for p in size["parts"]) == 1000


def test_a_view_keeps_its_array(planted):
    planted.ok("base = np.ones(10_000_000)\nview = base[:10]\nalone = base[:10].copy()")

    report, text = report_of(planted, "view")

    (size,) = report["expressions"]
    assert size["deep_bytes"] >= 80_000_000 > 200 > size["exclusive_bytes"]
    assert "all of which it keeps" in text and ".base" in text
    planted.ok("del base")
    assert size_of(planted, "view")["exclusive_bytes"] >= 80_000_000
    assert size_of(planted, "alone")["deep_bytes"] < 300
    planted.ok("del view, alone")


def test_a_data_frame(planted):
    planted.ok("import pandas as pd\ngc.collect()\ndf = pd.DataFrame({'number': np.arange(100_000), 'half': np.arange(100_000) / 2})\n"
               "df['word'] = pd.Series(['word %d' % n for n in range(100_000)], dtype=object)", timeout=60)
    words = int(planted.evaluate("sum(map(sys.getsizeof, df['word'])) + 3 * 800_000"))

    size = size_of(planted, "df")

    assert words <= size["exclusive_bytes"] <= size["deep_bytes"] < words + 200_000
    kept_by_numpy = size["exclusive_bytes"] - freed_by(planted, "del df")
    assert 0 <= kept_by_numpy < 3000  # small blocks go to a cache of numpy's own


def test_spare_room(planted):
    planted.ok("d = {n: None for n in range(1000, 101_000)}\nfor n in range(1000, 100_990): del d[n]\n"
               "s = set(range(100_000))\nfor n in range(99_990): s.remove(n)\n")

    report, text = report_of(planted, "d")
    assert report["expressions"][0]["shallow_bytes"] == int(planted.evaluate("sys.getsizeof(d)")) == 5_242_960
    assert "and 10 are there: a dict never shrinks" in text
    assert "a set never shrinks" in report_of(planted, "s")[1]
    assert size_of(planted, "dict(d)")["shallow_bytes"] < 1000 and size_of(planted, "set(s)")["shallow_bytes"] < 1000


def test_widths_of_strings(planted):
    planted.ok("plain = 'a' * 1_000_000\nemoji = 'a' * 999_999 + '\\N{GRINNING FACE}'")

    report, text = report_of(planted, "emoji")

    assert report["expressions"][0]["shallow_bytes"] == int(planted.evaluate("sys.getsizeof(emoji)")) > 4_000_000
    assert "takes 4 bytes" in text
    assert size_of(planted, "plain")["shallow_bytes"] == 1_000_049


def test_instances_without_and_with_a_dict_and_with_slots(planted):
    planted.ok("class Pair:\n    def __init__(self): self.one, self.two = 1, 2\n"
               "many = [Pair() for n in range(50)]\nplain, touched = Pair(), Pair()\ntouched.__dict__;\nslim = Slim(1)")

    plain, touched, slim = (size_of(planted, name) for name in ("plain", "touched", "slim"))

    assert plain["shallow_bytes"] - plain["getsizeof_bytes"] > 0
    assert "a dict of its own" in " ".join(touched["remarks"])
    assert "__slots__" in " ".join(slim["remarks"])
    assert slim["shallow_bytes"] == int(planted.evaluate("sys.getsizeof(slim)"))


@pytest.mark.parametrize("line,sentence", [
    ("", "needs something to look at"),
    ("a +", "is no expression"),
    (", ".join("abcdefghijklm"), "up to 12 expressions at once, not 13"),
])
def test_bad_input_gets_one_sentence(planted, line, sentence):
    content = planted.run(f"%memory size {line}").content

    assert content["ename"] == "UsageError" and sentence in content["evalue"]


def test_an_error_of_the_expression_is_shown_as_it_is(planted):
    assert planted.run("%memory size nothing_of_this_name").error["ename"] == "NameError"


def test_the_heap_is_as_it_was(planted):
    planted.ok("x = [Node(n) for n in range(1000)]\ny = {n: x[n] for n in range(100)}")
    planted.ok("%memory size x")
    for code in ("%memory size x", "%memory size x, y"):
        record = planted.ok(code).record
        assert (record["kept_bytes"], record["net_bytes"], record["allocated_blocks"]) == (0, 0, 0)


def test_text_stays_small(planted):
    planted.ok("wide = {('key', n): [n] * 3 for n in range(100_000)}")

    bundle = planted.ok("%memory size wide", timeout=60).displays[0]

    assert len(bundle["text/plain"].splitlines()) < 25 and "and 99,990 more" in bundle["text/plain"] and "its keys" in bundle["text/plain"]
    assert len(bundle["text/html"]) < 30_000


def test_names_are_shown_as_they_are_and_not_as_markup(planted):
    planted.ok("evil = {'<img src=x onerror=alert(1)>' * 3: 'x' * 100}")

    bundle = planted.ok("%memory size evil").displays[0]

    assert "<img src=x" not in bundle["text/html"] and "&lt;img src=x" in bundle["text/html"]
