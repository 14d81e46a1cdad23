"""A million objects, and looks at them with the tools that know how. Run as a program: heaps.py TOOL HEAP prints seconds of processor
time, those of this thread alone."""

import random
import sys
import time

HEAPS = ["in order", "shuffled"]
OBJECTS = 1_000_000  # two of three of them are not tracked by the garbage collector


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


def of_pympler(nodes):
    from pympler import asizeof

    return timed(lambda: asizeof.asizeof(nodes))


def of_guppy(_):
    from guppy import hpy

    heap = hpy()
    return timed(lambda: str(heap.heap()))


def of_objgraph(_):
    import objgraph

    return timed(lambda: objgraph.typestats())


TOOLS = {"Pympler asizeof": of_pympler, "guppy3 heap": of_guppy, "objgraph typestats": of_objgraph}

if __name__ == "__main__":
    print(TOOLS[sys.argv[1]](build(sys.argv[2])))
