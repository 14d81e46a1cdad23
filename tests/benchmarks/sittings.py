"""Measures the kernels: in sittings, each with new kernels of each kind, and within a sitting in turns.

One kernel after the other runs the same piece of work, so a machine whose speed drifts slows all alike, and figures of one turn
belong together. New kernels for each sitting, since where a process finds its memory makes a difference that stays with it.
"""

import time

import progress

TURNS_PER_SITTING = 3
IDLE_SECONDS = 1
MILLION = 1_000_000

# Live objects, by what they are: what makes them, and how many times that many are a million.
OBJECTS = {
    "floats": ("floats = [n + 0.5 for n in range(1_000_000)]", 1),
    "instances of two attributes": (
        "class Point:\n"
        "    def __init__(self, x, y): self.x, self.y = x, y\n"
        "points = [Point(1, 2) for _ in range(1_000_000)]",
        1,
    ),
    "bytes of 520": ("size = 520\nblocks = [b'.' * size for _ in range(200_000)]", 5),
}


def measure_starts(kinds, rounds):
    """Of each kind, by name: lists of start_seconds, idle Rss and Pss, and resident bytes for a million live objects.

    One kernel at a time, so that no other shares its pages."""
    found = {kind.name: {"start_seconds": [], "idle_rss": [], "idle_pss": [], "per_million": {}} for kind in kinds}
    for turn in range(rounds + 1):  # the first brings the files into memory
        for kind in _in_turn(kinds, turn):
            progress.show(f"Starts and memory: {_of(turn, rounds)}, {kind.name}")
            kernel = kind.start()
            try:
                figures = _memory_of(kernel)
            finally:
                kernel.end()
            if turn:
                _add(found[kind.name], kernel.start_seconds, *figures)
    return found


def _memory_of(kernel):
    time.sleep(IDLE_SECONDS)
    idle = kernel.memory()
    per_million = {}
    before = idle["Rss"]
    for name, (code, times) in OBJECTS.items():
        kernel.run(code)
        after = kernel.memory()["Rss"]
        per_million[name] = (after - before) * times
        before = after
    return idle, per_million


def _add(lists, start_seconds, idle, per_million):
    lists["start_seconds"].append(start_seconds)
    lists["idle_rss"].append(idle["Rss"])
    lists["idle_pss"].append(idle["Pss"])
    for name, count in per_million.items():
        lists["per_million"].setdefault(name, []).append(count)


def measure_once(kinds, rows, rounds, clock):
    """Seconds by kind and row of what is timed in a kernel where it has not run before."""
    seconds = {kind.name: {row: [] for row in rows} for kind in kinds}
    for turn in range(rounds + 1):
        for row in rows:
            for kind in _in_turn(kinds, turn):
                progress.show(f"In new kernels: {_of(turn, rounds)}, {row}, {kind.name}")
                kernel = kind.start()
                try:
                    kernel.prepare_rows()
                    taken = kernel.row_seconds(row, clock)
                finally:
                    kernel.end()
                if turn:
                    seconds[kind.name][row].append(taken)
    return seconds


def measure_rows(kinds, rows, rounds, clock):
    """Seconds by kind and row; the lists of all kinds have the same length, and an index is one turn."""
    seconds = {kind.name: {row: [] for row in rows} for kind in kinds}
    done = 0
    while done < rounds:
        turns = min(TURNS_PER_SITTING, rounds - done)
        _sit(_in_turn(kinds, done // TURNS_PER_SITTING), rows, turns, clock, seconds, f"{done} of {rounds} rounds done")
        done += turns
    return seconds


def _sit(kinds, rows, turns, clock, seconds, where):
    kernels = []
    try:
        for kind in kinds:
            kernels.append(kind.start())
            kernels[-1].prepare_rows()
        for turn in range(turns + 1):  # the first warms up
            for row in rows:
                for kernel in _in_turn(kernels, turn):
                    progress.show(f"Work: {where}, {'warming up' if turn == 0 else f'turn {turn}'}, {row}, {kernel.name}")
                    taken = kernel.row_seconds(row, clock)
                    if turn:
                        seconds[kernel.name][row].append(taken)
    finally:
        for kernel in kernels:
            kernel.end()


def _in_turn(things, turn):
    """The same, begun at another one each turn."""
    start = turn % len(things)
    return things[start:] + things[:start]


def _of(turn, rounds):
    return f"round {turn} of {rounds}" if turn else "warming up"
