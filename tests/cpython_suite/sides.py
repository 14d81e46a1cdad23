"""The two places where a module of CPython's test suite runs: a stock Python, and the kernel."""
import json
import os
import subprocess
from pathlib import Path

from kernel_driver import Kernel

FOLDER = Path(__file__).resolve().parent
SECONDS = 900  # for one module


class StockSide:
    """/usr/bin/python3: one process for one module after another, as the kernel is one."""

    def __init__(self):
        self.process = None

    def run(self, module, path):
        """What the module's tests did, or None where the process died of it."""
        if self.process is None:
            self.process = subprocess.Popen(
                ["/usr/bin/python3", FOLDER / "worker.py"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
                start_new_session=True,
            )
        self.process.stdin.write(f"{module}\t{path}\n")
        self.process.stdin.flush()
        if not self.process.stdout.readline():
            self.end()
            return None
        return json.loads(path.read_text())

    def end(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class KernelSide:
    """A kernel, in which each module runs as one cell."""

    def __init__(self, tmp_path_factory):
        self.tmp_path_factory = tmp_path_factory
        self.kernel = None

    def run(self, module, path):
        if self.kernel is None:
            self.kernel = Kernel(self.tmp_path_factory.mktemp("kernel")).start()
            self.kernel.ok(
                f"import sys\nsys.path.insert(0, {str(FOLDER)!r})\nsys.argv = ['worker']\nimport json, worker, xmemory"
            )
        try:
            result = self.kernel.run(f"worker.run({module!r}, {str(path)!r})", timeout=SECONDS, allow_stdin=False)
        except BaseException:
            self.end()
            raise
        assert result.status == "ok", "\n".join(result.content.get("traceback", []))
        return json.loads(path.read_text())

    def books(self):
        """The ledger's figures beside those of the pools; makers and origins at rest, unless threads go on allocating."""
        for _ in range(5):
            books = json.loads(self.kernel.ok("print(json.dumps(xmemory._check()))").stdout)
            if books["in_use_by_maker_bytes"] == books["in_use_by_origin_bytes"]:
                break
        return books

    def end(self):
        if self.kernel is not None:
            self.kernel.end()
            self.kernel = None
