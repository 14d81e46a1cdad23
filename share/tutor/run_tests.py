"""Runs the tests that ./tutor test was asked for, each suite by its own runner, and sums them all up in one last line.

    run_tests.py BUILD_FOLDER [--long] [SUITE...]

A suite's figures come from the JUnit file that its runner writes. A runner that ends badly without saying why (it crashed, or
took too long) counts as one failed test. With --long the tests that can go on for any time do so for XMEMORY_LONG_SECONDS (ten
minutes). The exit status is 0 when something passed and nothing failed.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CPP_SUITES = ["core", "cpython", "report", "magics"]
PYTEST_SUITES = {
    "kernel": "tests/protocol",
    "python": "tests/cpython_suite",
    "fuzz": "tests/fuzz",
    "notebooks": "tests/notebooks",
    "browser": "tests/browser",
    "bench": "tests/benchmarks",
}
SUITE_SECONDS = 3000
LONG_SECONDS = 600


def main():
    build = Path(sys.argv[1])
    named = [word for word in sys.argv[2:] if word != "--long"]
    long = "--long" in sys.argv[2:]
    if long:
        os.environ.setdefault("XMEMORY_LONG_SECONDS", str(LONG_SECONDS))
        os.environ.setdefault("XMEMORY_LONG", "1")
    total = Counter()
    for suite in named or [*CPP_SUITES, *PYTEST_SUITES]:
        report = ROOT / "build" / "test-reports" / f"{suite}.xml"
        command = command_of(suite, build, report)
        if command is None:
            print(f"== {suite}: no such tests are here.", flush=True)
            total["failed"] += suite in named
            continue
        total += run(suite, command, report, long)
    print(sentence(total))
    return 0 if total["passed"] and not total["failed"] else 1


def command_of(suite, build, report):
    """The command that runs a suite, or None where it has no tests."""
    if suite in CPP_SUITES:
        found = sorted((build / "tests").rglob(f"{suite}_tests"))
        return [found[0], "--gtest_brief=1", f"--gtest_output=xml:{report}"] if found else None
    folder = ROOT / PYTEST_SUITES[suite]
    if not any(folder.rglob("test_*.py")):
        return None
    return [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", folder]


def run(suite, command, report, long=False):
    print(f"== {suite}", flush=True)
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    started = time.monotonic()
    limit = SUITE_SECONDS + 3 * float(os.environ.get("XMEMORY_LONG_SECONDS", 0)) * long
    try:
        status = subprocess.run(command, cwd=ROOT, timeout=limit).returncode
    except subprocess.TimeoutExpired:
        status = f"stopped after {limit:.0f} s"
    counts = counts_of(report)
    if status != 0 and not counts["failed"]:
        print(f"   {suite} ended badly ({status}) and names no failed test: counted as one.")
        counts["failed"] += 1
    print(f"== {suite}: {sentence(counts)} in {time.monotonic() - started:.1f} s", flush=True)
    return counts


def counts_of(report):
    """What a JUnit file says, told by its test cases: the totals in its head differ between runners."""
    if not report.exists():
        return Counter()
    return Counter(outcome(case) for case in xml.parse(report).iter("testcase"))


def outcome(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    if case.find("skipped") is not None or case.get("status") == "notrun" or case.get("result") == "skipped":
        return "skipped"
    return "passed"


def sentence(counts):
    words = f"{counts['passed']} passed, {counts['failed']} failed"
    return words + (f", {counts['skipped']} skipped" if counts["skipped"] else "")


if __name__ == "__main__":
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped.")
