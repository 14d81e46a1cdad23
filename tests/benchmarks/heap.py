"""How long it takes to look at a heap of a million objects: %memory types, size, who and refs beside tools that do the like, on the same
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

PACKAGES = {"pympler": "pympler==1.1", "guppy": "guppy3==3.1.7", "objgraph": "objgraph==3.6.2"}
OURS = {
    "%memory types": "xmemory.types()",
    "%memory size nodes": "xmemory.size('nodes')",
    "%memory who nodes[100_000]": "xmemory.who('nodes[100_000]')",
    "%memory who": "xmemory.who()",
    "%memory refs nodes": "xmemory.refs('nodes')",
}
TITLES = ["", "in order, ms", "shuffled, ms", "÷ ours, in order", "÷ ours, shuffled", "ours"]


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
    looks = [look for look in heaps.LOOKS if heaps.LOOKS[look].package in tools]
    seconds = {name: {heap: [] for heap in heaps.HEAPS} for name in [*OURS, *looks]}
    for turn in range(options.rounds):
        for heap in heaps.HEAPS:
            progress.show(f"Round {turn + 1} of {options.rounds}, {heap}")
            look_from_within(options.build.resolve(), heap, seconds)
            for look in looks:
                seconds[look][heap].append(look_with(environment, look, heap))
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


def look_with(environment, look, heap):
    command = [environment / "bin/python", HERE / "work/heaps.py", look, heap]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, timeout=peers.PROCESS_SECONDS).stdout)


def table(seconds):
    """The medians; those of other tools also as ratios to the magic that tells the like."""
    medians = {name: [statistics.median(of_heap[heap]) for heap in heaps.HEAPS] for name, of_heap in seconds.items()}
    lines = ["| " + " | ".join(TITLES) + " |", "|" + "---|" * len(TITLES)]
    for name, taken in medians.items():
        cells = [f"`{name}`" if name in OURS else name, *(f"{each * 1000:,.0f}" for each in taken), "", "", ""]
        if name in heaps.LOOKS:
            ours = heaps.LOOKS[name].ours
            cells[3:] = [*(f"{each / of_ours:.2g}" for each, of_ours in zip(taken, medians[ours])), f"`{ours}`"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
