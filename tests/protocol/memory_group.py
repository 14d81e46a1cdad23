"""A memory cgroup of a given size, for kernels to live in: v1 or v2, where this process may make one."""
import os
import time
from contextlib import contextmanager
from pathlib import Path

import pytest


def memory_folder():
    """The folder of the group that this process is in, and whether it is of v2; None where there is none to be seen."""
    mounts = [line.split() for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    own = dict(line.split(":", 2)[1:] for line in Path("/proc/self/cgroup").read_text().splitlines())
    for mount in mounts:
        kind, options = mount[mount.index("-") + 1], mount[-1].split(",")
        if kind == "cgroup" and "memory" in options:
            path = next(path for names, path in own.items() if "memory" in names.split(","))
            return Path(mount[4] + path.removeprefix(mount[3].rstrip("/"))), False
        if kind == "cgroup2" and "memory" in (Path(mount[4]) / "cgroup.controllers").read_text().split():
            return Path(mount[4] + own.get("", "/")), True
    return None


class MemoryGroup:
    def __init__(self, bytes_, name):
        found = memory_folder()
        if found is None:
            pytest.skip("there is no memory cgroup here")
        self.outer, self.is_v2 = found
        self.folder = self.outer / f"{name}-{os.getpid()}"
        self.limit_file = self.folder / ("memory.max" if self.is_v2 else "memory.limit_in_bytes")
        try:
            self.folder.mkdir()
            self.limit_file.write_text(str(bytes_))
        except OSError as error:
            pytest.skip(f"no memory cgroup can be made here: {error}")

    @contextmanager
    def entered(self):
        """This process is in the group meanwhile, and so stays what it starts."""
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))
        try:
            yield
        finally:
            (self.outer / "cgroup.procs").write_text(str(os.getpid()))

    def limit_bytes(self):
        """In whole pages."""
        return int(self.limit_file.read_text())

    def used(self):
        return int((self.folder / ("memory.current" if self.is_v2 else "memory.usage_in_bytes")).read_text())

    def kills(self):
        """How many processes the system has ended in it."""
        text = (self.folder / ("memory.events" if self.is_v2 else "memory.oom_control")).read_text()
        return int(dict(line.split() for line in text.splitlines())["oom_kill"])

    def remove(self):
        """What still runs in it goes on outside."""
        for pid in (self.folder / "cgroup.procs").read_text().split():
            (self.outer / "cgroup.procs").write_text(pid)
        deadline = time.monotonic() + 10
        while True:
            try:
                return self.folder.rmdir()
            except OSError:  # what ended in it has not quite gone
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
