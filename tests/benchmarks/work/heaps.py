"""A million objects, and looks at them with the tools that know how. Run as a program: heaps.py TOOL HEAP prints seconds of processor
time, those of this thread alone."""

import random
import sys
import time
from collections import namedtuple

HEAPS = ["in order", "shuffled"]
OBJECTS = 1_000_000  # two of three of them are not tracked by the garbage collector

ONE = 100_000  # of the instances, whose holder is looked for


class Node:
    def __init__(self, number):
        self.number, self.name = number, f"node {number}"


def build(heap):
    """Instances with a number and a string each, in a list; the order in which they lie there is that in which they were made, or none."""
    nodes = [Node(number) for number in range(1000, 1000 + OBJECTS // 3)]
    if heap == "shuffled":
        random.Random(1).shuffle(nodes)
    return nodes


def timed(look):
    """The second of two looks: what a tool sets up once is not timed."""
    look()
    began = time.thread_time()
    look()
    return time.thread_time() - began


def asizeof(nodes):
    from pympler import asizeof

    return timed(lambda: asizeof.asizeof(nodes))


def guppy_heap(_):
    from guppy import hpy

    heap = hpy()
    return timed(lambda: str(heap.heap()))


def guppy_paths(nodes):
    from guppy import hpy

    heap = hpy()
    return timed(lambda: str(heap.iso(nodes[ONE]).shpaths))


def typestats(_):
    import objgraph

    return timed(lambda: objgraph.typestats())


def chain(nodes):
    import objgraph

    return timed(lambda: objgraph.find_backref_chain(nodes[ONE], objgraph.is_proper_module))


Look = namedtuple("Look", ["package", "take", "ours"])  # ours: the magic that tells the like
LOOKS = {
    "Pympler asizeof": Look("pympler", asizeof, "%memory size nodes"),
    "guppy3 heap": Look("guppy", guppy_heap, "%memory types"),
    "guppy3 shpaths": Look("guppy", guppy_paths, "%memory who nodes[100_000]"),
    "objgraph typestats": Look("objgraph", typestats, "%memory types"),
    "objgraph find_backref_chain": Look("objgraph", chain, "%memory who nodes[100_000]"),
}

if __name__ == "__main__":
    print(LOOKS[sys.argv[1]].take(build(sys.argv[2])))
