"""What 04_memory_pool.ipynb claims, and how each claim is checked. lesson.py says what the tables mean.

How many arenas come and go depends by one or two on what the kernel had begun to fill, so the lesson says "about 30".
"""

from lesson import CheckTask, Fact, Figure, Prediction, Question
from measured import MILLION, each, frees, kept, peak, reads

ABOUT_30 = range(28, 33)
NUMBERS_AN_ARENA = 32_640


# ---- What was measured


def pools(run, cell_id):
    (report,) = run.reports(cell_id)
    return report


def moved(run, cell_id):
    """What the cell before this one did to the pools."""
    return pools(run, cell_id)


def small_kept(cell_id):
    return lambda run: run.record(cell_id)["origins"]["python_small"]["kept_bytes"]


def large_kept(cell_id):
    return lambda run: run.record(cell_id)["origins"]["python_large"]["kept_bytes"]


def resident(cell_id):
    return lambda run: abs(run.record(cell_id)["resident_delta_bytes"])


def printed_number(cell_id, word):
    """The number after a word that the cell prints."""

    def measured(run):
        words = run.printed(cell_id).split()
        return int(words[words.index(word) + 1])

    return measured


def floats(word):
    """Of one of the million."""
    return each(printed_number("float-sizes", word))


def arena_bytes(run):
    report = pools(run, "the-pools")
    return report["arena_bytes"] / report["arenas"]


def fullest_class(cell_id):
    """The size of the blocks of which there are most."""
    return lambda run: max((row["blocks"], row["size_bytes"]) for row in pools(run, cell_id)["classes"])[1]


number_bytes = each(small_kept("few-kept"), 1_000)

FIGURES = [
    Figure("32 B", "numbers-explained", fullest_class("numbers-moved"), seen_in="numbers-moved"),
    Figure("1,048,576 bytes", "the-warehouse", arena_bytes),
    Figure("32 B", "the-pools-explained", fullest_class("the-pools"), seen_in="the-pools"),
    Figure("40.0 kB", "few-kept-explained", kept("few-kept"), seen_in="few-kept"),
    Figure("32 bytes", "few-kept-explained", number_bytes),
    Figure("32 kB", "few-held-explained", small_kept("few-kept")),
    Figure("40.0 kB", "two-truths", kept("few-kept"), seen_in="few-kept"),
    Figure("8 bytes", "copied-explained", each(kept("copied"), 1_000)),
    Figure("8 kB", "copied-explained", kept("copied")),
    Figure("40 kB", "copied-explained", kept("few-kept")),
    Figure("40 kB", "one-by-one-explained", each(kept("few-kept"), 1)),
    Figure("24 bytes", "asked-and-set-aside", floats("asked")),
    Figure("24 MB", "asked-and-set-aside", each(floats("asked"), 1 / MILLION)),
    Figure("24 bytes", "floats-answer", floats("asked")),
    Figure("32 bytes", "floats-answer", floats("set-aside")),
    Figure("16 bytes", "floats-explained", printed_number("steps", "step")),
    Figure("24 bytes", "floats-explained", floats("asked")),
    Figure("32 bytes", "floats-explained", floats("set-aside")),
    Figure("512 bytes", "ostrich-eggs", printed_number("steps", "largest")),
    Figure("50 MB", "ostrich-eggs", kept("photo")),
    Figure("50 MB", "photo-deleted-explained", resident("photo")),
    Figure("50 MB", "photo-deleted-explained", resident("photo-deleted")),
    Figure("24 kB", "task-hints", each(floats("asked"), 1 / 1_000)),
    Figure("8 kB", "task-hints", each(large_kept("numbers"), 1_000)),
    Figure("8 bytes", "task-hints", each(kept("copied"), 1_000)),
    Figure("512 bytes", "where-next", printed_number("steps", "largest")),
]

GIVEN = {"your-turn": ["100 kB", "20 kB"], "copied-explained": ["8 bytes"]}  # the goal; the size of a "q"


# ---- What must be true


def both(*truths):
    return lambda run: all(is_true(run) for is_true in truths)


def about_30_came(cell_id):
    return lambda run: moved(run, cell_id)["arenas_mapped"] in ABOUT_30 and moved(run, cell_id)["arenas_unmapped"] == 0


def about_30_went(cell_id):
    return lambda run: moved(run, cell_id)["arenas_unmapped"] in ABOUT_30 and moved(run, cell_id)["arenas_mapped"] == 0


def none_came(cell_id):
    return lambda run: moved(run, cell_id)["arenas_mapped"] == 0


def at_most_two_stayed(run):
    return 0 <= moved(run, "numbers-moved")["arenas_mapped"] - moved(run, "all-gone-moved")["arenas_unmapped"] <= 2


def one_large_block(run):
    return run.record("numbers")["origins"]["python_large"]["allocated_blocks"] == 1


def numbers_are_in_the_row_of_32(run):
    (row,) = [row for row in moved(run, "numbers-moved")["classes"] if row["size_bytes"] == 32]
    others = [row["blocks"] for row in moved(run, "numbers-moved")["classes"] if row["size_bytes"] != 32]
    return abs(row["blocks"] - MILLION) < 1_000 and all(abs(blocks) < 100 for blocks in others)


def a_million_in_the_row_of_32(run):
    (row,) = [row for row in pools(run, "the-pools")["classes"] if row["size_bytes"] == 32]
    return row["blocks"] >= 999_000


def rows_are_full(run):
    return sum(line.endswith("  1.00") for line in run.seen("the-pools").splitlines()) >= 5


def arena_is_64_pools(run):
    return arena_bytes(run) == 64 * 16 * 1024


def holds_about_30(run):
    held = pools(run, "few-held")["held_back"]
    run.note("of them numbers of the cell", held["pins"][0]["blocks"])
    return held["arenas"] in ABOUT_30 and (held["pins"][0]["type"], held["pins"][0]["made_by"]) == ("int", "cell")


def nearly_a_thousand(run):
    return 900 <= pools(run, "few-held")["held_back"]["pins"][0]["blocks"] < 1_000


def some_32_on_each(run):
    held = pools(run, "few-held")["held_back"]
    return 30 <= held["blocks"] / held["arenas"] <= 34 and round(NUMBERS_AN_ARENA / 1_000) == 33


def last_rows_are_nearly_empty(run):
    rows = [line for line in run.seen("few-held").splitlines() if line.endswith(" held")]
    return rows and all(row.endswith("<0.01 held") for row in rows)


def grew_by_tens_of_megabytes(run):
    page = run.footer("few-kept")["text/html"]
    return "process (RSS)" in page and run.record("few-kept")["resident_delta_bytes"] > 25 * MILLION


def about_30_megabytes_held(run):
    return 28 * MILLION < pools(run, "few-held")["held_back"]["arena_bytes"] < 34 * MILLION


def in_the_old_hollows(run):
    (row,) = [row for row in moved(run, "once-more-moved")["classes"] if row["size_bytes"] == 32]
    return row["free_blocks"] < -400_000 and "found room" in run.seen("once-more-moved")


def no_higher_than_kept(run):
    return peak("one-by-one")(run) - kept("one-by-one")(run) < 1_000


def side_by_side(run):
    """They fill three or four pools of 510 such blocks, and no more of them are taken than that."""
    rows = [row["pools"] for row in moved(run, "one-by-one-moved")["classes"] if row["size_bytes"] == 32]
    return all(taken <= 4 for taken in rows)


def shown_in_the_details(run):
    return "set aside for it" in run.footer("floats")["text/html"] and "lost to rounding" in run.seen("the-pools")


def little_is_lost(run):
    return 0 < pools(run, "the-pools")["rounding_bytes"] / pools(run, "the-pools")["used_bytes"] < 0.05


def a_quarter_stays_empty(run):
    return round(1 - floats("asked")(run) / floats("set-aside")(run), 3) == 0.25


def gives_some_back(run):
    report = pools(run, "trimmed")
    return report["resident_before_bytes"] - report["resident_after_bytes"] > MILLION


def at_most_one(run):
    return moved(run, "small-moved")["arenas_mapped"] <= 1


def lets_them_go(run):
    report = moved(run, "solved-moved")
    return report["arenas_mapped"] == 0 and report["arenas_unmapped"] > 20


def given_makes_a_million(run):
    return run.record("task-check")["origins"]["python_small"]["peak_bytes"] > 24 * MILLION


FACTS = [
    Fact("so many **arenas** came", "numbers-explained", about_30_came("numbers-moved")),
    Fact("one large block for the places of the list", "numbers-explained", one_large_block),
    Fact("look at the row of 32 B", "numbers-explained", numbers_are_in_the_row_of_32),
    Fact("64 trays stand on a pallet", "the-warehouse", arena_is_64_pools),
    Fact("full from end to end", "the-pools-explained", rows_are_full),
    Fact("You find your million numbers in the row of 32 B", "the-pools-explained", a_million_in_the_row_of_32),
    Fact("Ask for them", "the-pools-explained", lambda run: "1 MiB" in run.seen("arena-asked")),
    Fact("Nearly all of them, and at once", "all-gone-explained", about_30_went("all-gone-moved")),
    Fact("One or two may stay", "all-gone-explained", at_most_two_stayed),
    Fact("About 30 came", "few-kept-explained", lambda run: run.record("few-kept")["arenas_gained"] in ABOUT_30),
    Fact("keep about 30 arenas from going back", "few-held-explained", holds_about_30),
    Fact("Nearly a thousand numbers", "few-held-explained", nearly_a_thousand),
    Fact("are full of nearly empty trays", "few-held-explained", last_rows_are_nearly_empty),
    Fact("room for 32,640 of our numbers", "few-held-explained", rows_are_full),
    Fact("some 32 are left on each", "few-held-explained", some_32_on_each),
    Fact("an object stays where it was made", "few-held-explained", lambda run: run.printed("addresses") == "True\n"),
    Fact("some thirty megabytes more", "two-truths", about_30_megabytes_held),
    Fact("tens of megabytes more", "two-truths", grew_by_tens_of_megabytes),
    Fact("its second run found the room there already", "two-truths", none_came("few-once-more-moved")),
    Fact("No pallet came", "once-more-explained", none_came("once-more-moved")),
    Fact("in the old hollows", "once-more-explained", in_the_old_hollows),
    Fact("about 30 arenas, for one line of code", "copied-explained", about_30_went("copied-moved")),
    Fact("An array of numpy does the same", "copied-explained", about_30_went("numpy-moved")),
    Fact("they refer to the same objects", "copied-explained", lambda run: moved(run, "list-copy-moved")["arenas_unmapped"] == 0),
    Fact("No higher than what it keeps", "one-by-one-explained", no_higher_than_kept),
    Fact("no arena came", "one-by-one-explained", none_came("one-by-one-moved")),
    Fact("lie side by side", "one-by-one-explained", side_by_side),
    Fact("the system gets all of its memory back", "one-by-one-explained", none_came("process-moved")),
    Fact("so a million of them ask for", "asked-and-set-aside", lambda run: "asked for: 24 MB" in run.printed("floats")),
    Fact("16, 32, 48 and so on, up to 512", "floats-explained", lambda run: "all multiples" in run.printed("steps")),
    Fact("A quarter of it stays empty", "floats-explained", a_quarter_stays_empty),
    Fact("what was **set aside for it**", "floats-explained", shown_in_the_details),
    Fact("Over all objects little is lost", "floats-explained", little_is_lost),
    Fact("down again in the moment of the `del`", "photo-deleted-explained", frees("photo-deleted", maker="photo")),
    Fact("an array of numpy", "photo-deleted-explained", lambda run: resident("numpy-photo-deleted")(run) > 49 * MILLION),
    Fact("room of blocks that are free already", "trimmed-explained", gives_some_back),
    Fact("At most one pallet, or none at all", "small-explained", at_most_one),
    Fact("do not even fill a third of one", "small-explained", lambda run: rows_are_full(run) and 10_000 < NUMBERS_AN_ARENA / 3),
    Fact("it makes a million floats at once", "your-turn", given_makes_a_million),
    Fact("a thousand floats hold them back", "task-pallets", lambda run: run.record("task-check")["arenas_gained"] > 20),
    Fact("The first run of a better one lets them go", "task-pallets", lets_them_go),
]


# ---- What is not in the lesson


TEMPERATURE = """\
from array import array


def temperature(day, reading):
    return day % 9 + (day * 31 + reading * 17) % 1009 / 40


"""
A_DAY_AT_A_TIME = f"""{TEMPERATURE}def highest_of_days():
    highest = array("d")
    for day in range(1_000):
        highest.append(max([temperature(day, reading) for reading in range(1_000)]))
    return highest"""
KEEP_FEW = "numbers = list(range(1_000_000))\nfew = numbers[::1_000]\ndel numbers"
MOVED = "%memory pools --diff -1"

EXPERIMENTS = {
    "solution": A_DAY_AT_A_TIME,
    "solved": "highest = highest_of_days()",
    "solved-moved": MOVED,
    "float-sizes": "print('asked', floats.kept_bytes, 'set-aside', floats.set_aside_kept_bytes)",
    "steps": "def small_blocks():\n"
    "    for length in range(1, 700):\n"
    "        with xmemory.measure() as one:\n            data = bytes(length)\n"
    "        if one.origins['python_small']['kept_bytes']:\n"
    "            yield one.kept_bytes, one.set_aside_kept_bytes\n"
    "        del data\n\n"
    "small = dict(small_blocks())\n"
    "sizes = sorted(set(small.values()))\n"
    "print('step', min(b - a for a, b in zip(sizes, sizes[1:])), 'largest', max(small),\n"
    "      'all multiples' if all(asked <= size < asked + 16 and size % 16 == 0 for asked, size in small.items()) else '')",
    "addresses": "import gc\nfew = [n * 1_000 for n in range(1_000)]\nbefore = [id(n) for n in few]\n"
    "gc.collect()\nfew = list(few)\nprint(before == [id(n) for n in few])",
    "numpy": "import numpy",
    "few-again": f"highest = None\n{KEEP_FEW}",
    "few-once-more": KEEP_FEW,
    "few-once-more-moved": MOVED,
    "list-copy": "few = list(few)",
    "list-copy-moved": MOVED,
    "numpy-copy": "few = numpy.array(few)",
    "numpy-moved": MOVED,
    "process": "import subprocess, sys\n"
    'subprocess.run([sys.executable, "-c", "numbers = list(range(1_000_000)); print(len(numbers[::1_000]))"], check=True)',
    "process-moved": MOVED,
    "numpy-photo": "pixels = numpy.ones(50_000_000, dtype='uint8')",
    "numpy-photo-deleted": "del pixels",
}


# ---- Guesses, quotations, the task


QUESTIONS = [
    Question(
        "asks-guess",
        "asks-answer",
        "about 30 times",
        ("about 1,000 times", "a million times"),
        about_30_came("numbers-moved"),
    ),
    Question("all-go-guess", "all-go-answer", "nearly all", ("none", "half"), about_30_went("all-gone-moved")),
    Prediction("few-kept", "40 kB", ("under 1 kB", "40 MB"), reads("40 kB", kept("few-kept"))),
    Question("pallets-guess", "pallets-answer", "none", ("nearly all", "half"), holds_about_30),
    Prediction("one-by-one", "40 kB", ("4 MB", "40 MB"), lambda run: 38_000 < peak("one-by-one")(run) < 42_000),
    Question(
        "floats-guess",
        "floats-answer",
        "32 MB",
        ("24 MB", "64 MB"),
        lambda run: "set aside: 32 MB" in run.printed("floats"),
    ),
]

QUOTES = {
    "the-promise": "The interpreter handles the allocation and deallocation of memory, including the management of the "
    "memory pool. Understanding these concepts is crucial for optimizing memory usage."
}

GENERATORS = f"""{TEMPERATURE}def highest_of_days():
    return array("d", (max(temperature(day, reading) for reading in range(1_000)) for day in range(1_000)))"""
WITH_NUMPY = f"""import numpy
{TEMPERATURE}def highest_of_days():
    highest = numpy.empty(1_000)
    for day in range(1_000):
        highest[day] = max(temperature(day, reading) for reading in range(1_000))
    return highest"""
LIST_OF_DAYS = f"""{TEMPERATURE}def highest_of_days():
    return [max(temperature(day, reading) for reading in range(1_000)) for day in range(1_000)]"""
COPIED_LATE = f"""{TEMPERATURE}def highest_of_days():
    readings = [[temperature(day, reading) for reading in range(1_000)] for day in range(1_000)]
    return array("d", (max(of_day) for of_day in readings))"""
LOWEST = A_DAY_AT_A_TIME.replace("max", "min")
WHOLE_NUMBERS = A_DAY_AT_A_TIME.replace('array("d")', 'array("q")').replace("max(", "int(max(").replace("]))", "])))")
ONE_DAY_SHORT = A_DAY_AT_A_TIME.replace("for day in range(1_000)", "for day in range(999)")

TASKS = [
    CheckTask(
        function="task",
        check="task-check",
        hints="task-hints",
        others={
            "a day at a time": (A_DAY_AT_A_TIME, True),
            "two generators": (GENERATORS, True),
            "numpy": (WITH_NUMPY, True),
            "a list of floats": (LIST_OF_DAYS, False),
            "copied when all are there": (COPIED_LATE, False),
            "the lowest": (LOWEST, False),
            "whole numbers": (WHOLE_NUMBERS, False),
            "a day too few": (ONE_DAY_SHORT, False),
        },
    )
]
