"""Programs that take memory without end, in a memory cgroup and under RLIMIT_AS: is the kernel alive afterwards, does it still run
a cell, and is its report true? Ours beside ipykernel, stock xpython and Fil's kernel. Prints a table; makes cgroups, so needs root.

    build/venv/bin/python tests/benchmarks/runaway.py build/release --runs 100 --results build/runaway.json

What was run is kept in the file of results; started again with the same file, it goes on where it stopped.
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
ADDRESS_BYTES = 1_000_000_000
RUNS_OF_ONE_KERNEL = 10

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
# Of a thread's start too, which needs addresses for its stack.
LINES = {"list": [3], "numpy": [4], "string": [3], "dict": [3], "recursion": range(3, 306), "threads": [5, 8]}
FREE_LISTS_BYTES = 100_000  # what CPython keeps of what is freed
NAMES = {"on": "xmemory"}
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
            if self.kind.name == "Fil":
                self.kernel.run("%load_ext filprofiler", 60)
            self.kernel.run("pass" if self.group else LIMIT_ADDRESSES, 60)

    def run_program(self, program):
        """Fil's kernel watches what it is told to."""
        return self.run(("%%filprofile\n" if self.kind.name == "Fil" else "") + PROGRAMS[program])

    def run(self, code, timeout_seconds=300):
        """The reply to a cell, with its metadata."""
        request = self.kernel.client.execute(code, store_history=False)
        return self.kernel.whole_reply(request, timeout_seconds)

    def end(self):
        if self.kernel is not None:
            self.kernel.end()
        self.kernel = None


def is_true(reply, freed, program, limit_name):
    """Whether our report names the limit and the line, asked for more than was left, and agrees with the records: what it calls the
    largest is in use at the cell's end, and is freed when it is let go of. Elsewhere there is no report."""
    record, freed = (one["metadata"].get("xmemory") for one in (reply, freed))
    told = record and record["at_limit"]
    if not told:
        return False
    source, limit_bytes = {"cgroup": ("container", GROUP_BYTES), "RLIMIT_AS": ("address_space", ADDRESS_BYTES)}[limit_name]
    right_limit = told["source"] == source and limit_bytes - 4096 < told["limit_bytes"] <= limit_bytes
    right_line = told["line"] in LINES[program]
    right_sums = told["small_objects"] or told["asked_bytes"] > told["left_bytes"]
    if program == "recursion":
        return right_limit and right_line and right_sums and not told["largest"] and record["kept_bytes"] < GROUP_BYTES / 100
    for largest in told["largest"]:
        in_use = min(record["kept_bytes"], freed["freed_earlier_bytes"] + FREE_LISTS_BYTES)
        right_sums &= largest["name"] == "grown" and 0 < largest["bytes"] <= in_use
    is_named = bool(told["largest"]) or told["line"] == 8
    return right_limit and right_line and right_sums and is_named


def one_run(tool, program, limit_name):
    """What came of it, and the report."""
    try:
        tool.ready()
        reply = tool.run_program(program)
        freed = tool.run(FREE)
        tool.kernel.run("answer = 6 * 7", 300)
    except Exception as error:
        tool.end()
        return {"alive": False, "why": str(error), "left_a_report": "Wrote flamegraph" in str(error)}
    told = (reply["metadata"].get("xmemory") or {}).get("at_limit")
    return {"alive": True, "true_report": is_true(reply, freed, program, limit_name), "told": told}


@contextmanager
def limit(name):
    group = MemoryGroup(GROUP_BYTES, "xmemory-runaway") if name == "cgroup" else None
    yield group
    if group is not None:
        group.remove()


def fil(folder):
    """Fil's kernel, in an environment of its own. It watches only the cells that begin with %%filprofile."""
    if not (folder / "bin/fil-profile").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        packages = ["filprofiler==2024.11.2", "ipykernel", "numpy"]
        subprocess.run([folder / "bin/python", "-m", "pip", "install", "-q", *packages], check=True)
    argv = [folder / "bin/fil-profile", "--no-browser", "-o", tempfile.mkdtemp(prefix="fil-"), "python", "-m", "ipykernel_launcher"]
    return Kind("Fil", [*map(str, argv), "-f", "{connection_file}"], {"PATH": f"{folder}/bin:{os.environ['PATH']}"})


def measure(kind, runs, limits, results):
    """Some runs in a kernel, then the next program's; so that what is done so far is of all of them."""
    for so_far in range(0, runs, RUNS_OF_ONE_KERNEL):
        for limit_name in limits:
            for program in PROGRAMS:
                outcomes = results.of(kind.name, limit_name, program)
                missing = min(runs, so_far + RUNS_OF_ONE_KERNEL) - len(outcomes)
                if missing <= 0:
                    continue
                with limit(limit_name) as group:
                    tool = Tool(kind, group)
                    for _ in range(missing):
                        outcomes.append(one_run(tool, program, limit_name))
                        results.keep()
                    tool.end()
                print(f"{kind.name}, {limit_name}, {program}: {in_words(outcomes)}", file=sys.stderr, flush=True)


class Results:
    """Of each kernel, limit and program what its runs brought; in a file, where there is one."""

    def __init__(self, path):
        self.path = path
        self.all = json.loads(path.read_text()) if path and path.exists() else {}

    def of(self, kind, limit_name, program):
        return self.all.setdefault(kind, {}).setdefault(f"{limit_name}, {program}", [])

    def keep(self):
        if self.path:
            written = self.path.with_suffix(".new")
            written.write_text(json.dumps(self.all, indent=1))
            written.replace(self.path)


def in_words(outcomes):
    alive = sum(one["alive"] for one in outcomes)
    true = sum(one.get("true_report", False) for one in outcomes)
    reports = sum(one.get("left_a_report", False) for one in outcomes)
    words = f"{alive} of {len(outcomes)}" + (f", {true} told why" if true else "")
    return words + (f", {reports} left a report in a file" if reports else "")


def table(results):
    names = list(results.all)
    lines = ["| limit | program | " + " | ".join(NAMES.get(name, name) for name in names) + " |", "|---" * (2 + len(names)) + "|"]
    for limit_name in ("cgroup", "RLIMIT_AS"):
        for program in PROGRAMS:
            cells = [in_words(results.of(name, limit_name, program)) for name in names]
            lines.append(f"| {limit_name} | {program} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=Path)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--peer-runs", type=int, default=5)
    parser.add_argument("--kinds", nargs="*", default=["on", "ipykernel", "xpython", "Fil"])
    parser.add_argument("--limits", nargs="*", default=["cgroup", "RLIMIT_AS"])
    parser.add_argument("--fil", type=Path, default=Path("build/fil"), help="where Fil's environment is, or is made")
    parser.add_argument("--results", type=Path, help="a file that keeps what was run")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    known = {kind.name: kind for kind in kinds(options.build.resolve())[0]}
    results = Results(options.results)
    for name in options.kinds:
        kind = fil(options.fil.resolve()) if name == "Fil" else known[name]
        measure(kind, options.runs if name == "on" else options.peer_runs, options.limits, results)
    print(table(results))


if __name__ == "__main__":
    main()
