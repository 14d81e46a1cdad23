"""Ratios of times that were measured in turn: their median, and between what the middle half of them lies."""

import statistics
from dataclasses import asdict, dataclass
from math import exp, log


@dataclass
class Ratio:
    median: float
    low: float  # a quarter of the rounds lies below,
    high: float  # and a quarter above

    def as_dict(self):
        return asdict(self)


def ratio(these, those):
    """Of two lists of which an index is one round: each round's ratio, so that what slows a whole round slows neither."""
    if len(these) != len(those) or not these:
        raise ValueError(f"{len(these)} and {len(those)} rounds do not belong together")
    each = [this / that for this, that in zip(these, those)]
    return Ratio(statistics.median(each), *quartiles(each))


def quartiles(values):
    if len(values) == 1:
        return values[0], values[0]
    first, _, third = statistics.quantiles(values, n=4, method="inclusive")
    return first, third


def by_row(seconds, these, those):
    """Ratios by row. seconds: kind → row → list. Rows that one of them lacks are left out."""
    rows = seconds.get(these, {})
    return {row: ratio(rows[row], seconds[those][row]) for row in rows if seconds.get(those, {}).get(row) and rows[row]}


def geometric_mean(values):
    values = list(values)
    return exp(sum(map(log, values)) / len(values))
