"""Kernels that die, and what the next one tells of it: for tests that start the same kernel again."""
import os
import signal

from kernel_driver import REPORT_MIME


def runtime_folder(home):
    return home / "runtime" / "xmemory"


def start_again(kernel):
    """As Jupyter does where it finds a kernel dead: the same connection file, a new process."""
    kernel.process.wait(timeout=30)
    kernel.manager.restart_kernel(now=True)
    kernel.connect()


def kill(kernel):
    os.kill(kernel.pid, signal.SIGKILL)


def told(result):
    """The data of the report about a death among a cell's displays, and its text; or None."""
    for bundle in result.displays:
        if bundle.get(REPORT_MIME, {}).get("kind") == "death":
            return bundle[REPORT_MIME], bundle["text/plain"]
    return None
