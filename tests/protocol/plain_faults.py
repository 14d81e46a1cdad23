"""Runs in a plain Python with failing_malloc.c loaded ahead of it: one program, with the nth large request failing, for each n.
Prints as JSON how many requests the program makes, how often the process died, and where. Usage: plain_faults.py PROGRAM [STEP]."""
import collections
import ctypes
import faulthandler
import json
import os
import signal
import sys
import tempfile

from fault_programs import PROGRAMS

HANGS_AFTER_SECONDS = 10

fail_nth = ctypes.CDLL(None).fail_nth
fail_nth.argtypes, fail_nth.restype = [ctypes.c_long], ctypes.c_long


def outcome(code, nth):
    """What becomes of a process of its own: "ok", "hung", an exception's name, or a signal's with the place of it."""
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as fault:
        child = os.fork()
        if child == 0:
            signal.alarm(HANGS_AFTER_SECONDS)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            faulthandler.enable(fault)
            word = "ok"
            fail_nth(nth)
            try:
                exec(code, {"__name__": "__main__"})
            except BaseException as error:
                word = type(error).__name__
            fail_nth(0)
            os.write(told.fileno(), word.encode())
            os._exit(0)
        _, status = os.waitpid(child, 0)
        told.seek(0)
        fault.seek(0)
        if not os.WIFSIGNALED(status):
            return told.read().decode()
        if os.WTERMSIG(status) == signal.SIGALRM:
            return "hung"
        lines = [line.strip() for line in fault.read().decode().splitlines() if line.strip().startswith("File")]
        return f"{signal.Signals(os.WTERMSIG(status)).name} at {lines[0] if lines else 'an unknown place'}"


def main():
    code = compile(PROGRAMS[sys.argv[1]].lstrip(), f"<{sys.argv[1]}>", "exec")
    step = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for _ in range(2):
        exec(code, {"__name__": "__main__"})
    fail_nth(10**15)
    exec(code, {"__name__": "__main__"})
    requests = fail_nth(0)
    outcomes = collections.Counter(outcome(code, nth) for nth in range(1, requests + 1, step))
    print(json.dumps({"requests": requests, "outcomes": outcomes}))


if __name__ == "__main__":
    main()
