"""The hooks alone: nanoseconds (google/benchmark) and instructions (callgrind) for making and freeing one block."""

import json
import shutil
import subprocess

import progress
from instructions.count import instructions_per_pair

VARIANTS = ["off", "through", "on"]


def nanoseconds(build):
    """By variant, and by block and how many are live: the median of three repetitions, in processor time."""
    return {variant: _timed(build / f"tests/benchmarks/allocation_times_{variant}", variant) for variant in VARIANTS}


def _timed(program, variant):
    progress.show(f"Allocations alone, nanoseconds: {variant}")
    done = subprocess.run(
        [
            program,
            "--benchmark_format=json",
            "--benchmark_repetitions=3",
            "--benchmark_min_time=0.3",
            "--benchmark_report_aggregates_only=true",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)["benchmarks"]
    return {each["run_name"]: 1e9 / each["items_per_second"] for each in found if each["aggregate_name"] == "median"}


def instructions(build):
    """By variant and block; and why there are none."""
    if not shutil.which("valgrind"):
        return {}, "Debian's package valgrind is not installed"
    counted = {}
    for variant in VARIANTS:
        progress.show(f"Allocations alone, instructions: {variant}")
        name = "instructions/allocation_pairs" if variant == "on" else f"allocation_pairs_{variant}"
        counted[variant] = instructions_per_pair(build / "tests/benchmarks" / name)
    return counted, None
