"""The pieces of work that are timed, in kernels and under the peers: a function each, the same code everywhere.

Each makes what it needs, drops it, and takes some 0.05 to 0.2 s on plain Python. numpy is imported by the work that uses it,
in its first run, which nobody times.
"""

import gc
import json
import sys
import threading
import time

import programs


def small_int_loop():
    total = 0
    for n in range(1_500_000):
        total += n
    return total


def list_of_squares():
    return len([n * n for n in range(1_000_000)])


def generator():
    return sum(n * n for n in range(1_000_000))


def dictionary():
    return len({n: str(n) for n in range(300_000)})


class Node:
    pass


def cycles():
    for _ in range(150_000):
        one, other = Node(), Node()
        one.other, other.other = other, one


def strings_and_json():
    records = [{"name": str(n), "value": n / 7} for n in range(40_000)]
    return len(json.loads(json.dumps(records)))


def numpy_arrays():
    import numpy

    small = sum(float((numpy.ones(1_000) * k + 1).sum()) for k in range(10_000))
    large = sum(float((numpy.ones(200_000) * k + 1).sum()) for k in range(40))
    return small + large


class Account:
    def __init__(self, owner, cents):
        self.owner = owner
        self.cents = cents
        self.moves = []

    def move(self, cents):
        self.moves.append(cents)
        self.cents += cents
        return self

    def is_sound(self):
        return self.cents >= sum(self.moves)


def objects_and_methods():
    accounts = [Account(n, 1_000 + n) for n in range(60_000)]
    return sum(account.move(500).move(-300).is_sound() for account in accounts)


def blocks_over_512():
    """Bytes objects of 553 bytes each, so past Python's pools: many at once, and one after the other."""
    size = 520
    kept = [b"." * size for _ in range(60_000)]
    for _ in range(600_000):
        b"." * size
    return len(kept)


def four_threads():
    def work():
        for _ in range(3):
            texts = [str(n) for n in range(40_000)]
            [len(text) / 3 for text in texts]

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def deep_recursion():
    def depth(n):
        return 0 if n == 0 else 1 + depth(n - 1)

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        return sum(depth(2_000) for _ in range(150))
    finally:
        sys.setrecursionlimit(limit)


ROWS = {
    "small-int loop": small_int_loop,
    "list": list_of_squares,
    "generator": generator,
    "dict": dictionary,
    "cycles": cycles,
    "strings and JSON": strings_and_json,
    "numpy": numpy_arrays,
    "objects and methods": objects_and_methods,
    "blocks over 512 B": blocks_over_512,
    "4 threads": four_threads,
    "deep recursion": deep_recursion,
    "program: planets": programs.planets,
    "program: scheduler": programs.scheduler,
    "program: formulas": programs.formulas,
}


def import_large_package():
    import pandas

    return pandas.__version__


# What is timed in its first run, in a process where it has not run before.
ONCE = {"import of pandas": import_large_package}


CLOCKS = {"wall": time.perf_counter, "processor": time.process_time}


def timed(name, clock="wall"):
    """Seconds for one run of the row, after a garbage collection. processor: of all threads of this process."""
    work = {**ROWS, **ONCE}[name]
    now = CLOCKS[clock]
    gc.collect()
    began = now()
    work()
    return now() - began
