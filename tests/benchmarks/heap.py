"""How long it takes to look at a heap of a million objects: %memory types and %memory size beside tools that do the like, on the same
heaps. Processor time; each tool in a process of its own.

    ./tutor bench --heap [--rounds N]
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE / "work"))

import heaps  # noqa: E402
import kinds  # noqa: E402
import machine  # noqa: E402
import peers  # noqa: E402
import progress  # noqa: E402

PACKAGES = {"Pympler asizeof": "pympler==1.1", "guppy3 heap": "guppy3==3.1.7", "objgraph typestats": "objgraph==3.6.2"}
OURS = {"%memory types": "xmemory.types()", "%memory size nodes": "xmemory.size('nodes')", "%memory refs nodes": "xmemory.refs('nodes')"}
TITLES = ["", "in order, ms", "shuffled, ms", "÷ types, in order", "÷ types, shuffled"]


def main():
    parser = argparse.ArgumentParser(prog="./tutor bench --heap", description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--heap", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=5, help="how often each look is taken (5)")
    parser.add_argument("--json", type=Path, default=ROOT / "build/bench/heap.json", help="where the figures go")
    options = parser.parse_args()
    environment = ROOT / "build/peers"
    tools, missing = peers.install_packages(environment, PACKAGES)
    for name, reason in missing.items():
        progress.say(f"{name} is left out: {reason}")
    seconds = {name: {heap: [] for heap in heaps.HEAPS} for name in [*OURS, *tools]}
    for turn in range(options.rounds):
        for heap in heaps.HEAPS:
            progress.show(f"Round {turn + 1} of {options.rounds}, {heap}")
            look_from_within(options.build.resolve(), heap, seconds)
            for tool in tools:
                seconds[tool][heap].append(look_with(environment, tool, heap))
    results = {"machine": machine.describe(ROOT), "rounds": options.rounds, "objects": heaps.OBJECTS, "seconds": seconds, "missing": missing}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    print(table(seconds))
    return 0


def look_from_within(build, heap, seconds):
    (kind,) = [kind for kind in kinds.kinds(build)[0] if kind.name == "on"]
    kernel = kind.start()
    try:
        kernel.prepare_rows()
        kernel.run(f"import heaps, xmemory\nnodes = heaps.build({heap!r})")
        for name, look in OURS.items():
            seconds[name][heap].append(float(kernel.run("", wanted=f"heaps.timed(lambda: {look})")))
    finally:
        kernel.end()


def look_with(environment, tool, heap):
    command = [environment / "bin/python", HERE / "work/heaps.py", tool, heap]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, timeout=peers.PROCESS_SECONDS).stdout)


def table(seconds):
    """The medians, and as ratios to %memory types, which looks at all."""
    medians = {name: [statistics.median(of_heap[heap]) for heap in heaps.HEAPS] for name, of_heap in seconds.items()}
    ours = medians[next(iter(OURS))]
    lines = ["| " + " | ".join(TITLES) + " |", "|" + "---|" * len(TITLES)]
    for name, (in_order, shuffled) in medians.items():
        figures = [f"{in_order * 1000:,.0f}", f"{shuffled * 1000:,.0f}", f"{in_order / ours[0]:.2g}", f"{shuffled / ours[1]:.2g}"]
        lines.append("| " + " | ".join([f"`{name}`" if name in OURS else name, *figures]) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
