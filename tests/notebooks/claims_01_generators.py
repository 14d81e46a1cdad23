"""What 01_generators.ipynb claims, and how each claim is checked. lesson.py says what the tables mean."""

from lesson import CheckTask, Fact, Figure, Prediction, Question
from measured import MILLION, compared, each, frees, hundreds, kept, peak, reads, shows_exact_peak


# ---- What was measured


def places(run):
    return run.record("list-parts")["origins"]["python_large"]["kept_bytes"]


def numbers(run):
    return run.record("list-parts")["origins"]["python_small"]["kept_bytes"]


def spare_places(run):
    """What a list that grew has beyond one that was made at its full length."""
    return peak("list-sum")(run) - kept("list-parts")(run)


allocated_with_list = compared("both-compared", "list", "allocated_bytes")
allocated_with_generator = compared("both-compared", "generator", "allocated_bytes")
generator_peak = compared("both-compared", "generator")
sorted_peak = compared("collectors-compared", "sorted list")
text_peak = compared("collectors-compared", "text")
first_item_of_list = compared("first-compared", "[n * n for n in range(1_000_000)]", "first_item_peak_bytes")
first_item_of_generator = compared("first-compared", "(n * n for n in range(1_000_000))", "first_item_peak_bytes")
ten_list, ten_generator = compared("ten-compared", "list"), compared("ten-compared", "generator")

FIGURES = [
    Figure("40 MB", "where-from", peak("list-sum")),
    Figure("8 MB", "where-from", places),
    Figure("8 bytes", "list-parts-explained", each(places)),
    Figure("8 MB", "list-parts-explained", places, seen_in="list-parts"),
    Figure("32 bytes", "list-parts-explained", each(numbers)),
    Figure("32 MB", "list-parts-explained", numbers, seen_in="list-parts"),
    Figure("40.0 MB", "list-parts-explained", kept("list-parts"), seen_in="list-parts"),
    Figure("40.4 MB", "list-parts-explained", peak("list-sum"), seen_in="list-sum"),
    Figure("0.4 MB", "list-parts-explained", spare_places),
    Figure("8 MB", "generator-explained", places),
    Figure("40.4 MB", "first-explained", first_item_of_list, seen_in="first-compared"),
    Figure("40.4 MB", "both-compared-explained", compared("both-compared", "list"), seen_in="both-compared"),
    Figure("32.0 MB", "both-compared-explained", allocated_with_generator, seen_in="both-compared"),
    Figure("32 bytes", "both-compared-explained", each(allocated_with_generator)),
    Figure("108 MB", "both-compared-explained", allocated_with_list, seen_in="both-compared"),
    Figure("40 MB", "sorted-explained", peak("sorted-squares")),
    Figure("40.4 MB", "collectors-explained", sorted_peak, seen_in="collectors-compared"),
    Figure("40.4 MB", "collectors-explained", peak("list-sum"), seen_in="list-sum"),
    Figure("69.2 MB", "collectors-explained", text_peak, seen_in="collectors-compared"),
    Figure("40.4 MB", "rule", kept("list-of-generator"), seen_in="list-of-generator"),
    Figure("8 bytes", "ten-answer", each(places)),
]

GIVEN = {
    "the-promise": ["1 MB"],  # what the unit means
    "your-turn": ["10 kB", "1 kB"],  # the goal, and what the unit means
}


# ---- What must be true


def all_sections(run, cell_id, figure):
    return [section[figure] for section in run.reports(cell_id)[0]["sections"]]


def left_over_is_found(run):
    first = run.reports("left-over")[0]["cells"][0]
    return first["cell"] == run.cells["list-of-generator"].execution_count and first["in_use_bytes"] > 40 * MILLION


def left_over_is_gone(run):
    return all(row["in_use_bytes"] < MILLION for row in run.reports("overview-after-deletion")[0]["cells"])


def ten_are_nearly_the_same(run):
    return 0.7 < ten_list(run) / ten_generator(run) < 1.4


def only_the_number_was_changed(run):
    return ARTICLE_GENERATOR.replace("10", "1_000_000") in run.source("both-functions")


def both_keep_nothing(run):
    return not any(all_sections(run, "both-compared", "kept_bytes"))


def list_kept_moving(run):
    return run.section("both-compared", "list")["origins"]["python_large"]["allocated_blocks"] > 50


def footer_is_silent(run):
    return "while running" not in run.footer("generator-sum")["text/plain"]


def peaks_of_sizes(run, label):
    return [size["peak_bytes"] for size in run.section("sizes-compared", label)["runs"]]


def list_grows_tenfold(run):
    peaks = peaks_of_sizes(run, "list")
    return len(peaks) == 4 and all(9.5 < more / less < 10.5 for less, more in zip(peaks, peaks[1:]))


def generator_does_not_grow(run):
    peaks = peaks_of_sizes(run, "generator")
    return len(peaks) == 4 and len(set(peaks)) == 1 and 200 <= peaks[0] < 1000


def list_is_full_at_first(run):
    return first_item_of_list(run) == peak("list-sum")(run)


def kept_its_peak(run):
    return peak("list-parts")(run) - kept("list-parts")(run) < 1000


def no_len(run):
    return "object of type 'generator' has no len()" in run.printed("length-of-a-generator")


def second_sum_is_zero(run):
    return "second sum: 0\n" in run.printed("twice-summed")


def is_like_the_first_list(run):
    return abs(kept("list-of-generator")(run) - peak("list-sum")(run)) < 1000


def takers_stay_small(run):
    return all(peak < 1000 for peak in all_sections(run, "takers", "peak_bytes"))


def collectors_do_not(run):
    return all(peak > 40 * MILLION for peak in all_sections(run, "collectors", "peak_bytes"))


FACTS = [
    Fact("such a line under each cell", "about-the-footer", lambda run: all(run.footer(cell) for cell in run.records)),
    Fact("Click on it when you want the exact figures", "about-the-footer", shows_exact_peak("list-sum")),
    Fact("it kept next to nothing", "list-explained", lambda run: kept("list-sum")(run) < 100),
    Fact("Here that is only the sum", "list-explained", lambda run: kept("list-sum")(run) == 32),
    Fact("the cell **kept** its memory", "list-parts-explained", kept_its_peak),
    Fact("which memory was freed", "list-deleted-explained", frees("list-deleted", maker="list-parts")),
    Fact("The same result", "generator-explained", lambda run: run.value("list-sum") == run.value("generator-sum")),
    Fact("no peak worth naming: a few hundred bytes", "generator-explained", hundreds(peak("generator-sum"))),
    Fact("The last line is silent about peaks", "generator-explained", footer_is_silent),
    Fact("under *most while running*", "generator-explained", shows_exact_peak("generator-sum")),
    Fact("the peak does not grow with the numbers", "generator-explained", generator_does_not_grow),
    Fact("about ten times as much in a list", "sizes-explained", list_grows_tenfold),
    Fact("the same few hundred bytes every time", "sizes-explained", generator_does_not_grow),
    Fact("The generator has made one, for a few hundred bytes", "first-explained", hundreds(first_item_of_generator)),
    Fact("all its squares before it hands over the first", "first-explained", list_is_full_at_first),
    Fact("for three numbers in the end", "sorted-explained", lambda run: run.value("sorted-squares") == "[0, 1, 4]"),
    Fact("with one change", "as-a-function", only_the_number_was_changed),
    Fact("a few hundred bytes for the generator", "both-compared-explained", hundreds(generator_peak)),
    Fact("**kept**: nothing, for both", "both-compared-explained", both_keep_nothing),
    Fact("it outgrew its room again and again", "both-compared-explained", list_kept_moving),
    Fact("it does not complain", "twice-explained", second_sum_is_zero),
    Fact("makes a fresh one", "twice-explained", lambda run: run.value("two-calls") == "(499999500000, 499999500000)"),
    Fact("`squares[5]`", "twice-explained", lambda run: "is not subscriptable" in run.printed("index-of-a-generator")),
    Fact("`len(squares)`", "twice-explained", no_len),
    Fact("only one of them stayed small", "collectors-explained", hundreds(compared("collectors-compared", "sum"))),
    Fact("It is a list like any other", "rule", is_like_the_first_list),
    Fact("`for`, `sum`, `min`, `max`, `any`, `all`", "rule", takers_stay_small),
    Fact('`list`, `sorted`, `"".join`', "rule", collectors_do_not),
    Fact("A few hundred bytes each", "ten-explained", hundreds(ten_list, ten_generator)),
    Fact("nearly the same", "ten-answer", ten_are_nearly_the_same),
    Fact("It takes much more memory than it needs", "your-turn", lambda run: peak("task-check")(run) > 8 * MILLION),
    Fact("has no len()", "task-hints", no_len),
    Fact("The first row has the answer", "where-next-parts", left_over_is_found),
    Fact("the megabytes are gone", "where-next-parts", left_over_is_gone),
]


def complaint(expression):
    return f"squares = {NUMBERS}\ntry:\n    {expression}\nexcept TypeError as error:\n    print(error)"


NUMBERS = "(n * n for n in range(1_000_000))"
EXPERIMENTS = {
    "deletion": "del squares",
    "overview-after-deletion": "%memory",
    "two-calls": "def my_generator():\n    yield from range(1_000_000)\n\nsum(my_generator()), sum(my_generator())",
    "index-of-a-generator": complaint("squares[5]"),
    "length-of-a-generator": complaint("len(squares)"),
    "takers": "%%memory compare\n"
    f"## for\nfor value in {NUMBERS}:\n    pass\n"
    f"## min\nmin{NUMBERS}\n## max\nmax{NUMBERS}\n"
    f"## any\nany(n < 0 for n in {NUMBERS})\n## all\nall(n >= 0 for n in {NUMBERS})",
    "collectors": f"%%memory compare\n## list\nlist{NUMBERS}\n## sorted\nsorted{NUMBERS}",
}


# ---- Guesses, quotations, the task


QUESTIONS = [
    Prediction("list-sum", "40 MB", ("8 MB", "400 MB"), reads("40 MB", peak("list-sum"))),
    Prediction("generator-sum", "under 1 kB", ("8 MB", "40 MB"), hundreds(peak("generator-sum"))),
    Question("twice-guess", "twice-answer", "zero", ("the same", "an error"), second_sum_is_zero),
    Prediction("sorted-squares", "40 MB", ("under 1 kB", "8 MB"), reads("40 MB", peak("sorted-squares"))),
    Question("ten-guess", "ten-answer", "neither", ("list", "generator"), ten_are_nearly_the_same),
]

QUOTES = {
    "the-promise": "Generators are a great way to iterate over data without creating a large memory footprint. "
    "They allow you to declare a function that behaves like an iterator.",
    "where-next-parts": "using sets or dictionaries for lookups instead of lists can be more memory-efficient",
}
TITLES = {"where-next-parts": ["Managing Object Lifecycles", "Efficient Data Structures", "Tools for Memory Profiling"]}

ARTICLE_GENERATOR = """\
def my_generator():
    for i in range(10):
        yield i
"""
ARTICLE_CODE = {
    "ten-article": f"""\
# Python code to use a generator
{ARTICLE_GENERATOR}
for value in my_generator():
    print(value)"""
}

WITH_YIELD = """\
def log(n):
    for i in range(n):
        yield f"{i} error" if i % 7 == 0 else f"{i} fine"

def count_errors(n):
    count = 0
    for line in log(n):
        count += line.endswith("error")
    return count"""
ONE_LIST_LEFT = """\
def count_errors(n):
    lines = (f"{i} error" if i % 7 == 0 else f"{i} fine" for i in range(n))
    return len([line for line in lines if line.endswith("error")])"""

TASKS = [
    CheckTask(
        function="task",
        check="task-check",
        hints="task-hints",
        others={
            "with yield": (WITH_YIELD, True),
            "one list left": (ONE_LIST_LEFT, False),
            "another answer": ("def count_errors(n):\n    return 0", False),
            "forgotten return": ("def count_errors(n):\n    pass", False),
        },
    )
]
