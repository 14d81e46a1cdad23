"""Programs that take memory without end, in a memory cgroup and under RLIMIT_AS: is the kernel alive afterwards, does it still run
a cell, and is its report true? Ours beside ipykernel, stock xpython and Fil's kernel. Prints a table; makes cgroups, so needs root.

    build/venv/bin/python tests/benchmarks/runaway.py build/release --runs 100
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from contextlib import contextmanager, nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "protocol"))

from kernel import Kernel, KernelFailed
from kinds import Kind, kinds
from memory_group import MemoryGroup

GROUP_BYTES = 1_000_000_000
ADDRESS_BYTES = 2_000_000_000

PROGRAMS = {
    "list": "grown = []\nwhile True:\n    grown.append([len(grown)] * 100)\n",
    "numpy": "import numpy as np\ngrown = []\nwhile True:\n    grown.append(np.ones(1_000_000))\n",
    "string": "grown = 'text'\nwhile True:\n    grown += grown\n",
    "dict": "grown = {}\nwhile True:\n    grown[len(grown)] = 'x' * 200\n",
    "recursion": (
        "import sys\nsys.setrecursionlimit(10**9)\ndef deeper(n):\n"
        + "".join(f"    a{i} = n\n" for i in range(300))
        + "    return deeper(n + 1)\ndeeper(0)\n"
    ),
    "threads": (
        "import threading\ngrown = []\ndef work():\n    while True:\n        grown.append([0.5] * 10_000)\n"
        "threads = [threading.Thread(target=work) for _ in range(8)]\nfor thread in threads:\n    thread.start()\n"
        "for thread in threads:\n    thread.join()\n"
    ),
}
LINES = {"list": 3, "numpy": 4, "string": 3, "dict": 3, "recursion": None, "threads": 5}
FREE = "grown = threads = thread = None\nimport gc\ngc.collect()\n"
LIMIT_ADDRESSES = f"import resource\nresource.setrlimit(resource.RLIMIT_AS, ({ADDRESS_BYTES}, {ADDRESS_BYTES}))\n"


class Tool:
    """One kind of kernel under one kind of limit, started again where it died."""

    def __init__(self, kind, group):
        self.kind, self.group = kind, group
        self.kernel = None

    def ready(self):
        if self.kernel is None:
            with self.group.entered() if self.group else nullcontext():
                self.kernel = Kernel(self.kind.name, self.kind.argv, self.kind.env)
            self.kernel.run("pass" if self.group else LIMIT_ADDRESSES, 60)
        return self.kernel

    def run(self, code, timeout_seconds=120):
        """The reply to a cell, with its metadata."""
        request = self.ready().client.execute(code, store_history=False)
        return self.kernel.whole_reply(request, timeout_seconds)

    def end(self):
        if self.kernel is not None:
            self.kernel.end()
        self.kernel = None


def is_true(reply, program):
    """Whether our report names a limit, the line, and more than was left; elsewhere there is none."""
    record = reply["metadata"].get("xmemory")
    if record is None:
        return False
    told = record["at_limit"]
    if told is None or told["line"] is None or told["source"] not in ("container", "address_space"):
        return False
    right_line = LINES[program] is None or told["line"] == LINES[program]
    right_sums = told["small_objects"] or told["asked_bytes"] > told["left_bytes"]
    largest = told["largest"][0]["name"] if told["largest"] else None
    return right_line and right_sums and largest == (None if program == "recursion" else "grown")


def one_run(tool, program):
    """(alive, has a true report)"""
    tool.ready()
    try:
        reply = tool.run(PROGRAMS[program])
        tool.run(FREE)
        tool.kernel.run("answer = 6 * 7", 60)
    except KernelFailed:
        tool.end()
        return False, False
    return True, is_true(reply, program)


@contextmanager
def limit(name):
    group = MemoryGroup(GROUP_BYTES, "xmemory-runaway") if name == "cgroup" else None
    yield group
    if group is not None:
        group.remove()


def fil(folder):
    """Fil's kernel, in an environment of its own."""
    if not (folder / "bin/fil-profile").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        packages = ["filprofiler==2024.11.2", "ipykernel", "numpy"]
        subprocess.run([folder / "bin/python", "-m", "pip", "install", "-q", *packages], check=True)
    argv = [folder / "bin/fil-profile", "--no-browser", "-o", tempfile.mkdtemp(), "python", "-m", "ipykernel_launcher"]
    return Kind("Fil", [*map(str, argv), "-f", "{connection_file}"], {"PATH": f"{folder}/bin:{os.environ['PATH']}"})


def measure(kind, runs, limits):
    results = {}
    for limit_name in limits:
        for program in PROGRAMS:
            with limit(limit_name) as group:
                tool = Tool(kind, group)
                outcomes = [one_run(tool, program) for _ in range(runs)]
                tool.end()
            alive, true = (sum(outcome[part] for outcome in outcomes) for part in (0, 1))
            results[limit_name, program] = {"runs": runs, "alive": alive, "true_report": true}
            print(f"{kind.name}, {limit_name}, {program}: {alive} of {runs} alive, {true} true reports", file=sys.stderr)
    return results


def table(all_results):
    names = list(all_results)
    lines = ["| limit | program | " + " | ".join(names) + " |", "|---" * (2 + len(names)) + "|"]
    for key in next(iter(all_results.values())):
        figures = []
        for name in names:
            one = all_results[name][key]
            report = f", {one['true_report']} told why" if one["true_report"] else ""
            figures.append(f"{one['alive']} of {one['runs']}{report}")
        lines.append(f"| {key[0]} | {key[1]} | " + " | ".join(figures) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=Path)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--peer-runs", type=int, default=10)
    parser.add_argument("--kinds", nargs="*", default=["on", "ipykernel", "xpython", "Fil"])
    parser.add_argument("--limits", nargs="*", default=["cgroup", "RLIMIT_AS"])
    parser.add_argument("--fil", type=Path, default=Path("build/fil"), help="where Fil's environment is, or is made")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    known = {kind.name: kind for kind in kinds(options.build.resolve())[0]}
    results = {}
    for name in options.kinds:
        kind = fil(options.fil.resolve()) if name == "Fil" else known[name]
        results["xmemory" if name == "on" else name] = measure(
            kind, options.runs if name == "on" else options.peer_runs, options.limits
        )
    print(table(results))
    if options.json:
        options.json.write_text(
            json.dumps({name: {" ".join(key): one for key, one in rows.items()} for name, rows in results.items()}, indent=1)
        )


if __name__ == "__main__":
    main()
