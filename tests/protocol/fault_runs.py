"""The nth large request of the learner's code fails, for each n, in a kernel; and the same in a plain Python. Run as a program it
prints the table: fault_runs.py [--most MOST] [PROGRAM …]; of each program at most that many requests fail in turn, all without it."""
import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import ledger_checker
from fault_programs import PROGRAMS
from kernel_driver import Kernel

HERE = Path(__file__).parent
HANGS_AFTER_SECONDS = 20
FAULT_FILE = "faults.txt"


@cache
def failing_malloc():
    """The library, built; its folder goes with this process."""
    folder = tempfile.TemporaryDirectory(prefix="failing-malloc-")
    path = Path(folder.name) / "failing_malloc.so"
    source = HERE / "failing_malloc.c"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-fno-builtin", source, "-o", path], check=True)
    return folder, path


@cache
def in_plain_python(program, step=1):
    """What plain_faults.py says of it."""
    done = subprocess.run(
        [sys.executable, HERE / "plain_faults.py", program, str(step)],
        env={**os.environ, "LD_PRELOAD": str(failing_malloc()[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def deaths_in(outcomes):
    """Those after which nothing answers any more."""
    return {outcome: count for outcome, count in outcomes.items() if " at " in outcome or outcome == "hung"}


class FaultyRuns:
    """One program in kernels that start anew when one dies. outcomes counts "ok", exceptions' names, "hung" and "SIGSEGV at …"."""

    CELLS_FILE = re.compile(r"/[^ \"]*/xpython_\d+/\d+\.py")

    def __init__(self, program, start_kernel):
        self.program, self.code = program, PROGRAMS[program].lstrip()  # as the kernel numbers the lines
        self.start_kernel = start_kernel
        self.outcomes = collections.Counter()
        self.hit = 0  # faults that met a request
        self.kernel = self.prepared()

    def prepared(self):
        """A kernel in which the program has run, so that what it imports is there."""
        kernel = self.start_kernel()
        kernel.ok(f"import faulthandler, xmemory; faulthandler.enable(open({FAULT_FILE!r}, 'w'))")
        for _ in range(2):
            kernel.ok(self.code, timeout=120)
        return kernel

    def requests(self):
        """How many there are to fail."""
        self.kernel.ok("xmemory._refuse_nth(10**15)")
        self.kernel.ok(self.code)
        return int(self.kernel.evaluate("xmemory._refuse_nth(0)"))

    def run(self, nth):
        self.kernel.ok(f"xmemory._refuse_nth({nth})")
        try:
            result = self.kernel.run(self.code, timeout=HANGS_AFTER_SECONDS)
        except AssertionError:
            self.outcomes["hung" if self.kernel.alive() else self.place_of_death()] += 1
            self.hit += 1
            self.kernel.end()
            self.kernel = self.prepared()
            return
        self.kernel.ok("xmemory._refuse_nth(0)")
        self.outcomes["ok" if result.status == "ok" else result.content["ename"]] += 1
        self.hit += result.record["at_limit"] is not None
        self.check(result)

    def check(self, result):
        """The record tells the truth, and the books balance."""
        told = result.record["at_limit"]
        assert told is None or (told["source"] == "for_tests" and told["refusals"] == 1 and told["asked_bytes"] > 0), told
        is_memory_error = result.status == "error" and result.content["ename"] in ("MemoryError", "_ArrayMemoryError")
        assert (result.record["status"] == "over_limit") == is_memory_error, result.content
        ledger_checker.check(self.kernel)

    def place_of_death(self):
        code = self.kernel.process.wait(timeout=10)
        lines = (Path(self.kernel.cwd) / FAULT_FILE).read_text().splitlines()
        places = [self.CELLS_FILE.sub(f"<{self.program}>", line.strip()) for line in lines if line.strip().startswith("File")]
        signal = {-11: "SIGSEGV", -6: "SIGABRT"}.get(code, str(code))
        return f"{signal} at {places[0] if places else 'an unknown place'}"

    def deaths(self):
        return deaths_in(self.outcomes)


def row(program, most, start_kernel):
    runs = FaultyRuns(program, start_kernel)
    requests = runs.requests()
    step = max(1, requests // most) if most else 1
    for nth in range(1, requests + 1, step):
        runs.run(nth)
    plain = in_plain_python(program, step)
    plain_deaths = sum(deaths_in(plain["outcomes"]).values())
    deaths = sum(runs.deaths().values())
    errors = sum(runs.outcomes.values()) - runs.outcomes["ok"] - deaths
    memory_errors = runs.outcomes["MemoryError"] + runs.outcomes["_ArrayMemoryError"]
    runs.kernel.end()
    figures = [requests, runs.hit, memory_errors, errors - memory_errors, runs.outcomes["ok"], deaths, plain_deaths]
    return f"| {program} | " + " | ".join(str(figure) for figure in figures) + " |", runs.deaths(), plain


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=0)
    parser.add_argument("programs", nargs="*", metavar="PROGRAM")
    options = parser.parse_args()

    def start_kernel():
        return Kernel(Path(tempfile.mkdtemp())).start()

    print("| program | large requests | faults | MemoryError | other error | went on | kernel died or hung | plain Python died or hung |")
    print("|---|---|---|---|---|---|---|---|")
    places = {}
    for program in options.programs or PROGRAMS:
        line, deaths, plain = row(program, options.most, start_kernel)
        print(line, flush=True)
        for place in deaths:
            places[place] = plain["outcomes"].get(place, 0)
    for place, count in places.items():
        print(f"\n{place}: plain Python too, {count} times")


if __name__ == "__main__":
    main()
