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

from notebook_format import nbformat  # before anything else that loads it

from nbclient.exceptions import CellExecutionError, CellTimeoutError

import summary
from printing_client import ANSI_COLOUR, PrintingClient

KERNEL = "xmemory"
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
HEADING = re.compile(r"#{1,6}\s")


def main():
    sys.stdout.reconfigure(errors="replace")  # a bar must not end the run on a terminal that cannot draw it
    options = parse_options()
    try:
        notebook = nbformat.read(options.notebook, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, OSError) as error:
        return failed(f"{options.notebook} cannot be read as a notebook: {str(error).splitlines()[0]}")
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
            coalesce_streams=True,
            resources={"metadata": {"path": str(options.notebook.resolve().parent)}},
        )
        self.client.before_start = self.take_signals
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
            try:
                for index, cell in enumerate(self.notebook.cells):
                    if self.interrupts:  # before the first cell, between two, or in one that caught the KeyboardInterrupt
                        raise Interrupted
                    await self.run_cell(cell, index)
            finally:
                self.process_peak_bytes = summary.process_peak_bytes(self.client.km.provisioner.pid)

    def take_signals(self):
        """In place of nbclient's handlers, which end the kernel without a word."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self.interrupt)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.stop)

    def interrupt(self):
        """Ctrl-C: the cell gets a KeyboardInterrupt and shows where it was; at the second one the kernel is not waited for."""
        if self.interrupts:
            return self.stop()
        self.interrupts += 1
        if self.steps:
            self.interrupting = asyncio.ensure_future(self.client.km.interrupt_kernel())

    def stop(self):
        self.interrupts += 1
        self.client.shutdown_kernel = "immediate"
        if self.client.task_poll_for_reply:
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
            return "the start of the kernel"
        return f"cell [{self.steps[-1].number}] ({self.steps[-1].first_line})"

    def what_happened(self, error):
        if isinstance(error, CellExecutionError):
            return f"failed: {error.ename}: {ANSI_COLOUR.sub('', error.evalue)}"
        if isinstance(error, CellTimeoutError):
            return f"took longer than {self.client.timeout:g} s."
        return f"failed: {str(error) or type(error).__name__}."  # nbclient's DeadKernelError, or what kept a kernel from starting


class Interrupted(Exception):
    """Ctrl-C came, and no cell failed of it."""


def first_line(source):
    lines = [line.strip() for line in source.splitlines()]
    line = next((line for line in lines if line), "")
    return line if len(line) <= 90 else line[:89] + "…"


def print_headings(source):
    for heading in headings_of(source):
        print(f"\n{heading}", flush=True)


def headings_of(markdown):
    """Lines with # before them, unless they stand in code between fences (``` or ~~~)."""
    fence = None
    for line in markdown.splitlines():
        mark = FENCE.match(line)
        if fence is None and mark:
            fence = mark[1]
        elif fence is not None:
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
                fence = None
        elif HEADING.match(line):
            yield line


def failed(sentence, status=1):
    sys.stdout.flush()
    print(sentence[0].upper() + sentence[1:], file=sys.stderr, flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
