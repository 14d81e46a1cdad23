"""A notebook run on the kernel, to be asked what came of it. What is asked is noted, so that a claim can be shown with the
figures it was judged by."""

from contextlib import contextmanager
from copy import deepcopy

from interruptible_client import InterruptibleClient
from lesson import FOLDER, plain

KERNEL = "xmemory"
REPORT = "application/vnd.xmemory.report+json"
NOTED_CHARACTERS = 70


class Run:
    """A notebook run to its end in a kernel of its own. An error in a cell stops it with nbclient's exception, unless the cell
    is tagged raises-exception."""

    def __init__(self, notebook):
        self.notebook = deepcopy(notebook)
        self.cells = {cell.id: cell for cell in self.notebook.cells}
        self.records = {}
        self._notes = None
        InterruptibleClient(
            self.notebook,
            kernel_name=KERNEL,
            timeout=120,
            coalesce_streams=True,
            resources={"metadata": {"path": str(FOLDER)}},
            on_cell_executed=self._keep_record,
        ).run()

    def _keep_record(self, cell, cell_index, execute_reply):
        self.records[cell.id] = execute_reply["metadata"].get("xmemory")

    # What it was asked

    @contextmanager
    def noting(self):
        """Gives a list that fills with what is read of the run: "list-sum peak_bytes 40,448,360"."""
        outer, self._notes = self._notes, []
        try:
            yield self._notes
        finally:
            self._notes = outer

    def note(self, where, value):
        if self._notes is None:
            return
        words = number(value) if type(value) in (int, float) else shortened(str(value))
        if f"{where} {words}" not in self._notes:
            self._notes.append(f"{where} {words}")

    def note_result(self, count):
        """What was reckoned from the figures read, unless it is the very one that was read."""
        if self._notes and not (len(self._notes) == 1 and self._notes[0].endswith(f" {number(count)}")):
            self.note("so it is", count)

    # What a cell is, and what came of it

    def source(self, cell_id):
        text = self.cells[cell_id].source
        self.note(f"{cell_id} is", text)
        return text

    def record(self, cell_id):
        return Noted(self.records[cell_id], cell_id, self.note)

    def bundles(self, cell_id):
        """The MIME bundles of a cell's outputs."""
        return [output.data for output in self.cells[cell_id].outputs if "data" in output]

    def reports(self, cell_id):
        """What the tutor published in a cell as data, footers left out."""
        return [Noted(report, cell_id, self.note) for report in self._reports(cell_id)]

    def _reports(self, cell_id):
        found = [bundle[REPORT] for bundle in self.bundles(cell_id) if REPORT in bundle]
        return [report for report in found if report["kind"] != "footer"]

    def footer(self, cell_id):
        """The bundle of the line under a cell."""
        (footer,) = [bundle for bundle in self.bundles(cell_id) if bundle.get(REPORT, {}).get("kind") == "footer"]
        self.note(f"{cell_id} shows", footer["text/plain"])
        return footer

    def section(self, cell_id, label):
        """One side of a comparison."""
        (report,) = self._reports(cell_id)
        (section,) = [section for section in report["sections"] if section["label"] == label]
        return Noted(section, f"{cell_id} {label}", self.note)

    def value(self, cell_id):
        """What the cell's last expression gave, as text."""
        (output,) = [output for output in self.cells[cell_id].outputs if output.output_type == "execute_result"]
        self.note(f"{cell_id} gives", output.data["text/plain"])
        return output.data["text/plain"]

    def error(self, cell_id):
        """What a cell tagged raises-exception failed with, as (name, words); None where it did not fail."""
        errors = [output for output in self.cells[cell_id].outputs if output.output_type == "error"]
        if errors:
            self.note(f"{cell_id} fails:", f"{errors[0].ename}: {errors[0].evalue}")
        return (errors[0].ename, errors[0].evalue) if errors else None

    def printed(self, cell_id, name="stdout"):
        text = self._printed(cell_id, name)
        self.note(f"{cell_id} prints", text)
        return text

    def _printed(self, cell_id, name="stdout"):
        outputs = self.cells[cell_id].outputs
        return "".join(output.text for output in outputs if output.output_type == "stream" and output.name == name)

    def seen(self, cell_id):
        """All that a cell shows, as text."""
        shown = [self._printed(cell_id), *(bundle.get("text/plain", "") for bundle in self.bundles(cell_id))]
        text = plain("\n".join(part for part in shown if part))
        self.note(f"{cell_id} shows", text)
        return text


class Noted(dict):
    """Data of the kernel that notes the figures read from it by their keys."""

    def __init__(self, data, where, note):
        super().__init__(data)
        self.where, self.note = where, note

    def __getitem__(self, key):
        return self._noted(key, super().__getitem__(key))

    def get(self, key, default=None):
        return self[key] if key in self else default

    def _noted(self, key, value):
        where = f"{self.where} {key}"
        if isinstance(value, dict):
            return Noted(value, where, self.note)
        if isinstance(value, list):
            return [self._noted(f"{key} {index}", item) for index, item in enumerate(value)]
        self.note(where, value)
        return value


def number(value):
    return f"{value:,.2f}" if isinstance(value, float) and not value.is_integer() else f"{value:,.0f}"


def shortened(text):
    line = " ".join(text.split())
    return f'"{line}"' if len(line) <= NOTED_CHARACTERS else f'"{line[:NOTED_CHARACTERS]}…"'
