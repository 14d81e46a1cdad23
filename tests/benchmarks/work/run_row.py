"""Runs one row in this process and writes the seconds that it took, as the process itself saw them, into a file.

    run_row.py HOW ROW CLOCK FILE

HOW: plain (also where a profiler runs this file), or by which of the tools that are used from within. A row is run twice and
the second run counts, except those that are timed in their first run.
"""

import sys
from pathlib import Path

import rows


def plain(row, clock):
    return rows.timed(row, clock)


def tracemalloc(row, clock):
    import tracemalloc

    if not tracemalloc.is_tracing():
        tracemalloc.start()
    return rows.timed(row, clock)


def memory_profiler(row, clock):
    import memory_profiler

    _, seconds = memory_profiler.memory_usage((rows.timed, (row, clock)), retval=True)
    return seconds


def ipython_memory_usage(row, clock):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.run_cell("%load_ext ipython_memory_usage").raise_error()
    shell.run_cell("%imu_start").raise_error()
    shell.user_ns.update(rows=rows, row=row, clock=clock)
    shell.run_cell("seconds = rows.timed(row, clock)").raise_error()
    shell.run_cell("%imu_stop").raise_error()
    return shell.user_ns["seconds"]


HOW = {function.__name__: function for function in (plain, tracemalloc, memory_profiler, ipython_memory_usage)}


def main():
    how, row, clock, file = sys.argv[1:]
    run = HOW[how]
    if row not in rows.ONCE:
        run(row, clock)
    Path(file).write_text(repr(run(row, clock)))


if __name__ == "__main__":
    main()
