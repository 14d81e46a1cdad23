"""./tutor claims: runs the lessons and prints every claim that they make, with the figures that the kernel measured for it.

What a lesson claims and how that is judged is in tests/notebooks, where the same is a test. The exit status is 1 when a claim
does not hold or a lesson does not run to its end.
"""

import argparse
import sys
import time
from pathlib import Path

import lessons
import notebook_format  # before anything else that loads nbformat

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "notebooks"))

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from judge import Lesson

FIGURES_SHOWN = 4  # of one claim; the rest is counted


def main():
    sys.stdout.reconfigure(errors="replace")
    paths = parse_options()
    claims, wrong = 0, []
    for path in paths:
        print(f"{path.stem}: running its cells", flush=True)
        started = time.monotonic()
        try:
            verdicts = Lesson(path).verdicts()
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            wrong.append(f"{path.stem} does not run to its end: {str(error).strip().splitlines()[-1]}")
            print(f"  {wrong[-1]}")
            continue
        for verdict in verdicts:
            print(f"  {line_of(verdict)}")
        print(f"{path.stem}: {len(verdicts)} claims, {time.monotonic() - started:.0f} s\n", flush=True)
        claims += len(verdicts)
        wrong += [f"{path.stem}, {line_of(verdict)}" for verdict in verdicts if not verdict.holds]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{claims} claims, {'all hold' if not wrong else f'{len(wrong)} do not hold'}.")
    return 1 if wrong else 0


def parse_options():
    parser = argparse.ArgumentParser(prog="./tutor claims", description="Prints what the lessons claim and what was measured.")
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="for example 01 or 01_generators; all, when none is named")
    try:
        return lessons.named(parser.parse_args().lessons)
    except lessons.NoSuchLesson as error:
        parser.error(str(error))


def line_of(verdict):
    judged = "holds" if verdict.holds else f"DOES NOT HOLD ({verdict.problem})"
    return f'{verdict.said_in}: "{verdict.words}" {judged}: {measured(verdict.measured)}'


def measured(notes):
    shown = "; ".join(notes[:FIGURES_SHOWN])
    more = len(notes) - FIGURES_SHOWN
    return f"{shown}; and {more} more" if more > 0 else shown or "nothing was measured"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
