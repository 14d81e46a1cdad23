"""What 03_data_structures.ipynb claims, and how each claim is checked. lesson.py says what the tables mean."""

from lesson import CheckTask, Fact, Figure, Prediction, Question
from measured import MILLION, compared, frees, kept, reads

HUNDRED_THOUSAND = 100_000


# ---- What was measured


def structure(name, figure):
    """A figure of one row of %memory structures."""

    def measured(run):
        (report,) = run.reports("all-structures")
        (row,) = [row for row in report["structures"] if row["name"] == name]
        return row[figure]

    return measured


def record_kept(label):
    return compared("records-compared", label, "kept_bytes")


FIGURES = [
    Figure("3.99 MB", "the-numbers-explained", kept("the-numbers"), seen_in="the-numbers"),
    Figure("8 bytes", "the-numbers-explained", lambda run: round(structure("list", "bytes")(run) / HUNDRED_THOUSAND)),
    Figure("0.8 MB", "the-numbers-explained", structure("list", "bytes")),
    Figure("4.19 MB", "as-a-set-explained", kept("as-a-set"), seen_in="as-a-set"),
    Figure("16 bytes", "as-a-set-explained", lambda run: round(kept("as-a-set")(run) / 262_144)),
    Figure("800 kB", "all-structures-explained", structure("list", "bytes"), seen_in="all-structures"),
    Figure("800 kB", "all-structures-explained", structure("tuple", "bytes"), seen_in="all-structures"),
    Figure("8 bytes", "all-structures-explained", lambda run: round(structure("tuple", "bytes")(run) / HUNDRED_THOUSAND)),
    Figure("4.19 MB", "all-structures-explained", structure("set", "bytes"), seen_in="all-structures"),
    Figure("5.24 MB", "all-structures-explained", structure("dict", "bytes"), seen_in="all-structures"),
    Figure("0.8 MB", "as-an-array-explained", kept("as-an-array")),
    Figure("8 bytes", "as-an-array-explained", lambda run: round(kept("as-an-array")(run) / HUNDRED_THOUSAND)),
    Figure("19.2 MB", "as-dicts-explained", kept("as-dicts"), seen_in="as-dicts"),
    Figure("190 bytes", "as-dicts-explained", lambda run: round(kept("as-dicts")(run) / HUNDRED_THOUSAND, -1)),
    Figure("19.2 MB", "records-compared-explained", record_kept("dicts"), seen_in="records-compared"),
    Figure("9.60 MB", "records-compared-explained", record_kept("objects"), seen_in="records-compared"),
    Figure("5.60 MB", "records-compared-explained", record_kept("objects with slots"), seen_in="records-compared"),
    Figure("6.40 MB", "records-compared-explained", record_kept("tuples"), seen_in="records-compared"),
    Figure("5.24 MB", "shrunk-explained", kept("shrunk"), seen_in="shrunk"),
    Figure("8 bytes", "where-next", lambda run: round(structure("list", "bytes")(run) / HUNDRED_THOUSAND)),
]

GIVEN = {
    "your-turn": ["15 MB"],  # the goal
}


# ---- What must be true


def times_as_much(more, less, times):
    return lambda run: round(more(run) / less(run)) == times


def set_is_much_faster(run):
    (report,) = run.reports("all-structures")
    seconds = {row["name"]: row.get("find_missing_seconds") for row in report["structures"]}
    return all(seconds["list"] > 1000 * seconds[name] for name in ("set", "frozenset", "dict"))


def printed_ratio(run):
    words = run.printed("lookup-measured").split()
    return int(words[words.index("about") + 1].replace(",", "")) >= 1000


def first_is_fast(run):
    return all(
        structure(name, "find_first_seconds")(run) * 1000 < structure(name, "find_missing_seconds")(run)
        for name in ("list", "tuple", "deque")
    )


def array_alone_holds_its_numbers(run):
    (report,) = run.reports("all-structures")
    rows = [row for row in report["structures"] if row["name"] != "numpy"]
    return [row["name"] for row in rows if row["with_items_bytes"] == row["bytes"]] == ["array"]


def ten_are_few(run):
    return all(compared("ten-compared", label)(run) < 1000 for label in ("list", "set"))


def keeps_twice_what_it_needs(run):
    return kept("task-check")(run) > 2 * kept("slim-readings")(run)


def list_gives_places_back(run):
    return kept("shortened-list")(run) < 10_000


def fields_of_other_kinds(run):
    return "must be integers or slices, not str" in run.printed("tuple-by-name") and (
        "object is not subscriptable" in run.printed("object-by-name")
    )


def free_places(run):
    """A set grows before three fifths of its places are taken, and this one has 262,144 of 16 bytes, and itself."""
    return kept("as-a-set")(run) - 262_144 * 16 < 1000 and run.value("set-grows") == "True"


LIST_PLACES = structure("list", "bytes")

FACTS = [
    Fact("five times as much as the places", "as-a-set-explained", times_as_much(kept("as-a-set"), LIST_PLACES, 5)),
    Fact("at least two fifths of its places are free", "as-a-set-explained", free_places),
    Fact("it has 262,144 places", "as-a-set-explained", free_places),
    Fact("So the article's example is the wrong way round", "as-a-set-explained", lambda run: kept("as-a-set")(run) > LIST_PLACES(run)),
    Fact("Right! The attendant goes straight", "lookup-answer", printed_ratio),
    Fact("thousands of times as small", "all-structures-explained", set_is_much_faster),
    Fact("when they find it at the first place", "all-structures-explained", first_is_fast),
    Fact("the **array**", "only-numbers", array_alone_holds_its_numbers),
    Fact("took five times as much", "as-an-array-explained", times_as_much(kept("the-numbers"), kept("as-an-array"), 5)),
    Fact("There are smaller kinds, too", "as-an-array-explained", lambda run: kept("small-array")(run) < 110_000),
    Fact("Arrays of **numpy** work in the same way", "as-an-array-explained", lambda run: 0 <= kept("numpy-array")(run) - 800_000 < 1000),
    Fact("half of it", "records-compared-explained", times_as_much(record_kept("dicts"), record_kept("objects"), 2)),
    Fact("A `namedtuple` gives them names", "records-compared-explained", lambda run: run.value("named") == "(1, 2)"),
    Fact("When an entry goes, its place stays", "shrunk-explained", lambda run: kept("shrunk")(run) > 5 * MILLION),
    Fact("A set does the same", "shrunk-explained", lambda run: kept("shrunk-set")(run) > 4 * MILLION),
    Fact("A list does give places back", "shrunk-explained", list_gives_places_back),
    Fact("The old room is freed", "moved-explained", frees("moved", maker="shrunk")),
    Fact("`visits.clear()` would also let the room go", "moved-explained", lambda run: kept("cleared")(run) < 1000),
    Fact("A few hundred bytes", "ten-explained", ten_are_few),
    Fact("It keeps more than twice as much as it needs", "your-turn", keeps_twice_what_it_needs),
    Fact("object is not subscriptable", "task-hints", fields_of_other_kinds),
    Fact("needs even less", "task-hints", lambda run: kept("array-readings")(run) < kept("slim-readings")(run) / 3),
    Fact("in a fifth of the memory", "where-next", times_as_much(kept("the-numbers"), kept("as-an-array"), 5)),
]

SLIM = """\
class Reading:
    __slots__ = ("time", "place", "value")

    def __init__(self, time, place, value):
        self.time, self.place, self.value = time, place, value

"""

EXPERIMENTS = {
    "set-grows": "import sys\n"
    "grown, sizes, fullest = set(), [sys.getsizeof(set())], 0\n"
    "for n in range(50_000):\n"
    "    before = sys.getsizeof(grown)\n"
    "    grown.add(n)\n"
    "    places = 8 if sys.getsizeof(grown) == sizes[0] else (sys.getsizeof(grown) - sizes[0]) // 16\n"
    "    fullest = max(fullest, len(grown) / places)\n"
    "fullest <= 0.6 + 1e-3 or fullest",
    "small-array": 'little = array("b", bytes(100_000))',
    "import-numpy": "import numpy",
    "numpy-array": "in_numpy = numpy.arange(100_000)",
    "named": "from collections import namedtuple\nPair = namedtuple('Pair', 'time value')\npair = Pair(1, 2)\n(pair.time, pair.value)",
    "shrunk-set": "less = set(numbers)\nfor n in numbers[10:]:\n    less.discard(n)",
    "shortened-list": "shorter = [None] * 100_000\nwhile len(shorter) > 10:\n    shorter.pop()",
    "cleared": "emptied = {n: n for n in numbers}\nemptied.clear()",
    "slim-readings": SLIM + "slim = [Reading(time, time % 7, time * 0.5) for time in range(100_000)]",
    "array-readings": 'in_arrays = array("i", range(100_000)), array("b", [n % 7 for n in numbers]), array("d", [n * 0.5 for n in numbers])',
    "tuple-by-name": "try:\n    tuple(range(3))['time']\nexcept TypeError as error:\n    print(error)",
    "object-by-name": "try:\n    slim[0]['time']\nexcept TypeError as error:\n    print(error)",
}


# ---- Guesses, quotations, the task


QUESTIONS = [
    Prediction("as-a-set", "4 MB", ("0.8 MB", "20 MB"), reads("4 MB", kept("as-a-set"))),
    Question("lookup-guess", "lookup-answer", "1000 times and more", ("not faster", "10 times"), set_is_much_faster),
    Prediction("as-an-array", "0.8 MB", ("0.1 MB", "4 MB"), reads("0.8 MB", kept("as-an-array"))),
    Prediction("as-dicts", "20 MB", ("2 MB", "200 MB"), lambda run: 15 * MILLION < kept("as-dicts")(run) < 25 * MILLION),
    Prediction("shrunk", "5 MB", ("1 kB", "50 kB"), reads("5 MB", kept("shrunk"))),
]

QUOTES = {
    "the-promise": "Choosing the right data structure can have a significant impact on memory usage. For example, using sets or "
    "dictionaries for lookups instead of lists can be more memory-efficient.",
}
TITLES = {"where-next-parts": ["Tools for Memory Profiling"]}

LOOK_UP = """
def value_at(readings, time):
    for reading in readings:
        if reading{time} == time:
            return reading{value}


def place_at(readings, time):
    for reading in readings:
        if reading{time} == time:
            return reading{place}
"""
BY_NAME = LOOK_UP.format(time=".time", value=".value", place=".place")
TUPLES = """\
def load(n):
    return [(time, time % 7, time * 0.5) for time in range(n)]

""" + LOOK_UP.format(time="[0]", value="[2]", place="[1]")
PLAIN_CLASS = (
    SLIM.replace('    __slots__ = ("time", "place", "value")\n\n', "")
    + "def load(n):\n    return [Reading(time, time % 7, time * 0.5) for time in range(n)]\n\n"
    + BY_NAME
)
ARRAYS = """\
from array import array

def load(n):
    return array("b", (time % 7 for time in range(n))), array("d", (time * 0.5 for time in range(n)))

def value_at(readings, time):
    return readings[1][time]

def place_at(readings, time):
    return readings[0][time]
"""
FEWER = TUPLES.replace("range(n)", "range(n // 2)")
LARGER_TOO = TUPLES.replace("time * 0.5)", "time * 0.5, {})")

TASKS = [
    CheckTask(
        function="task",
        check="task-check",
        hints="task-hints",
        others={
            "tuples": (TUPLES, True),
            "arrays": (ARRAYS, True),
            "a class without slots": (PLAIN_CLASS, False),
            "half of the readings": (FEWER, False),
            "tuples with an empty dict each": (LARGER_TOO, False),
        },
    )
]
