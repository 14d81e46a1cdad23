"""What the figures were measured on, and with."""

import datetime
import os
import platform
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path


def describe(root):
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": _said("git", "-C", str(root), "describe", "--always", "--dirty"),
        "processor": _first(r"model name\s*: (.+)", "/proc/cpuinfo"),
        "processors": len(os.sched_getaffinity(0)),
        "memory_bytes": int(_first(r"MemTotal:\s+(\d+) kB", "/proc/meminfo") or 0) * 1024,
        "load_at_start": os.getloadavg()[0],
        "system": _first(r'PRETTY_NAME="(.+)"', "/etc/os-release"),
        "linux": platform.release(),
        "libc": " ".join(platform.libc_ver()),
        "versions": {
            "python": platform.python_version(),
            "compiler": (_said("c++", "--version") or "").partition("\n")[0],
            **{name: version(name) for name in ("ipython", "ipykernel", "numpy", "pandas", "jupyter_client")},
            **_of_debian("xpython", "libxeus9", "xeus-dev", "xeus-python-dev", "valgrind"),
        },
        "python_of_all": str(Path(sys.executable).resolve()),
    }


def _first(pattern, file):
    try:
        found = re.search(pattern, Path(file).read_text())
    except OSError:
        return None
    return found[1] if found else None


def _said(*command):
    if not shutil.which(command[0]):
        return None
    return subprocess.run(command, capture_output=True, text=True).stdout.strip() or None


def _of_debian(*packages):
    text = _said("dpkg-query", "--show", "--showformat=${Package} ${Version}\n", *packages) or ""
    return dict(line.split(" ", 1) for line in text.splitlines() if " " in line)
