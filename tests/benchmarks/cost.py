"""What the accounting costs: the same work in kernels with and without it, one after the other in turns.

    build/venv/bin/python tests/benchmarks/cost.py [--rounds N] [--json FILE]

Compares build/release/xmemory with build/benchmarks/tests/benchmarks/xmemory_without_accounting (configure with
`cmake --preset benchmarks` and build it) and, where it is installed, with Debian's stock xpython. Each kernel runs each
piece of work in turn, interleaved, so that a machine whose speed drifts slows all alike; the figures are ratios of medians.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from math import exp, log
from pathlib import Path

from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec

ROOT = Path(__file__).resolve().parents[2]

WORK = {
    "list": "[n * n for n in range(1_000_000)]",
    "generator": "sum(n * n for n in range(1_000_000))",
    "dict": "{n: str(n) for n in range(300_000)}",
    "cycles": "make_cycles(200_000)",
    "strings and JSON": "json.loads(json.dumps([{'name': str(n), 'value': n / 7} for n in range(60_000)]))",
    "numpy": "sum(float((numpy.ones(200_000) * k + 1).sum()) for k in range(60))",
}
SETUP = """
import gc, json, time, numpy
class Node: pass
def make_cycles(count):
    for n in range(count):
        one, other = Node(), Node()
        one.other, other.other = other, one
def timed(function):
    gc.collect()
    began = time.perf_counter()
    function()
    return time.perf_counter() - began
"""


class Kernel:
    def __init__(self, name, argv, env):
        self.name = name
        self.manager = KernelManager()
        self.manager._kernel_spec = KernelSpec(argv=argv, display_name=name, language="python", interrupt_mode="message")
        self.manager.start_kernel(env={**os.environ, **env}, cwd=tempfile.gettempdir())
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.run(SETUP)

    def run(self, code):
        reply = self.client.execute_interactive(
            code, user_expressions={"seconds": "_seconds"} if "_seconds" in code else {}, output_hook=lambda message: None
        )["content"]
        if reply["status"] != "ok":
            raise SystemExit(f"{self.name}: {reply['ename']}: {reply['evalue']}")
        return reply.get("user_expressions", {})

    def seconds(self, work):
        told = self.run(f"_seconds = timed(lambda: {work})")
        return float(told["seconds"]["data"]["text/plain"])

    def end(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def kernels():
    python = str(ROOT / "build/venv/bin/python3")
    if not Path(python).exists():
        python = sys.executable
    on = ROOT / "build/release/xmemory"
    off = ROOT / "build/benchmarks/tests/benchmarks/xmemory_without_accounting"
    connection = ["-f", "{connection_file}"]
    yield Kernel("on", [str(on), "--python", python, *connection], {})
    yield Kernel("off", [str(off), "--python", python, *connection], {})
    stock = shutil.which("xpython")
    if stock:
        packages = next(Path(python).parents[1].glob("lib/python3*/site-packages"))
        yield Kernel("stock xpython", [stock, *connection], {"PYTHONPATH": str(packages)})


def measure(all_kernels, rounds):
    seconds = {kernel.name: {name: [] for name in WORK} for kernel in all_kernels}
    for turn in range(rounds + 1):  # the first warms up
        for name, work in WORK.items():
            for kernel in all_kernels if turn % 2 else all_kernels[::-1]:
                taken = kernel.seconds(work)
                if turn:
                    seconds[kernel.name][name].append(taken)
    return seconds


def ratios(seconds, base):
    return {name: statistics.median(seconds["on"][name]) / statistics.median(seconds[base][name]) for name in WORK}


def geometric_mean(values):
    values = list(values)
    return exp(sum(map(log, values)) / len(values))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    all_kernels = []
    try:
        for kernel in kernels():
            all_kernels.append(kernel)
        seconds = measure(all_kernels, options.rounds)
    finally:
        for kernel in all_kernels:
            kernel.end()
    bases = [kernel.name for kernel in all_kernels if kernel.name != "on"]
    columns = {base: ratios(seconds, base) for base in bases}
    print("| work | on, ms (spread) | " + " | ".join(f"on ÷ {base}" for base in bases) + " |")
    print("|---|---|" + "---|" * len(bases))
    for name in WORK:
        times = [1000 * value for value in seconds["on"][name]]
        cells = " | ".join(f"{columns[base][name]:.2f}" for base in bases)
        print(f"| {name} | {statistics.median(times):.0f} ({min(times):.0f}–{max(times):.0f}) | {cells} |")
    print("| geometric mean | | " + " | ".join(f"{geometric_mean(columns[base].values()):.2f}" for base in bases) + " |")
    if options.json:
        options.json.write_text(json.dumps({"seconds": seconds, "ratios": columns}, indent=1))


if __name__ == "__main__":
    main()
