"""How long the tests that can go on for any time go on: briefly, unless XMEMORY_LONG_SECONDS says otherwise (./tutor test --long)."""
import os
import time

LONG_SECONDS = float(os.environ.get("XMEMORY_LONG_SECONDS", 0))
IS_LONG = bool(os.environ.get("XMEMORY_LONG"))  # for tests that count rounds instead


def seconds(short):
    return LONG_SECONDS or short


class Deadline:
    def __init__(self, short):
        self.end = time.monotonic() + seconds(short)

    def passed(self):
        return time.monotonic() >= self.end
