"""A memory cgroup for kernels that shall meet its limit: made where that is allowed (version 1 or 2, as root, or delegated)."""
import os
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

VERSION_1 = Path("/sys/fs/cgroup/memory")
VERSION_2 = Path("/sys/fs/cgroup")


def own_group():
    """The folder of this process's memory group, and the name of the file with its limit."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            return VERSION_1 / path.lstrip("/"), "memory.limit_in_bytes"
        if controllers == "" and (VERSION_2 / "cgroup.controllers").exists():
            return VERSION_2 / path.lstrip("/"), "memory.max"
    return None, None


@contextmanager
def memory_group(limit_bytes):
    """While it lasts, what this process starts is in a group of its own with that limit."""
    home, limit = own_group()
    if home is None:
        pytest.skip("no memory cgroup is to be seen here")
    group = (VERSION_1 if home.is_relative_to(VERSION_1) else VERSION_2) / f"xmemory-test-{os.getpid()}"
    try:
        group.mkdir()
        (group / limit).write_text(str(limit_bytes))
        (group / "cgroup.procs").write_text(str(os.getpid()))
    except OSError as error:
        if group.exists():
            group.rmdir()
        pytest.skip(f"no memory cgroup can be made here: {error}")
    try:
        yield lambda: (home / "cgroup.procs").write_text(str(os.getpid()))
    finally:
        (home / "cgroup.procs").write_text(str(os.getpid()))
        for pid in (group / "cgroup.procs").read_text().split():
            (home / "cgroup.procs").write_text(pid)
        deadline = time.monotonic() + 10
        while True:
            try:
                group.rmdir()
                break
            except OSError:  # what ended in it has not quite gone
                assert time.monotonic() < deadline
                time.sleep(0.1)
