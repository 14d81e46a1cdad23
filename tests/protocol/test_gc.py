"""%memory gc, and what records and footers say of the garbage collector: checked against gc.get_stats, an independent count of
what died, and the ledger."""
import pytest

from record_rules import figures

pytestmark = pytest.mark.xmemory_only

REPORT = "application/vnd.xmemory.report+json"

SETUP = """
import gc, weakref, collections, array, xmemory
gc.disable()
class Node:
    pass
class Slots:
    __slots__ = ("other", "text", "__weakref__")
def died(make):
    # Plants what make() gives in a place that only a cycle holds, and counts the deaths by weak references to its objects.
    count = [0]
    def note(_):
        count[0] += 1
    return count, [weakref.ref(one, note) for one in make()]
"""

# Each: code that defines plant(), which returns the objects to be watched by weak references; how many objects of gc's are
# unreachable afterwards, how many cycles, and how many of the watched ones die.
GRAPHS = {
    "two nodes": ("""
def plant():
    for _ in range(1000):
        a, b = Node(), Node()
        a.other, b.other = b, a
        yield a
        yield b
""", 2000, 1000, 2000),
    "an object that holds itself": ("""
def plant():
    for _ in range(100):
        a = Node()
        a.me = a
        yield a
""", 100, 100, 100),
    "a ring of a thousand": ("""
class Ring: pass
def plant():
    ring = [Ring() for _ in range(1000)]
    for one, other in zip(ring, ring[1:] + ring[:1]):
        one.next = other
    yield from ring
""", 1000, 1, 1000),
    "a list in itself": ("""
class List(list): pass
def plant():
    for _ in range(50):
        one = List()
        one.append(one)
        one.append("some text that only it holds %d" % _)
        yield one
""", 50, 50, 50),
    "dicts": ("""
class Dict(dict): pass
def plant():
    for n in range(50):
        one, other = Dict(), Dict()
        one["other %d" % n], other["one %d" % n] = other, one
        other.update((k, 1000 * k) for k in range(40))
        yield one
        yield other
""", 100, 50, 100),
    "closures": ("""
def plant():
    def make(n):
        def recursive(number=float(n)): return recursive
        return recursive
    for n in range(100):
        yield make(n)
""", 400, 100, 100),  # function, cell, closure and defaults
    "classes": ("""
def plant():
    for n in range(20):
        yield type("Class%d" % n, (), {"attribute %d" % n: n})
""", 120, 20, 20),  # a class, its dict and mro, its bases, and the descriptors of __dict__ and __weakref__
    "generators": ("""
def plant():
    def generate(box):
        box.append(text)
        yield box
    for n in range(100):
        text = "text %d" % n
        box = collections.deque()
        generator = generate(box)
        box.append(generator)
        next(generator)
        yield generator
""", 203, 100, 100),  # and the function generate with its closure
    "an instance whose __dict__ was touched": ("""
def plant():
    for n in range(100):
        one = Node()
        one.me, one.number = one, n * 1000
        one.__dict__
        yield one
""", 200, 100, 100),
    "slots with strings hanging on": ("""
def plant():
    for n in range(500):
        one, other = Slots(), Slots()
        one.other, other.other = other, one
        one.text, other.text = "x" * n + str(n), ["y" * n]
        yield one
        yield other
""", 1500, 500, 1000),
    "arrays and buffers": ("""
def plant():
    for n in range(20):
        one = Node()
        one.held = [one, bytearray(b"x" * n * 50), array.array("d", range(n)), {n, n + 0.5}, collections.deque(range(200)),
                    collections.OrderedDict(a=n), range(n * 1000, n * 2000), bytes(700)]
        yield one
""", None, 20, 20),
}


def report_of(result):
    found = [data for data in result.displays if REPORT in data]
    assert len(found) == 1
    return found[0]


def stats(kernel):
    return eval(kernel.evaluate("[(s['collections'], s['collected'], s['uncollectable']) for s in __import__('gc').get_stats()]"))


@pytest.fixture(scope="module")
def planted(module_kernel):
    module_kernel.ok(SETUP)
    return module_kernel


def check_sums(data):
    """The rows add up to what was freed, and so do the makers."""
    rows = data["types"] + data["held_by_them"]
    told = sum(row["freed_bytes"] for row in rows) + data["shared_key_bytes"]
    assert told + data["free_list_bytes"] + data["other_bytes"] == data["freed_bytes"]
    makers = sum(data["freed_by_cell"].values()) + data["freed_of_sources_bytes"] + data["freed_of_kernel_bytes"]
    assert makers == data["freed_bytes"] == data["object_bytes"] + data["free_list_bytes"]


@pytest.mark.parametrize("name", GRAPHS)
def test_the_account_agrees_with_gc_and_with_what_died(planted, name):
    code, unreachable, cycles, watched = GRAPHS[name]
    planted.ok(code)
    planted.ok("%memory gc")
    made = planted.ok("count, references = died(plant)").record
    before = stats(planted)

    result = planted.ok("%memory gc")

    data = report_of(result)[REPORT]
    after = stats(planted)
    assert after[2][0] - before[2][0] == 1
    assert data["unreachable_objects"] == data["freed_objects"]
    # Closing the generators is what frees them, so the collector finds nothing left to count.
    assert data["collected"] == after[2][1] - before[2][1] == (0 if name == "generators" else data["freed_objects"])
    assert data["uncollectable"] == 0 and data["survived"] == []
    assert (data["unreachable_objects"] if unreachable else None, data["cycles"]) == (unreachable, cycles)
    assert planted.evaluate("count[0], sum(r() is None for r in references)") == f"({watched}, {watched})"
    check_sums(data)
    assert data["other_bytes"] == 0, "every byte that went is told"
    # The ledger: of that cell nothing else went in this one.
    assert result.record["freed_earlier_by_cell"][str(made["cell"])] == data["freed_by_cell"][str(made["cell"])]
    assert sum(result.record["freed_earlier_by_cell"].values()) == sum(data["freed_by_cell"].values())
    for row in data["types"]:
        # Tuples and dicts are untracked when a collection finds that they hold nothing that could lead back.
        untracked = row["before"] - row["after"] - row["freed_objects"]
        assert untracked == 0 or (untracked > 0 and row["name"] in ("tuple", "dict")), row


def test_what_a_finalizer_brought_back_is_told(planted):
    planted.ok("""
class Phoenix:
    def __init__(self): self.me, self.text = self, "ashes" * 100
    def __del__(self): risen.append(self)
risen = []
for _ in range(3):
    Phoenix()
a = Node(); a.me = a; del a
""")

    data = report_of(planted.ok("%memory gc"))[REPORT]

    assert (data["unreachable_objects"], data["freed_objects"], data["collected"]) == (4, 1, 1)
    assert [(one["name"], one["objects"]) for one in data["survived"]] == [("Phoenix", 3)]
    assert "__del__" in data["survived"][0]["why"]
    check_sums(data)
    assert data["other_bytes"] == 0
    planted.ok("del risen[:]")
    again = report_of(planted.ok("%memory gc"))[REPORT]
    assert (again["freed_objects"], again["survived"]) == (3, []), "a finalizer runs once"
    check_sums(again)
    assert again["other_bytes"] == 0


def test_what_is_saved_in_garbage_is_told(planted):
    planted.ok("gc.set_debug(gc.DEBUG_SAVEALL)\na = Node(); a.me = a; del a")

    bundle = report_of(planted.ok("%memory gc"))

    planted.ok("gc.set_debug(0); gc.garbage.clear()")
    assert bundle["text/plain"].startswith("Freed no objects: 1 unreachable object could not go.")
    assert "DEBUG_SAVEALL" in bundle[REPORT]["survived"][0]["why"]
    assert report_of(planted.ok("%memory gc"))[REPORT]["freed_objects"] == 1


def test_a_young_generation_leaves_the_older_ones(planted):
    planted.ok("%memory gc")
    planted.ok("old = Node(); old.me = old")
    planted.ok("gc.collect()\nold.other = young = Node(); young.me = young\nlone = Node(); lone.me = lone\ndel old, young, lone")

    young = report_of(planted.ok("%memory gc --generation 0"))[REPORT]
    full = report_of(planted.ok("%memory gc"))[REPORT]

    assert (young["freed_objects"], young["waiting_for_older_objects"]) == (1, 2)
    assert (full["freed_objects"], full["waiting_for_older_objects"]) == (2, 0)


def test_where_nothing_went_it_says_why(planted):
    planted.ok("%memory gc")

    bundle = report_of(planted.ok("%memory gc"))

    assert "there were no unreachable cycles" in bundle["text/plain"].splitlines()[0]
    assert "Reference counts had done the job" in bundle["text/plain"]
    assert bundle[REPORT]["types"] == []
    check_sums(bundle[REPORT])


def test_the_finding_is_one_sentence(planted):
    planted.ok("for n in range(5_000):\n    a, b = Node(), Node()\n    a.other, b.other = b, a\ndel a, b")

    bundle = report_of(planted.ok("%memory gc"))

    megabytes = sum(row["freed_bytes"] for row in bundle[REPORT]["types"]) / 1000
    finding = bundle["text/plain"].splitlines()[0].replace("\u00a0", " ")
    assert finding == f"Freed {megabytes:.0f} kB: 10,000 Node objects in 5,000 cycles."
    shape = bundle[REPORT]["shapes"][0]
    assert (shape["types"], shape["objects_each"], shape["cycles"]) == (["Node", "Node"], 2, 5_000)


def test_freed_means_one_thing(planted):
    planted.ok("%memory gc")
    planted.ok("for n in range(2_000):\n    a = Node(); a.me = a\ndel a\nfull = [[] for n in range(80)]; del full")

    bundle = report_of(planted.ok("%memory gc"))

    data, text = bundle[REPORT], bundle["text/plain"].replace("\u00a0", " ")
    freed = f"{data['object_bytes'] / 1000:.0f} kB"
    assert data["free_list_bytes"] > 0
    assert text.splitlines()[0] == f"Freed {freed}: 2,000 Node objects in 2,000 cycles."
    (row,) = [line for line in text.splitlines() if line.startswith("freed ")]
    assert row.split() == ["freed", *freed.split()]
    assert "beside it, CPython's free lists, emptied" in text and "With the free lists, made by" in text
    (head,) = [line for line in text.splitlines() if line.startswith("generation ")]
    assert head.split() == "generation objects before objects after count before count after threshold".split()


def test_the_generations_are_those_of_the_running_version(planted):
    generations = report_of(planted.ok("%memory gc"))[REPORT]["generations"]

    thresholds = eval(planted.ok("__import__('gc').get_threshold()").value["text/plain"])
    assert tuple(one["threshold"] for one in generations) == thresholds
    assert [one["count_after"] for one in generations] == [0] * len(thresholds)


# Collections in cells

LOOP = "x = None\nfor n in range(3000):\n    x = [x if n % 100 else None]\n    y = []; y.append(y)\nx = y = n = None"


def test_automatic_collections_are_listed_and_counted(start_kernel):
    kernel = start_kernel()
    kernel.ok("import gc\ndef runs(): return [(s['collections'], s['collected']) for s in gc.get_stats()]")

    record = kernel.ok("before = runs()\n" + LOOP + "\nafter = runs()").record

    before, after = eval(kernel.evaluate("before")), eval(kernel.evaluate("after"))
    counted = [(a - b, d - c) for (b, c), (a, d) in zip(before, after)]
    told = {sums["generation"]: (sums["collections"], sums["collected"]) for sums in record["gc"]}
    assert [told.get(generation, (0, 0)) for generation in range(3)] == counted
    assert len(record["collections"]) == sum(runs for runs, _ in counted) > 3
    assert not any(one["asked_for"] for one in record["collections"])
    assert all(sums["seconds"] > 0 for sums in record["gc"])


def test_one_hundred_are_listed_and_the_rest_counted(planted):
    record = planted.ok("for _ in range(130): gc.collect(0)").record

    assert (len(record["collections"]), record["more_collections"]) == (100, 30)
    assert all(one["asked_for"] for one in record["collections"])


def test_the_footers_details_list_them(planted):
    planted.ok("%memory footer on")

    html = planted.ok("gc.collect(); gc.collect(0)").footers[0]["content"]["data"]["text/html"]
    many = planted.ok("for _ in range(15): gc.collect(0)").footers[0]["content"]["data"]["text/html"]

    planted.ok("%memory footer auto")
    assert "runs of the garbage collector" in html and html.count("gc.collect()</td>") == 2
    assert many.count("gc.collect()</td>") == 10 and "And 5 more" in many


# gc.collect() in a cell is accompanied, and the record does not show it.

PLANT = "for n in range(500):\n    a, b = Node(), Node()\n    a.other, b.other = b, a\n    a.text = 'text of %d' % n\na = b = n = None"


def test_a_collection_in_a_cell_is_told_in_the_footers_details(planted):
    planted.ok(PLANT)
    planted.ok("%memory footer on")

    result = planted.ok("gc.collect()")

    html = result.footers[0]["content"]["data"]["text/html"]
    planted.ok("%memory footer auto")
    assert "1,000 Node objects in 500 cycles" in html
    assert "500 of these" in html
    told = planted.ok(f"%memory cell {result.record['cell']}").displays[0]["text/html"]
    assert "1,000 Node objects in 500 cycles" in told


def test_telling_costs_the_cell_not_one_byte(start_kernel):
    # An int of another type is as good for gc.collect, and is not told.
    records, told = [], []
    for two in ("2", "Int(2)"):
        kernel = start_kernel()
        kernel.ok(f"import gc\ngc.disable()\nclass Node: pass\nclass Int(int): pass\ntwo = {two}\ngc.collect()")
        kernel.ok("%memory footer on")
        kernel.ok(PLANT)
        result = kernel.ok("gc.collect(two)")
        records.append(figures(result.record))
        told.append("Node objects" in result.footers[0]["content"]["data"]["text/html"])

    assert told == [True, False]
    assert records[0]["freed_earlier_bytes"] > 50_000
    assert records[0] == records[1]


def test_a_loop_of_collections_is_not_told_each_time(planted):
    result = planted.ok("for _ in range(300):\n    a = Node(); a.me = a; del a; gc.collect(0)")

    assert sum(sums["collected"] for sums in result.record["gc"]) == 300


def test_finalizers_work_for_the_learner(planted):
    planted.ok("""
class Writer:
    def __init__(self): self.me = self
    def __del__(self): written.append(bytes(10_000))
written = []
Writer();
""")

    record = planted.ok("%memory gc").record

    assert record["kept_bytes"] >= 10_033
    planted.ok("written = None")


def test_a_finalizer_that_collects_is_no_harm(planted):
    planted.ok("class Collects:\n    def __init__(self): self.me = self\n    def __del__(self): log.append(gc.collect())\nlog = []\nCollects();")

    assert report_of(planted.ok("%memory gc"))[REPORT]["freed_objects"] == 1
    assert planted.evaluate("log") == "[0]"


def test_watching_reports_under_each_cell_that_collects(planted):
    planted.ok("%memory gc --watch")

    seen = report_of(planted.ok("gc.collect();"))[REPORT]
    quiet = planted.ok("1").displays
    planted.ok("%memory gc --watch off")

    assert seen["gc"][0]["generation"] == 2 and seen["collections"][0]["asked_for"]
    assert quiet == [] == planted.ok("gc.collect();").displays


def test_looking_leaves_the_heap_as_it_was(planted):
    planted.ok("%memory gc")
    planted.ok("import xmemory")
    before = planted.ok("%memory gc").record

    assert (before["kept_bytes"], before["allocated_bytes"], before["peak_bytes"]) == (0, 0, 0)
    assert before["freed_earlier_bytes"] < 2_000, "what stood on free lists"


def test_it_can_be_interrupted(start_kernel):
    kernel = start_kernel()
    kernel.ok("import gc, signal, threading, os\nheap = [[n] for n in range(1_500_000)]", timeout=120)
    msg_id = kernel.send("print('started', flush=True)\nwhile True: get_ipython().run_line_magic('memory', 'gc --generation 2')")
    kernel.wait_output(msg_id, "started", timeout=60)

    kernel.interrupt()

    assert kernel.collect(msg_id, timeout=120).content["ename"] == "KeyboardInterrupt"
    assert kernel.ok("len(heap)", timeout=60).value["text/plain"] == "1500000"


def test_the_module_gives_the_same_as_a_dict(planted):
    planted.ok("a = Node(); a.me = a; del a")

    planted.ok("told = xmemory.gc(generation=0)")

    assert planted.evaluate("told['freed_objects'], told['generation'], [t['name'] for t in told['types']]") == "(1, 0, ['Node'])"


def test_watching_is_turned_on_and_off_by_the_module(planted):
    planted.ok("a = Node(); a.me = a; del a")
    before = stats(planted)

    assert planted.ok("xmemory.gc(watch=True)").value["text/plain"] == "{'watch': 'on'}"
    assert planted.ok("xmemory.gc(watch=False)").value["text/plain"] == "{'watch': 'off'}"
    assert planted.ok("xmemory.gc(watch='on')['watch'], xmemory.gc(watch='off')['watch']").value["text/plain"] == "('on', 'off')"

    assert stats(planted) == before, "neither is a collection"
    assert planted.ok("xmemory.gc(watch=None)['freed_objects']").value["text/plain"] == "1", "not given"


def test_a_flag_that_is_false_is_not_given(planted):
    value = planted.ok("['released' in xmemory.pools(trim=word) for word in (False, None, True)]").value

    assert value["text/plain"] == "[False, False, True]"


def test_arrays_of_numpy_go_with_the_cycle(planted):
    pytest.importorskip("numpy")
    planted.ok("import sys, numpy as np\nbase, sizes = np.ones(50_000), 0\ngc.collect();", timeout=60)
    planted.ok("""
for n in range(10):
    one = Node()
    one.me, one.own, one.view, one.picture = one, np.ones(100_000 + n), base[n:], np.zeros((300, 400, 3), "u1")
    one.names = np.array([None] * 500, dtype=object)
    sizes += sum(sys.getsizeof(array) for array in (one.own, one.view, one.picture, one.names))
del one
""")

    data = report_of(planted.ok("%memory gc"))[REPORT]

    held = next(row for row in data["held_by_them"] if row["name"] == "numpy.ndarray")
    assert data["cycles"] == 10
    assert held["freed_objects"] == 40
    assert held["freed_bytes"] == int(planted.evaluate("sizes")), "as numpy itself counts: a view has no numbers of its own"
    check_sums(data)
    assert -1_000 < data["other_bytes"] <= 0, "numpy keeps a few small blocks for its next arrays"
    assert planted.evaluate("base.sum()") == "np.float64(50000.0)", "the base of the views is still there"


@pytest.mark.parametrize(
    "code, words",
    [
        ("%memory gc --generation 3", "0, 1 or 2"),
        ("%memory gc --generation -1", "0, 1 or 2"),
        ("%memory gc --generation x", "%memory help gc"),
        ("%memory gc --watch loud", "on or off"),
        ("%memory gc everything", "%memory help gc"),
        ("%%memory gc\n1", "does not take a cell"),
    ],
)
def test_bad_input_gets_one_sentence(planted, code, words):
    result = planted.run(code)

    assert result.content["ename"] == "UsageError"
    assert words in result.content["evalue"] and "\n" not in result.content["evalue"]


def test_garbage_of_a_cell_waits_for_a_collection_in_a_cell(fresh):
    # Given a cycle that nothing reaches, and cells and requests that make the kernel's machinery allocate
    fresh.ok("import gc\nring = [bytes(1_000_000)]\nring.append(ring)\ndel ring")
    for _ in range(60):
        fresh.ok("1")
        fresh.request("inspect", "gc", 2)

    # When the learner collects, then it is still there to be freed, and the learner's threshold is as it was
    assert fresh.ok("gc.collect();").record["freed_earlier_bytes"] > 1_000_000
    assert fresh.ok("gc.get_threshold()").value["text/plain"] == "(700, 10, 10)"
