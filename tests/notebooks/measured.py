"""The figures that claims are made of. Each of these takes ids of cells and gives a function of a Run."""

from lesson import plain, written_like

MILLION = 1_000_000


# ---- Bytes


def peak(cell_id):
    return lambda run: run.record(cell_id)["peak_bytes"]


def kept(cell_id):
    return lambda run: run.record(cell_id)["kept_bytes"]


def compared(cell_id, label, figure="peak_bytes"):
    """A figure of one side of a %memory compare."""
    return lambda run: run.section(cell_id, label)[figure]


def each(measured, count=MILLION):
    """The part of one of them, where the cell made so many."""
    return lambda run: measured(run) / count


# ---- What must be true


def reads(text, measured):
    """Whether the measured bytes are what the text says, in its unit and with its digits."""
    return lambda run: written_like(text, measured(run)) == plain(text)


def hundreds(*measured):
    """Whether each is "a few hundred bytes"."""
    return lambda run: all(200 <= figure(run) < 1000 for figure in measured)


def shows_exact_peak(cell_id):
    """Whether the line under the cell unfolds to the exact peak."""

    def is_true(run):
        page = run.footer(cell_id)["text/html"]
        return "most while running" in page and f"{peak(cell_id)(run):,}" in page

    return is_true


def frees(cell_id, maker):
    """Whether the cell frees what the other one kept, all but crumbs, and its line names the maker."""

    def is_true(run):
        made, count = run.record(maker), run.cells[maker].execution_count
        freed = run.record(cell_id)["freed_earlier_by_cell"][str(count)]
        return 0 <= made["kept_bytes"] - freed < 1000 and f"made by [{count}]" in run.seen(cell_id)

    return is_true
