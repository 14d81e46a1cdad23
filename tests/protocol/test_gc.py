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
""", 300, 100, 100),  # function, cell and closure; the defaults of plain numbers are untracked
    "classes": ("""
def plant():
    for n in range(20):
        yield type("Class%d" % n, (), {"attribute %d" % n: n})
""", 120, 20, 20),  # class, its dict's two getset descriptors, mro, the two of them … see GetsetsOfAClass
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
""", 200, 100, 100),
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
    assert makers == data["freed_bytes"]


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
    assert data["collected"] == after[2][1] - before[2][1] == data["unreachable_objects"] == data["freed_objects"]
    assert data["uncollectable"] == 0 and data["survived"] == []
    assert (data["unreachable_objects"] if unreachable else None, data["cycles"]) == (unreachable, cycles)
    assert planted.evaluate("count[0], sum(r() is None for r in references)") == f"({watched}, {watched})"
    check_sums(data)
    assert data["other_bytes"] == 0, "every byte that went is told"
    # The ledger: of that cell nothing else went in this one.
    assert result.record["freed_earlier_by_cell"][str(made["cell"])] == data["freed_by_cell"][str(made["cell"])]
    assert sum(result.record["freed_earlier_by_cell"].values()) == sum(data["freed_by_cell"].values())
    for row in data["types"]:
        assert row["before"] - row["after"] == row["freed_objects"], row
