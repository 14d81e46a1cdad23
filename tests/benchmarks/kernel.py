"""One running Jupyter kernel: started, given cells to run, asked for its memory, and ended."""

import os
import re
import tempfile
import time
from pathlib import Path

import zmq
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec

WORK = Path(__file__).parent / "work"
READY_SECONDS = 60


class KernelFailed(Exception):
    pass


class Kernel:
    """argv: with the word {connection_file}. start_seconds: from the start of the process to the reply to a first cell."""

    def __init__(self, name, argv, env):
        self.name = name
        # A socket that finds nobody at its port yet tries again after this many ms, not after 100: starts are timed.
        self.context = zmq.Context()
        self.context.setsockopt(zmq.RECONNECT_IVL, 1)
        self.manager = KernelManager()
        self.manager._kernel_spec = KernelSpec(argv=argv, display_name=name, language="python", interrupt_mode="message")
        self.client = None
        self.said = tempfile.TemporaryFile()  # what it prints, for when it fails
        began = time.perf_counter()
        try:
            self.manager.start_kernel(
                env={**os.environ, **env}, cwd=tempfile.gettempdir(), stdout=self.said, stderr=self.said
            )
            self.client = self.manager.client(context=self.context)
            self.client.start_channels(hb=False)
            self.run("pass", READY_SECONDS)
        except BaseException:
            self.end()
            raise
        self.start_seconds = time.perf_counter() - began

    def run(self, code, timeout_seconds=600, wanted=None):
        """Runs a cell. wanted: an expression; its value is returned, as text."""
        expressions = {"wanted": wanted} if wanted else {}
        request = self.client.execute(code, store_history=False, user_expressions=expressions)
        content = self.whole_reply(request, timeout_seconds)["content"]
        if content["status"] != "ok":
            raise KernelFailed(f"{self.name}: {content['ename']}: {content['evalue']}")
        return content["user_expressions"]["wanted"]["data"]["text/plain"] if wanted else None

    def whole_reply(self, request, timeout_seconds):
        until = time.monotonic() + timeout_seconds
        while time.monotonic() < until:
            if self.client.shell_channel.socket.poll(500):
                reply = self.client.get_shell_msg(timeout=1)
                if reply["parent_header"].get("msg_id") == request:
                    return reply
            elif not self.manager.is_alive():
                self.said.seek(0)
                words = self.said.read().decode(errors="replace").strip()
                raise KernelFailed(f"{self.name} ended by itself, and said: {words[-500:] or 'nothing'}")
        raise KernelFailed(f"{self.name} gave no answer within {timeout_seconds} s")

    def prepare_rows(self):
        self.run(f"import sys\nsys.path.insert(0, {str(WORK)!r})\nimport rows")

    def row_seconds(self, row, clock):
        return float(self.run(f"seconds = rows.timed({row!r}, {clock!r})", wanted="seconds"))

    def memory(self):
        """Resident and proportional bytes: shared pages counted whole, and divided by those who share them."""
        text = Path(f"/proc/{self.manager.provisioner.pid}/smaps_rollup").read_text()
        return {word: int(re.search(rf"^{word}:\s+(\d+) kB$", text, re.MULTILINE)[1]) * 1024 for word in ("Rss", "Pss")}

    def end(self):
        if self.client:
            self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)
        self.context.destroy(linger=0)
        self.said.close()
