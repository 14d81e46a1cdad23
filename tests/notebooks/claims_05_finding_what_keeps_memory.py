"""What 05_finding_what_keeps_memory.ipynb claims, and how each claim is checked. lesson.py says what the tables mean."""

from lesson import CheckTask, Fact, Figure, Prediction, Question
from measured import MILLION, each, kept, peak, reads

STEPS = ("case-log", "case-rows", "case-groups", "case-highest")
DAYS = ("cache-day-one", "cache-day-two", "cache-day-three")


# ---- What was measured


def freed(cell_id, maker=None):
    """What a cell freed of earlier cells, or of one of them."""

    def measured(run):
        if not maker:
            return run.record(cell_id)["freed_earlier_bytes"]
        freed_bytes = run.record(cell_id)["freed_earlier_by_cell"].get(number(run, maker), 0)
        run.note(f"{cell_id} freed of {maker}", freed_bytes)
        return freed_bytes

    return measured


def number(run, cell_id):
    return str(run.cells[cell_id].execution_count)


def in_use(maker, seen_in):
    """What a %memory cells says is still in use of what a cell made."""

    def measured(run):
        rows = run.reports(seen_in)[0]["cells"]
        (row,) = [row for row in rows if str(row["cell"]) == number(run, maker)]
        return row["still_in_use_bytes"]

    return measured


def steps_kept(run):
    return sum(kept(step)(run) for step in STEPS)


def printed_number(cell_id):
    return lambda run: int("".join(sign for sign in run.printed(cell_id) if sign.isdigit()))


def traced(run):
    """What tracemalloc says that the line has made."""
    return int(run.printed("others-tracemalloc").split()[2].replace(",", ""))


FIGURES = [
    Figure("39.9 MB", "case-question", steps_kept),
    Figure("36.1 MB", "case-explained", in_use("case-rows", "case-cells"), seen_in="case-cells"),
    Figure("37.0 MB", "case-closed", freed("case-solved"), seen_in="case-solved"),
    Figure("8,856 bytes", "size-explained", printed_number("size-measured"), seen_in="size-measured"),
    Figure("1.06 MB", "size-explained", kept("size-measured"), seen_in="size-measured"),
    Figure("37 MB", "size-explained", freed("case-solved")),
    Figure("3 kB", "size-explained", printed_number("size-of-groups")),
    Figure("8.00 MB", "history-del", kept("history-shown"), seen_in="history-shown"),
    Figure("8.00 MB", "history-rule", freed("history-freed"), seen_in="history-freed"),
    Figure("8 MB", "error", kept("error-failed")),
    Figure("8.02 MB", "error-explained", kept("error-failed"), seen_in="error-failed"),
    Figure("8.02 MB", "error-still", in_use("error-failed", "error-cells"), seen_in="error-cells"),
    Figure("8.02 MB", "error-rule", freed("error-freed", "error-failed"), seen_in="error-freed"),
    Figure("80 MB", "small", kept("small-view")),
    Figure("8 bytes", "small", each(kept("small-view"), 10 * MILLION)),
    Figure("80.0 MB", "small-view-explained", kept("small-view"), seen_in="small-view"),
    Figure("80.0 MB", "small-dict", freed("small-copied"), seen_in="small-copied"),
    Figure("5.24 MB", "small-emptied-explained", kept("small-emptied"), seen_in="small-emptied"),
    Figure("5.24 MB", "small-rule", freed("small-rebuilt"), seen_in="small-rebuilt"),
    Figure("8 MB", "cache-question", kept("cache-day-one")),
    Figure("8.02 MB", "cache-explained", in_use("cache-day-one", "cache-cells"), seen_in="cache-cells"),
    Figure("24.1 MB", "cache-bounded", freed("cache-cleared"), seen_in="cache-cleared"),
    Figure("16.0 MB", "cache-rule", kept("cache-measured"), seen_in="cache-measured"),
]

GIVEN = {
    "task-question": ["1 MB", "100 kB"],  # the goal
}


# ---- What must be true


def crumbs(*measured):
    """Whether each is under a kilobyte."""
    return lambda run: all(figure(run) < 1000 for figure in measured)


def millions(*measured):
    """Whether each is several megabytes."""
    return lambda run: all(figure(run) > 2 * MILLION for figure in measured)


def all_of_it(cell_id, maker):
    """Whether a cell frees what another one kept, all but crumbs."""
    return lambda run: 0 <= kept(maker)(run) - freed(cell_id, maker)(run) < 1000 < kept(maker)(run)


def is_first(maker, seen_in):
    """Whether a %memory cells has the cell in its first row."""
    return lambda run: str(run.reports(seen_in)[0]["cells"][0]["cell"]) == number(run, maker)


def names(cell_id, *makers):
    """Whether the line under the cell says whose memory was freed."""
    return lambda run: all(f"[{number(run, maker)}]" in run.seen(cell_id) for maker in makers)


def only_the_second_frees(first, second, maker):
    return lambda run: crumbs(freed(first))(run) and all_of_it(second, maker)(run)


def needs_it_and_keeps_nothing(cell_id):
    return lambda run: millions(peak(cell_id))(run) and crumbs(kept(cell_id))(run)


def del_freed_nothing(run):
    return freed("history-deleted")(run) == 0


def a_small_part(run):
    return 0 < freed("case-tidied")(run) < steps_kept(run) / 10


def cell_three_made_the_rows(run):
    return str(run.reports("cell-of-rows")[0]["cell"]) == number(run, "case-rows")


def tells_kept_and_still_in_use(run):
    report = run.reports("cell-of-rows")[0]
    return report["kept_bytes"] == kept("case-rows")(run) and 0 < report["still_in_use_bytes"] < 10_000


def last_row_is_held_by_its_name(run):
    return 0 < freed("row-deleted", "case-rows")(run) < 1000


def is_native(run):
    return "all native" in run.seen("history-shown") and run.record("history-shown")["origins"]["native"]["kept_bytes"] > 0


def three_rows_with_the_same_words(run):
    found = [line.split("]", 1)[1].split() for line in run.seen("cache-cells").splitlines() if "day = day + 1" in line]
    return len(found) == 3 and found[0] == found[1] == found[2]


def keeps_more_and_frees_nothing(*cell_ids):
    return lambda run: all(kept(cell_id)(run) >= MILLION and freed(cell_id)(run) < 1000 for cell_id in cell_ids)


def days_of_bounded(run):
    """[(kept, freed), …] in MB as the cell prints them."""
    words = [line.split() for line in run.printed("cache-measured").splitlines()]
    return [(line[3], line[6]) for line in words]


def balances_from_the_third_day_on(run):
    days = days_of_bounded(run)
    return [freed for _, freed in days[:2]] == ["0.00", "0.00"] and all(kept == freed != "0.00" for kept, freed in days[2:])


def traced_to_the_byte(run):
    return traced(run) == kept("size-measured")(run)


def is_hardly_seen(run):
    return printed_number("traced-late")(run) < 10_000


def numpy_reports_and_sqlite_does_not(run):
    by_numpy, by_sqlite = printed_number("traced-numpy")(run), printed_number("traced-sqlite")(run)
    return by_numpy >= 8 * MILLION and by_sqlite < MILLION / 10


def old_orders_wait_for_the_collector(run):
    at_once, later = freed("shop-mended", "task-run")(run), freed("old-class-collected", "task-run")(run)
    return at_once < 1000 and later > 0.99 * kept("task-run")(run)


def nearly_as_much_is_kept(run):
    return kept("without-list")(run) > 0.9 * kept("task-run")(run)


def a_thousand_are_under_one_megabyte(run):
    return 0 < 1000 * kept("no-matter-shown")(run) < MILLION


FACTS = [
    Fact("only a small part went", "case-answer", a_small_part),
    Fact("The first row is our trace", "case-explained", is_first("case-rows", "case-cells")),
    Fact("The groups held the rows", "case-closed", millions(freed("case-solved", "case-rows"))),
    Fact("names both cells that had made them", "case-closed", names("case-solved", "case-rows", "case-groups")),
    Fact("`%memory cell 3`", "case-closed", cell_three_made_the_rows),
    Fact("It says two different things", "case-closed", tells_kept_and_still_in_use),
    Fact("The name `row` of the loop still has its key", "case-closed", last_row_is_held_by_its_name),
    Fact("One letter takes one byte", "size", lambda run: run.printed("one-letter") == "1\n"),
    Fact("The command *measure* runs an expression once", "size-explained", lambda run: "1.06 MB" in run.seen("size-value")),
    Fact("Nothing of it is left behind", "size-rule", crumbs(kept("size-value"))),
    Fact("Its import keeps some megabytes too", "history", millions(kept("numpy-import"))),
    Fact('"Native" means', "history-del", is_native),
    Fact("It freed nothing", "history-answer", del_freed_nothing),
    Fact("with all the keys that the output history has", "history-explained", all_of_it("history-freed", "history-shown")),
    Fact("The name is still there: `%xdel table`", "history-rule", all_of_it("name-xdeleted", "shown-with-name")),
    Fact("`%xdel _12`, if the cell", "history-rule", all_of_it("number-xdeleted", "shown-before-others")),
    Fact("It does not help", "history-rule", only_the_second_frees("out-cleared", "after-clearing", "shown-to-clear")),
    Fact("`print(table)` shows it and keeps nothing", "history-rule", all_of_it("printed-deleted", "printed")),
    Fact("`table;`", "history-rule", all_of_it("semicolon-deleted", "semicolon")),
    Fact("although it failed", "error-explained", lambda run: "although the cell failed" in run.seen("error-failed")),
    Fact("The new run has kept nothing of its list", "error-still", needs_it_and_keeps_nothing("error-mended")),
    Fact("Not yet", "error-steps", crumbs(freed("error-collected", "error-failed"))),
    Fact("That alone freed nothing either", "error-circle", crumbs(freed("error-next", "error-failed"))),
    Fact("There they go", "error-rule", all_of_it("error-freed", "error-failed")),
    Fact("when an `except` block ends", "error-rule", needs_it_and_keeps_nothing("error-caught")),
    Fact("It keeps all the", "small-view-explained", lambda run: kept("small-view")(run) >= 80 * MILLION),
    Fact("A slice of a *list* is always a copy", "small-dict", needs_it_and_keeps_nothing("list-slice")),
    Fact("a view that was shown", "small-dict", only_the_second_frees("shown-view-deleted", "shown-view-freed", "shown-view")),
    Fact("Ten prices keep", "small-emptied-explained", lambda run: run.printed("emptied-left") == "10\n"),
    Fact("`prices.copy()` copies the empty rooms as well", "small-rule", reads("5.24 MB", kept("emptied-copied"))),
    Fact("All three are kept", "cache-answer", keeps_more_and_frees_nothing(*DAYS)),
    Fact("Three rows with the same words", "cache-explained", three_rows_with_the_same_words),
    Fact("does the same", "cache-explained", keeps_more_and_frees_nothing("growing-again")),
    Fact("frees what its last run has kept", "cache-explained", all_of_it("sound-again", "sound")),
    Fact("made by the three cells", "cache-bounded", names("cache-cleared", *DAYS)),
    Fact("each call frees as much as it keeps", "cache-rule", balances_from_the_third_day_on),
    Fact("two answers, however many days come", "cache-rule", reads("16.0 MB", kept("many-days"))),
    Fact("to the byte, it is what the same line kept above", "others-explained", traced_to_the_byte),
    Fact("What was made before `tracemalloc.start()`", "others-explained", is_hardly_seen),
    Fact("Numpy reports its arrays", "others-explained", numpy_reports_and_sqlite_does_not),
    Fact("The line under the cell sees both", "others-explained", millions(kept("traced-numpy"), kept("traced-sqlite"))),
    Fact("it stays in the output history", "no-matter-explained", lambda run: freed("no-matter-deleted")(run) == 0),
    Fact("less than a kilobyte", "no-matter-explained", crumbs(kept("no-matter-shown"))),
    Fact("would not make one megabyte", "no-matter-explained", a_thousand_are_under_one_megabyte),
    Fact("The tool names the cell that called `revenue`", "task-hints", is_first("task-run", "task-cells")),
    Fact("it waits for the collector", "task-hints", old_orders_wait_for_the_collector),
    Fact("the list is gone, and nearly as much is kept", "task-hints", nearly_as_much_is_kept),
]

TABLE = "table = np.arange(1_000_000)"
EMPTIED = "prices = {n: n for n in range(100_000)}\nwhile len(prices) > 10:\n    prices.popitem()"
FAILING = "def failing(n):\n    squares = [i * i for i in range(n)]\n    return sum(squares) / count\n\n"
EXPERIMENTS = {
    "cell-of-rows": "%memory cell 3",
    "row-deleted": "del row",
    "size-of-groups": "groups = {}\nfor n in range(100):\n    groups.setdefault(str(n), [])\nprint(sys.getsizeof(groups))",
    "one-letter": 'print(sys.getsizeof("00") - sys.getsizeof("0"))',
    # the output history
    "shown-with-name": f"{TABLE}\ntable",
    "name-xdeleted": "%xdel table",
    "shown-before-others": f"{TABLE}\nshown_in = len(In) - 1\ntable",
    "name-deleted": "del table",
    "others-shown": "1 + 1",
    "more-shown": "2 + 2",
    "number-xdeleted": 'get_ipython().run_line_magic("xdel", f"_{shown_in}")',
    "shown-to-clear": f"{TABLE}\ntable",
    "deleted-to-clear": "del table",
    "out-cleared": "Out.clear()",
    "after-clearing": "%xdel _",
    "printed": f"{TABLE}\nprint(table)",
    "printed-deleted": "del table",
    "semicolon": f"{TABLE}\ntable;",
    "semicolon-deleted": "del table",
    # errors
    "error-caught": f"{FAILING}try:\n    failing(200_000)\nexcept NameError as error:\n    print(error)",
    # small things
    "list-slice": "numbers = list(range(1_000_000))\nsome = numbers[:10]\ndel numbers",
    "shown-view": "samples = np.arange(10_000_000)\nsamples[:10]",
    "shown-view-deleted": "del samples",
    "shown-view-freed": "%xdel _",
    "emptied-left": "print(len(prices))",
    "emptied-copied": f"{EMPTIED}\nprices = prices.copy()",
    # what grows
    "growing": "results = []",
    "growing-once": "results.append(bytes(1_000_000))",
    "growing-again": "results.append(bytes(1_000_000))",
    "sound": "numbers = list(range(100_000))",
    "sound-again": "numbers = list(range(100_000))",
    "many-days": "prices_of.cache_clear()\nfor day in range(100):\n    prices_of(day)",
    # tracemalloc
    "traced-late": "tracemalloc.start()\nprint(tracemalloc.get_traced_memory()[0])\ntracemalloc.stop()",
    "traced-numpy": f"tracemalloc.start()\n{TABLE}\nprint(tracemalloc.get_traced_memory()[0])\ntracemalloc.stop()",
    "traced-sqlite": "import sqlite3\n\ntracemalloc.start()\n"
    'database = sqlite3.connect(":memory:")\n'
    'database.execute("create table texts (text)")\n'
    'database.executemany("insert into texts values (?)", (("x" * 1_000,) for n in range(10_000)))\n'
    "print(tracemalloc.get_traced_memory()[0])\ntracemalloc.stop()",
}


# ---- Guesses, quotations, the task


QUESTIONS = [
    Question("case-guess", "case-answer", "a small part", ("nearly all", "about half"), a_small_part),
    Question("size-guess", "size-answer", "9 kB", ("100 kB", "1 MB"), reads("9 kB", printed_number("size-measured"))),
    Question("history-guess", "history-answer", "nothing", ("all of it", "half of it"), del_freed_nothing),
    Question("error-guess", "error-answer", "8 MB", ("nothing", "under 1 kB"), reads("8 MB", kept("error-failed"))),
    Prediction("small-view", "80 MB", ("80 B", "8 MB"), reads("80 MB", kept("small-view"))),
    Question("cache-guess", "cache-answer", "24 MB", ("nothing", "8 MB"), reads("24 MB", freed("cache-cleared"))),
]

QUOTES = {
    "the-promise": "Tools like memory profilers can help in identifying memory leaks and understanding memory usage patterns. "
    "Familiarizing yourself with these tools can be beneficial in optimizing memory usage.",
}

FAILS = ["error-failed", "error-next"]

WITHOUT_LIST = """\
from functools import lru_cache

class Order:
    def __init__(self, number):
        self.prices = [number * 1_000 + n for n in range(1_000)]

    @lru_cache(maxsize=None)
    def total(self):
        return sum(self.prices)

def revenue(n):
    return sum(Order(number).total() for number in range(n))
"""
WITHOUT_CACHE = """\
class Order:
    all_orders = []

    def __init__(self, number):
        self.prices = [number * 1_000 + n for n in range(1_000)]
        Order.all_orders.append(self)

    def total(self):
        return sum(self.prices)

def revenue(n):
    return sum(Order(number).total() for number in range(n))
"""
WEAK = WITHOUT_CACHE.replace("[]", "WeakSet()").replace("append", "add")
TIDIED_AT_THE_END = f"""\
{WITHOUT_CACHE.partition("def revenue")[0]}
def revenue(n):
    result = sum(Order(number).total() for number in range(n))
    Order.all_orders.clear()
    return result
"""
EXPERIMENTS |= {
    "shop-mended": WITHOUT_LIST.replace("    @lru_cache(maxsize=None)\n", ""),
    "old-class-collected": "gc.collect();",
    "without-list": f"{WITHOUT_LIST}\nprint(revenue(500))",
}

TASKS = [
    CheckTask(
        function="task",
        check="task-check",
        hints="task-hints",
        others={
            "without the list": (WITHOUT_LIST, False),
            "without the cache": (WITHOUT_CACHE, False),
            "a cache with a limit": (WITHOUT_LIST.replace("None", "1"), True),
            "weak references": (f"from weakref import WeakSet\n\n{WEAK}", True),
            "tidied at the end": (TIDIED_AT_THE_END, False),
            "another answer": ("def revenue(n):\n    return 0", False),
            "forgotten return": ("def revenue(n):\n    pass", False),
        },
    )
]
