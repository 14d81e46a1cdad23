"""What 00_start_here.ipynb claims, and how each claim is checked. lesson.py says what the tables mean."""

from lesson import Fact, Figure, Prediction
from measured import MILLION, each, frees, kept, peak, reads, shows_exact_peak

FIGURES = [
    Figure("1.00 MB", "letters-explained", kept("letters"), seen_in="letters"),
    Figure("4 MB", "one-emoji-explained", kept("one-emoji")),
    Figure("4 bytes", "one-emoji-explained", each(kept("one-emoji"))),
    Figure("8 bytes", "needed-explained", each(peak("needed"))),
    Figure("8 MB", "needed-explained", peak("needed")),
]
GIVEN = {"letters-explained": ["1 MB"]}  # what the unit means


def four_times(run):
    return 3.99 < kept("one-emoji")(run) / kept("letters")(run) < 4.01


def each_line_begins_so(run):
    cells = [cell for cell in run.records if cell != "switch-on"]
    return all(run.footer(cell)["text/plain"].startswith("Memory: ") for cell in cells)


FACTS = [
    Fact("the one that begins with **Memory**", "about-the-footer", each_line_begins_so),
    Fact("1 byte for each letter", "letters-explained", lambda run: round(kept("letters")(run) / MILLION) == 1),
    Fact("four times as much", "one-emoji-explained", four_times),
    Fact("`len` does not show it", "one-emoji-explained", lambda run: run.value("lengths") == "(1000000, 1000001)"),
    Fact("**Freed** is what went back", "deleted-explained", frees("deleted", maker="one-emoji")),
    Fact("**Needed while running**", "needed-explained", lambda run: "while running" in run.seen("needed")),
    Fact("Python gave its memory back", "needed-explained", lambda run: kept("needed")(run) < 100),
    Fact("unfolds to the exact figures", "needed-explained", shows_exact_peak("needed")),
    Fact("All the other commands are listed", "needed-explained", lambda run: "%memory compare" in run.seen("help")),
]

EXPERIMENTS = {"lengths": 'len(text), len(text + "😀")'}

QUESTIONS = [Prediction("one-emoji", "4 MB", ("1 MB", "2 MB"), reads("4 MB", peak("one-emoji")))]
