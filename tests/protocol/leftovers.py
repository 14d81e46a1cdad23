"""What a kernel's process has: threads, open files and children. For tests that nothing is left over."""
import os
import time
from pathlib import Path


def children(pid):
    """Its child processes that live. One whose start is interrupted between fork and the place where subprocess notes its pid
    (Lib/subprocess.py, _execute_child) is waited for by nobody, in every Python: dead, it stands in the table until the end."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [child for child in (task / "children").read_text().split() if state(child) not in "ZX"]
    return sorted(found)


def state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "X"


def threads(pid):
    return sorted((task / "comm").read_text().strip() for task in Path(f"/proc/{pid}/task").iterdir())


def files(pid):
    """What its descriptors lead to; numbers of sockets and pipes stay the same while they are open."""
    found = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(os.readlink(entry))
        except FileNotFoundError:  # closed meanwhile
            pass
    return sorted(name for name in found if not name.endswith("-journal"))  # SQLite's, while the history is written


def holdings(pid):
    return {"threads": threads(pid), "files": files(pid), "children": children(pid)}


def assert_nothing_left(pid, before, timeout=10):
    """What comes and goes has gone before long."""
    deadline = time.monotonic() + timeout
    while (now := holdings(pid)) != before:
        assert time.monotonic() < deadline, {
            kind: (before[kind], now[kind]) for kind in now if now[kind] != before[kind]
        }
        time.sleep(0.05)
