"""./tutor run: runs a notebook on the memory tutor's kernel in the terminal, and tells what each cell needed.

The notebook's own file is not touched. The exit status is 1 when a cell fails (the rest is not run), 130 after Ctrl-C.
"""

import argparse
import asyncio
import re
import signal
import sys
import time
from pathlib import Path

# jsonschema would load a grammar of addresses, which no notebook's check needs and which takes over a second; it does without.
sys.modules["rfc3987_syntax"] = None

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from traitlets import default

import summary
from figures import human_bytes

KERNEL = "xmemory"
REPORT = "application/vnd.xmemory.report+json"
INDENT = "    "
ANSI_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def main():
    sys.stdout.reconfigure(errors="replace")  # a bar must not end the run on a terminal that cannot draw it
    options = parse_options()
    notebook = nbformat.read(options.notebook, as_version=4)
    runner = Runner(notebook, options)
    status = asyncio.run(runner.run())
    if options.html:
        import page  # nbconvert takes a second to load

        page.write(notebook, options.html, title=options.notebook.stem)
        print(f"Written: {options.html}")
    if options.summary:
        print(summary.text(runner.steps, runner.process_peak_bytes, runner.seconds))
    return status


def parse_options():
    parser = argparse.ArgumentParser(prog="./tutor run", description="Runs a notebook in the terminal.")
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--html", type=Path, metavar="FILE", help="write it as a web page too")
    parser.add_argument("--summary", action="store_true", help="say at the end what RAM and time it needed")
    parser.add_argument("--timeout", type=float, metavar="S", help="give up on a cell after S seconds")
    options = parser.parse_args()
    if not options.notebook.is_file():
        parser.error(f"there is no notebook {options.notebook}")
    return options


class Runner:
    """Runs the cells one by one, and keeps of each what the summary needs."""

    def __init__(self, notebook, options):
        self.notebook = notebook
        self.client = PrintingClient(
            notebook,
            kernel_name=KERNEL,
            timeout=options.timeout,
            resources={"metadata": {"path": str(options.notebook.resolve().parent)}},
        )
        self.steps = []
        self.seconds = 0
        self.process_peak_bytes = None
        self.interrupts = 0

    async def run(self):
        """Returns the exit status."""
        started = time.monotonic()
        try:
            await self.run_cells()
            return 0
        except Exception as error:
            if self.interrupts:
                return failed(f"Stopped in {self.where()}.", status=130)
            return failed(f"{self.where()} {self.what_happened(error)}")
        finally:
            self.seconds = time.monotonic() - started

    async def run_cells(self):
        async with self.client.async_setup_kernel():
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self.interrupt)  # in place of nbclient's
            try:
                for index, cell in enumerate(self.notebook.cells):
                    await self.run_cell(cell, index)
                    if self.interrupts:  # between two cells, or in one that caught the KeyboardInterrupt
                        raise KernelInterrupted
            finally:
                self.process_peak_bytes = summary.process_peak_bytes(self.client.km.provisioner.pid)

    def interrupt(self):
        """Ctrl-C: the cell gets a KeyboardInterrupt and shows where it was; at the second one the kernel is not waited for."""
        self.interrupts += 1
        if self.interrupts == 1:
            self.interrupting = asyncio.ensure_future(self.client.km.interrupt_kernel())
        elif self.client.task_poll_for_reply:
            self.client.shutdown_kernel = "immediate"
            self.client.task_poll_for_reply.cancel()

    async def run_cell(self, cell, index):
        if cell.cell_type == "markdown":
            print_headings(cell.source)
        if cell.cell_type != "code" or not cell.source.strip() or self.is_skipped(cell):
            return
        step = summary.Step(number=len(self.steps) + 1, first_line=first_line(cell.source))
        self.steps.append(step)
        print(f"[{step.number}] {step.first_line}", flush=True)
        started = time.monotonic()
        try:
            await self.client.async_execute_cell(cell, index)
        finally:
            step.seconds = time.monotonic() - started
            step.record = self.client.last_record

    def is_skipped(self, cell):
        return self.client.skip_cells_with_tag in cell.metadata.get("tags", [])

    def where(self):
        if not self.steps:
            return "starting the kernel"
        return f"cell [{self.steps[-1].number}] ({self.steps[-1].first_line})"

    def what_happened(self, error):
        if isinstance(error, CellExecutionError):
            return f"failed: {error.ename}: {ANSI_COLOUR.sub('', error.evalue)}"
        if isinstance(error, CellTimeoutError):
            return f"took longer than {self.client.timeout:g} s."
        return f"failed: {error}."  # nbclient's DeadKernelError, or what kept a kernel from starting


class KernelInterrupted(Exception):
    """Ctrl-C came, and no cell failed of it."""


class PrintingClient(NotebookClient):
    """An nbclient that prints what a cell puts out while it runs."""

    last_record = None
    _line_is_open = False
    _footer_was_shown = False

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


def first_line(source):
    lines = [line.strip() for line in source.splitlines()]
    line = next((line for line in lines if line), "")
    return line if len(line) <= 90 else line[:89] + "…"


def print_headings(source):
    for line in source.splitlines():
        if line.startswith("#"):
            print(f"\n{line}", flush=True)


def failed(sentence, status=1):
    sys.stdout.flush()
    print(sentence[0].upper() + sentence[1:], file=sys.stderr, flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
