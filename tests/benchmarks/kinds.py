"""The kinds of kernel that are compared, and how each is started."""

import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from kernel import Kernel

CONNECTION = ["-f", "{connection_file}"]


@dataclass
class Kind:
    name: str
    argv: list
    env: dict = field(default_factory=dict)

    def start(self):
        return Kernel(self.name, self.argv, self.env)


def kinds(build):
    """Those that are here, and by name why others are not. build: the folder that the preset "benchmarks" builds into."""
    ours = ["--python", sys.executable, *CONNECTION]
    variants = build / "tests/benchmarks"
    found = [
        Kind("on", [str(build / "xmemory"), *ours]),
        Kind("off", [str(variants / "xmemory_without_accounting"), *ours]),
        Kind("through", [str(variants / "xmemory_calling_through"), *ours]),
        Kind("ipykernel", [sys.executable, "-m", "ipykernel_launcher", *CONNECTION]),
    ]
    missing = {kind.name: f"there is no {kind.argv[0]}" for kind in found if not Path(kind.argv[0]).exists()}
    stock = shutil.which("xpython")
    if stock:
        packages = next(Path(sys.prefix).glob("lib/python3*/site-packages"))
        found.insert(3, Kind("xpython", [stock, *CONNECTION], {"PYTHONPATH": str(packages)}))
    else:
        missing["xpython"] = "Debian's package xpython is not installed"
    return [kind for kind in found if kind.name not in missing], missing
