"""Instructions for making and freeing one block, counted by callgrind: the same on every run of the same program.

    count.py PROGRAM            prints them
    count.py PROGRAM --keep     and writes them into expected.json, which test_instructions.py holds the kernel to
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

EXPECTED = Path(__file__).with_name("expected.json")
PAIRS = 10_000
KINDS = ["small", "large", "native"]  # what allocation_pairs.cpp says of them
SECONDS = 60


def instructions_per_pair(program):
    """By kind, to a tenth of an instruction."""
    return {kind: round(_collected(program, kind) / PAIRS, 1) for kind in KINDS}


def _collected(program, kind):
    # No file is wanted, and callgrind writes one in any case.
    with tempfile.TemporaryDirectory(prefix="callgrind-") as folder:
        done = subprocess.run(
            [
                "valgrind",
                "--tool=callgrind",
                "--toggle-collect=counted_work",
                f"--callgrind-out-file={folder}/out",
                str(program),
                kind,
                str(PAIRS),
            ],
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found or int(found[1]) == 0:
        raise RuntimeError(f"{program} {kind} under callgrind ended with {done.returncode}: {done.stderr[-500:]}")
    return int(found[1])


def main():
    counted = instructions_per_pair(Path(sys.argv[1]))
    print(json.dumps(counted, indent=1))
    if "--keep" in sys.argv[2:]:
        EXPECTED.write_text(json.dumps(counted, indent=1) + "\n")


if __name__ == "__main__":
    main()
