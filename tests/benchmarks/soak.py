"""Many cells of mixed work with all footers on, and then as many again: what the kernel's own memory and a cell's time come to.

    soak.py [CELLS] [JSON_FILE]

Runs CELLS (10,000) cells twice, of some twenty kinds in turn, magics and errors among them, and prints a row for each tenth. The cells
are not stored in IPython's history, which grows with what people type, in any kernel. The first 10,000 records are kept, so the
ledger's books grow until then; from there on nothing should.
"""
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "protocol"))

from kernel_driver import REPORT_MIME, Kernel

PREPARE = """
import gc, json, threading, numpy, xmemory
%memory footer on
class Node: pass
def ring(n):
    for _ in range(n):
        a, b = Node(), Node()
        a.other, b.other = b, a
"""
CELLS = [
    "x = [str(i) for i in range(2_000)]",
    "y = {i: (i, str(i)) for i in range(1_000)}",
    "z = numpy.arange(50_000).reshape(100, -1) @ numpy.ones(500)",
    "text = json.dumps(list(range(2_000))); data = json.loads(text)",
    "ring(200)",
    "del x",
    "x = bytes(3_000_000)",
    "for i in range(20): print(i)",
    "1 / 0",
    "t = threading.Thread(target=sorted, args=([3, 2, 1],)); t.start(); t.join()",
    "class Point:\n    def __init__(self, n): self.n = n\npoints = [Point(i) for i in range(500)]",
    "sum(n * n for n in range(5_000))",
    "gc.collect()",
    "%memory measure [i for i in range(1_000)]",
    "%memory compare list(range(100)) vs tuple(range(100))",
    "with xmemory.measure() as m:\n    big = bytearray(500_000)",
    "%%memory check peak<10MB\nsorted(range(1_000))",
    "%memory cell",
    "points",
    "x = None; big = None",
    "open('/dev/null').read(); [].append(1)",
    "no_such_name",
]
STRETCHES = 10


def report(kernel, magic):
    (data,) = [shown[REPORT_MIME] for shown in kernel.run(magic, store_history=False).displays if REPORT_MIME in shown]
    return data


def overview(kernel):
    """What is in use of the kernel's own, what the process has in memory beyond all that is in use, and what of that is free memory
    of malloc's: it keeps up to twice its largest freed block (M_TRIM_THRESHOLD), and what lies between blocks in use."""
    pools = report(kernel, "%memory pools")
    data = report(kernel, "%memory")
    return {
        "kernel_bytes": data["kernel_bytes"],
        "source_bytes": data["source_bytes"],
        "outside_bytes": data["resident_bytes"] - data["in_use_bytes"],
        "malloc_free_bytes": pools["malloc"]["heap_free_bytes"],
    }


def processor_seconds(pid):
    """What all threads of a process have used; proc(5), utime and stime."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def forget(kernel):
    """The driver keeps all that it was sent."""
    for kept in (kernel.cells, kernel.replies, kernel.published):
        kept.clear()


def stretch(kernel, first, count):
    """Runs cells first to first + count; their median, what they took of a processor on average, and the memory afterwards."""
    seconds = []
    used_before = processor_seconds(kernel.pid)
    for number in range(first, first + count):
        began = time.perf_counter()
        result = kernel.run(CELLS[number % len(CELLS)], store_history=False)
        seconds.append(time.perf_counter() - began)
        assert result.footers, CELLS[number % len(CELLS)]
        if number % 200 == 0:
            forget(kernel)
    used = processor_seconds(kernel.pid) - used_before
    return {
        "cells": first + count,
        "milliseconds_a_cell": round(statistics.median(seconds) * 1000, 2),
        "processor_milliseconds_a_cell": round(used / count * 1000, 2),
        **overview(kernel),
    }


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as home:
        kernel = Kernel(Path(home)).start()
        try:
            kernel.ok(PREPARE, store_history=False)
            rows = [stretch(kernel, 0, len(CELLS))]
            print(*rows[0], sep="  ")
            for number in range(2 * STRETCHES):
                rows.append(stretch(kernel, len(CELLS) + number * count // STRETCHES, count // STRETCHES))
                print(*(f"{value:,}" for value in rows[-1].values()), sep="  ", flush=True)
        finally:
            kernel.end()
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(json.dumps(rows, indent=1))
    half, end = rows[STRETCHES], rows[-1]
    print("In the second half:", ", ".join(f"{name} {end[name] - half[name]:+,}" for name in half if name != "cells"))


if __name__ == "__main__":
    main()
