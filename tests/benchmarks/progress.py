"""Says on stderr what is being done: one line that is redrawn on a terminal, else a line now and then."""

import sys
import time

SECONDS_BETWEEN_LINES = 10

_last_said = 0.0


def say(text):
    """Always a line of its own."""
    _clear()
    print(text, file=sys.stderr, flush=True)


def show(text):
    """What is being done now."""
    global _last_said
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif time.monotonic() - _last_said > SECONDS_BETWEEN_LINES:
        _last_said = time.monotonic()
        say(text)


def _clear():
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
