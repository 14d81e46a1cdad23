"""./tutor bench: what the accounting costs, measured beside what it is compared with, as a table and as JSON.

    bench.py BUILD_FOLDER [--peers] [--rounds N] [--clock wall|processor] [--json FILE] [--only ROW]...
"""

import argparse
import json
import shlex
import signal
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE / "work"))

import hooks  # noqa: E402
import kinds  # noqa: E402
import machine  # noqa: E402
import peers  # noqa: E402
import progress  # noqa: E402
import rows  # noqa: E402
import sittings  # noqa: E402
import table  # noqa: E402
from kernel import KernelFailed  # noqa: E402

PARTS = ["starts", "instructions", "nanoseconds"]  # besides the rows of work
MOST_PEER_ROUNDS = 3


def main():
    options = read_options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        results = measure(options)
    except KeyboardInterrupt:
        progress.say("Stopped; every kernel is ended.")
        return 130
    except (KernelFailed, peers.PeerFailed) as error:
        progress.say(f"tutor: {error}")
        return 1
    progress.say("")
    print(table.text(results))
    progress.say(f"All figures are in {options.json}, these tables in {options.json.with_suffix('.md')}.")
    return 0


def save(results, file):
    add_ratios(results)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    file.with_suffix(".md").write_text(table.text(results))


def read_options():
    names = [*rows.ROWS, *rows.ONCE, *PARTS]
    parser = argparse.ArgumentParser(prog="./tutor bench", description="What the accounting costs, as ratios.")
    parser.add_argument("build", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--peers", action="store_true", help="measure other tools for memory too (half an hour or so)")
    parser.add_argument("--rounds", type=rounds, default=9, help="how often each piece of work is measured (9)")
    parser.add_argument("--json", type=Path, default=ROOT / "build/bench/bench.json", help="where the figures go")
    only = "this row only; may be given again: " + ", ".join(names)
    parser.add_argument("--only", action="append", metavar="ROW", help=only)
    parser.add_argument(
        "--clock",
        choices=rows.CLOCKS,
        default="wall",
        help="what times the work: the clock on the wall, or the processor's, which other programs disturb less",
    )
    options = parser.parse_args()
    unknown = [name for name in options.only or [] if name not in names]
    if unknown:
        parser.error(f"there is no row called {unknown[0]}. There are: {', '.join(names)}.")
    options.chosen = options.only or names
    options.build = options.build.resolve()
    return options


def rounds(word):
    if not word.isdigit() or int(word) < 1:
        raise argparse.ArgumentTypeError("the number of rounds is at least 1")
    return int(word)


def measure(options):
    began = time.monotonic()
    found, missing = kinds.kinds(options.build)
    for name, reason in missing.items():
        progress.say(f"{name} is left out: {reason}.")
    if "on" in missing or "off" in missing:
        raise KernelFailed("the kernels to compare are not built: cmake --preset benchmarks, and build it")
    results = {
        "command": shlex.join(["./tutor", "bench", *sys.argv[2:]]),
        "machine": machine.describe(ROOT),
        "rounds": options.rounds,
        "clock": options.clock,
        "only": options.only,
        "missing": missing,
    }
    work = [row for row in rows.ROWS if row in options.chosen]
    once = [row for row in rows.ONCE if row in options.chosen]
    if "instructions" in options.chosen:
        results["instructions"], reason = hooks.instructions(options.build)
        missing.update({"instructions": reason} if reason else {})
    if "nanoseconds" in options.chosen:
        results["nanoseconds"] = hooks.nanoseconds(options.build)
    if "starts" in options.chosen:
        results["starts"] = sittings.measure_starts(found, options.rounds)
    results["seconds"] = sittings.measure_rows(found, work, options.rounds, options.clock) if work else {}
    for kind, seconds in (sittings.measure_once(found, once, options.rounds, options.clock) if once else {}).items():
        results["seconds"].setdefault(kind, {}).update(seconds)
    results["took_seconds"] = round(time.monotonic() - began)
    save(results, options.json)
    if options.peers:
        progress.say(f"The kernels' figures are in {options.json}; now the peers.")
        results.update(measure_peers([*work, *once], min(options.rounds, MOST_PEER_ROUNDS), options.clock, missing))
        results["took_seconds"] = round(time.monotonic() - began)
        save(results, options.json)
    return results


def measure_peers(names, peer_rounds, clock, missing):
    environment = ROOT / "build/peers"
    here, not_installed = peers.install(environment)
    missing.update(not_installed)
    seconds, failed = peers.measure(here, environment, names, peer_rounds, clock)
    for peer, reasons in failed.items():
        missing.update({f"{peer}, {row}": reason for row, reason in reasons.items()})
    versions = list(dict.fromkeys(peer.package.replace("==", " ") for peer in here if peer.package))
    return {"peer_seconds": seconds, "peer_rounds": peer_rounds, "peer_versions": versions}


def add_ratios(results):
    results["ratios"] = {
        f"{these} ÷ {those}": {row: ratio.as_dict() for row, ratio in ratios.items()}
        for (these, those), ratios in table.compared_ratios(results).items()
    }
    results["peer_ratios"] = {
        peer: {row: ratio.as_dict() for row, ratio in ratios.items()} for peer, ratios in table.peer_ratios(results).items()
    }
    results["goals"] = [
        {"goal": what, "at_most": limit, "measured": figure, "met": figure <= limit}
        for what, figure, limit in table.goals(results)
    ]


if __name__ == "__main__":
    sys.exit(main())
