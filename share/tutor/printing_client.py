"""Runs cells through nbclient and prints what they put out while they run, with what the kernel says of their memory."""

import re
import sys

from nbclient import NotebookClient
from traitlets import default

from figures import human_bytes

REPORT = "application/vnd.xmemory.report+json"
INDENT = "    "
ANSI_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class PrintingClient(NotebookClient):
    before_start = None  # called when nbclient has set its signal handlers
    last_record = None
    _line_is_open = False
    _footer_was_shown = False

    async def async_start_new_kernel(self, **kwargs):
        self.before_start()
        await super().async_start_new_kernel(**kwargs)

    async def async_execute_cell(self, cell, cell_index, **kwargs):
        self.last_record = None
        self._footer_was_shown = False
        try:
            return await super().async_execute_cell(cell, cell_index, **kwargs)
        finally:
            self.end_of_cell()

    @default("on_cell_executed")
    def _keep_record(self):
        def keep(cell, cell_index, execute_reply):
            self.last_record = execute_reply["metadata"].get("xmemory")

        return keep

    def output(self, outs, msg, display_id, cell_index):
        out = super().output(outs, msg, display_id, cell_index)
        kind, content = msg["msg_type"], msg["content"]
        if kind == "stream":
            self.print_stream(content["text"])
        elif kind == "error":
            self.print_block("\n".join(content["traceback"]))
        elif "text/plain" in content.get("data", {}):
            self._footer_was_shown |= content["data"].get(REPORT, {}).get("kind") == "footer"
            self.print_block(content["data"]["text/plain"])
        return out

    def print_stream(self, text):
        """Text as it comes, which may be less than a line."""
        for line in self.coloured_or_not(text).splitlines(keepends=True):
            print(line if self._line_is_open else INDENT + line, end="", flush=True)
            self._line_is_open = not line.endswith("\n")

    def print_block(self, text):
        if self._line_is_open:
            print()
        self._line_is_open = False
        for line in self.coloured_or_not(text).splitlines():
            print(INDENT + line, flush=True)

    def end_of_cell(self):
        """Where the kernel showed no footer, the record's figures in few words."""
        if self.last_record and not self._footer_was_shown:
            peak, kept = self.last_record.get("peak_bytes"), self.last_record.get("kept_bytes")
            self.print_block(f"(peak {human_bytes(peak)}, kept {human_bytes(kept)})")
        elif self._line_is_open:
            self.print_block("")

    @staticmethod
    def coloured_or_not(text):
        return text if sys.stdout.isatty() else ANSI_COLOUR.sub("", text)
