"""The learner's heap is the same before and after each magic that looks at it: every block that cells made, every reference to what
they hold, what the collector tracks and in which generation."""
import pytest

from ledger_checker import evaluate

pytestmark = pytest.mark.xmemory_only

IMPORTS = "import collections, gc, sys, xmemory\nimport numpy as np"
PLANTED = """
gc.disable()  # when a collection comes depends on what runs around the magic
class Node:
    def __init__(self, number):
        self.number, self.name = number, 'node %d' % number
class Slim:
    __slots__ = ('one', 'two')
nodes = [Node(n) for n in range(2000)]
nodes[0].ring = nodes
slim = {n: Slim() for n in range(1000, 1500)}
texts = tuple('text %d' % n for n in range(300))
others = [bytearray(70_000), collections.deque(texts), collections.OrderedDict(slim), np.ones(10_000), np.array(nodes[:50], dtype=object)]
view = others[3][::2]
def generate():
    held = [texts]
    yield held
running = generate()
held = next(running)
watched = [nodes, slim, texts, *others, view, running, held, Node, Slim, nodes[0].ring, nodes[1], nodes[1999].name, slim[1499],
           vars(nodes[5]), Node.__init__, generate, sys.modules, globals()]
"""

# What is true of the heap at one moment, all of it independent of the magics: the ledger, the tags in the pools, gc and sys.
STATE = """
makers = [maker for maker, said in xmemory._check()['small_by_maker'].items() if said['ledger']['blocks'] > 5000 and int(maker) < 3072]
makers = makers[-1:]  # of the cell that planted
gc.collect()  # no block of its lies on a free list any more
def state():
    books = xmemory._check()
    return {
        'references': [sys.getrefcount(one) for one in watched],
        'blocks by maker': {maker: books['small_by_maker'].get(maker) for maker in makers},
        'bytes by cell': [cell['still_in_use_bytes'] for cell in xmemory.cells()[1:2]],
        'tracked': [gc.is_tracked(one) for one in (*watched, *nodes)],
        'generations': [sum(type(one) in (Node, Slim) for one in gc.get_objects(generation=n)) for n in range(3)],
        'collections': sum(one['collections'] for one in gc.get_stats()),
    }
def around(line):
    before = state()
    get_ipython().run_line_magic('memory', line)
    return before, state()
"""

LINES = ["", "cell 1", "cells", "cells --by peak", "types", "types --top 300", "types --cell 1", "types --since before", "mark after",
         "size nodes", "size nodes, slim, others, running", "size Node", "gc", "pools", "pools --diff 1", "limit", "refs nodes",
         "refs nodes --in", "refs others --depth 5", "refs running --in --depth 5", "who", "who nodes", "explain peak", "death", "help size"]


@pytest.fixture(scope="module")
def planted(module_kernel):
    module_kernel.ok(IMPORTS, timeout=60)
    module_kernel.ok(PLANTED)
    module_kernel.ok(STATE)
    module_kernel.ok("%memory mark before")
    return module_kernel


@pytest.mark.parametrize("line", LINES)
def test_the_heap_is_as_it_was(planted, line):
    if line and line.split()[0] not in evaluate(planted, "dir(xmemory)"):
        pytest.skip("there is no such command")
    planted.ok(f"around({line!r});")  # what it needs once
    planted.ok(f"before, after = around({line!r})")

    before, after = evaluate(planted, "[before, after]")

    if line == "gc":  # which collects
        assert after.pop("collections") == before.pop("collections") + 1
        assert sum(after.pop("generations")) == sum(before.pop("generations"))
    assert after == before
    assert len(before["references"]) > 15 and before["bytes by cell"][0] > 500_000


@pytest.mark.parametrize("line", LINES)
def test_its_cell_allocates_and_frees_nothing(planted, line):
    if line and line.split()[0] not in evaluate(planted, "dir(xmemory)"):
        pytest.skip("there is no such command")
    planted.ok(f"%memory {line}")

    record = planted.ok(f"%memory {line}").record

    assert {name: record[name] for name in ("allocated_blocks", "allocated_bytes", "freed_blocks", "kept_bytes", "net_bytes")} == \
        dict.fromkeys(("allocated_blocks", "allocated_bytes", "freed_blocks", "kept_bytes", "net_bytes"), 0)


def test_a_change_would_be_seen(planted):
    """The same readings around something that does keep a reference, take a block, or collect."""
    for change, where in [("globals().update(more=nodes)", "references"), ("nodes.extend(nodes)", "bytes by cell"), ("gc.collect()", "collections")]:
        planted.ok("globals().pop('more', None);")
        planted.ok(f"before = state()\n{change}\nafter = state()")
        assert planted.evaluate(f"before[{where!r}] != after[{where!r}]") == "True", change
