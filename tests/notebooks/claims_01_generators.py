"""What 01_generators.ipynb claims, and how each claim is checked. lesson.py says what the tables mean."""

from lesson import Fact, Figure, Question, Task

MILLION = 1_000_000


def peak(cell_id):
    return lambda run: run.record(cell_id)["peak_bytes"]


def kept(cell_id):
    return lambda run: run.record(cell_id)["kept_bytes"]


def of_origin(cell_id, origin, figure):
    return lambda run: run.record(cell_id)["origins"][origin][figure]


def section(cell_id, label, figure="peak_bytes"):
    return lambda run: run.section(cell_id, label)[figure]


def spare_places(run):
    """What a list that grew has beyond one that was made at its full length."""
    return run.record("list-sum")["peak_bytes"] - run.record("list-parts")["kept_bytes"]


def hundreds(*measured):
    """Whether these are "a few hundred bytes"."""
    return lambda run: all(200 <= figure(run) < 1000 for figure in measured)


places = of_origin("list-parts", "python_large", "kept_bytes")
numbers = of_origin("list-parts", "python_small", "kept_bytes")
compared_list, compared_generator = section("both-compared", "list"), section("both-compared", "generator")
allocated_by_generator = section("both-compared", "generator", "allocated_bytes")

FIGURES = [
    Figure("40.4 MB", "list-explained", peak("list-sum"), seen_in="list-sum"),
    Figure("40 MB", "list-answer", peak("list-sum")),
    Figure("8 MB", "list-answer", places),
    Figure("8 bytes", "list-parts-explained", lambda run: places(run) / MILLION),
    Figure("8 MB", "list-parts-explained", places, seen_in="list-parts"),
    Figure("32 bytes", "list-parts-explained", lambda run: numbers(run) / MILLION),
    Figure("32 MB", "list-parts-explained", numbers, seen_in="list-parts"),
    Figure("40.0 MB", "list-parts-explained", kept("list-parts"), seen_in="list-parts"),
    Figure("40.4 MB", "list-parts-explained", peak("list-sum"), seen_in="list-sum"),
    Figure("0.4 MB", "list-parts-explained", spare_places),
    Figure("40.4 MB", "both-compared-explained", compared_list, seen_in="both-compared"),
    Figure("32.0 MB", "both-compared-explained", allocated_by_generator, seen_in="both-compared"),
    Figure("32 bytes", "both-compared-explained", lambda run: allocated_by_generator(run) / MILLION),
    Figure("108 MB", "both-compared-explained", section("both-compared", "list", "allocated_bytes"), seen_in="both-compared"),
    Figure("40 MB", "sorted-answer", section("collectors-compared", "sorted list")),
    Figure("40.4 MB", "collectors-explained", section("collectors-compared", "sorted list"), seen_in="collectors-compared"),
    Figure("69.2 MB", "collectors-explained", section("collectors-compared", "text"), seen_in="collectors-compared"),
    Figure("40.4 MB", "rule", kept("list-of-generator"), seen_in="list-of-generator"),
    Figure("8 bytes", "ten-answer", lambda run: places(run) / MILLION),
]

GIVEN = {
    "about-the-footer": ["1 MB"],  # defines the unit, after the choices
    "list-answer": ["400 MB"],
    "generator-answer": ["40 MB", "8 MB", "1 kB"],
    "sorted-answer": ["1 kB", "8 MB"],
    "your-turn": ["10,000 bytes"],
    "ten-explained": ["10,000 bytes"],
}

FACTS = [
    Fact("**kept** nothing", "", None),
]
