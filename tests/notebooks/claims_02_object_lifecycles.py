"""What 02_object_lifecycles.ipynb claims, and how each claim is checked. lesson.py says what the tables mean."""

from lesson import CheckTask, Fact, Figure, Prediction, Question
from measured import MILLION, compared, each, frees, kept, peak, reads

# ---- What was measured

early_peak, late_peak = compared("functions-compared", "early del"), compared("functions-compared", "late del")
no_del_peak = compared("functions-compared", "no del")
weak_peak = compared("both-compared", "weak link")
circles_kept = compared("small-cycles", "loop with cycles", "kept_bytes")
no_circles_kept = compared("small-cycles", "loop without", "kept_bytes")
one_photo = each(kept("album-of-five"), 5)
one_folder = each(kept("task-check"), 4)

FIGURES = [
    Figure("10 MB", "the-promise", kept("two-names")),
    Figure("10.0 MB", "two-names-explained", kept("two-names"), seen_in="two-names"),
    Figure("10 MB", "places-too", kept("album-of-three")),
    Figure("10.0 MB", "functions-explained", early_peak, seen_in="functions-compared"),
    Figure("20.0 MB", "functions-explained", no_del_peak, seen_in="functions-compared"),
    Figure("20.0 MB", "functions-explained", late_peak, seen_in="functions-compared"),
    Figure("1 MB", "the-collector", each(kept("collector-off"), 10)),
    Figure("10 MB", "without-collector", kept("collector-off")),
    Figure("100 kB", "one-album", one_photo),
    Figure("502 kB", "album-of-five-explained", kept("album-of-five"), seen_in="album-of-five"),
    Figure("100 kB", "automatic", one_photo),
    Figure("100 kB", "both-compared-explained", weak_peak, seen_in="both-compared"),
    Figure("1 MB", "your-turn", one_folder),
]

GIVEN = {
    "without-collector": ["1 kB"],  # a choice, said in words
    "your-turn": ["10 kB"],  # the goal
}


# ---- What must be true


def is_one_photo(run):
    return 0 <= kept("album-of-three")(run) - 10 * MILLION < 1000


def the_others_went(run):
    return peak("album-of-three")(run) - kept("album-of-three")(run) >= 20 * MILLION


def cell_number(run, cell_id):
    return str(run.cells[cell_id].execution_count)


def frees_megabytes(cell_id, maker, freed, of):
    """Whether a cell frees so many whole megabytes of those that another one kept."""

    def is_true(run):
        by_cell = run.record(cell_id)["freed_earlier_by_cell"]
        return (by_cell.get(cell_number(run, maker), 0) // MILLION, kept(maker)(run) // MILLION) == (freed, of)

    return is_true


def both(*truths):
    return lambda run: all(is_true(run) for is_true in truths)


def kept_nothing(cell_id):
    return lambda run: not any(section["kept_bytes"] for section in run.reports(cell_id)[0]["sections"])


def half_the_peak(run):
    return round(no_del_peak(run) / early_peak(run), 3) == 2


def no_collection(*cell_ids):
    def is_true(run):
        collections = [len(run.record(cell_id)["gc"]) for cell_id in cell_ids]
        run.note("generations that were collected", sum(collections))
        return not any(collections)

    return is_true


def collection(run, cell_id):
    (report,) = run.reports(cell_id)
    return report


def nothing_was_garbage(run):
    report = collection(run, "nothing-to-collect")
    return report["unreachable_objects"] == 0 and "no unreachable cycles" in run.seen("nothing-to-collect")


def only_free_lists_went(run):
    """Besides what the notebook itself had remembered of the cell before."""
    report = collection(run, "nothing-to-collect")
    return report["freed_objects"] == 0 and 0 <= report["freed_bytes"] - report["free_list_bytes"] < 1000


def freed_by_type(run):
    return {row["name"]: row["freed_objects"] for row in collection(run, "cycle-collected")["types"]}


def album_is_collected(run):
    freed = freed_by_type(run)
    return freed["Photo"] == 5 and freed["Album"] == 1 and freed["list"] == 1


def all_they_held_is_freed(run):
    by_cell = collection(run, "cycle-collected")["freed_by_cell"]
    (pixels,) = collection(run, "cycle-collected")["held_by_them"]
    freed = kept("album-of-five")(run) - by_cell[cell_number(run, "album-of-five")] < 1000
    return freed and (pixels["name"], pixels["freed_objects"]) == ("bytes", 5) and pixels["freed_bytes"] > 500_000


def is_one_cycle(run):
    report = collection(run, "cycle-collected")
    (shape,) = report["shapes"]
    return report["cycles"] == 1 and shape["types"] == ["Album", "list", "Photo"] and shape["objects_each"] == 3 + 4


def some_250_albums(cell_peak):
    return lambda run: 230 <= cell_peak(run) / one_photo(run) <= 270


def threshold_is_700(run):
    rows = collection(run, "cycle-collected")["generations"]
    return [row["threshold"] for row in rows][0] == 700 and len(rows) == 3


def three_objects_an_album(run):
    return run.printed("containers") == "Album True\nlist True\nPhoto True\nbytes False\n"


def lists_are_not_counted(run):
    """A cycle of one object without a list: the collector comes after 700 of them."""
    return run.printed("collected-loners").split()[-1] == "701"


def many_albums_wait(run):
    return compared("both-compared", "strong link", "kept_bytes")(run) > MILLION


def nothing_kept_by_the_weak(run):
    return compared("both-compared", "weak link", "kept_bytes")(run) == 0


def hundreds_wait(run):
    return 200 <= circles_kept(run) < 1000 and no_circles_kept(run) < 100


def window(line):
    return lambda run: line in run.printed("through-the-window").splitlines()


def left_over_is_near_the_top(run):
    rows = run.reports("what-is-left")[0]["cells"]
    return cell_number(run, "task-check") in [str(row["cell"]) for row in rows[:2]]


def left_over_is_gone(run):
    return run.reports("overview-after-collection")[-1]["cells"][0]["still_in_use_bytes"] < MILLION


HOLDERS_KEEP = frees_megabytes("held-names", "held", freed=0, of=5)
HOLDERS_LET_GO = frees_megabytes("held-given-away", "held", freed=5, of=5)
OUT_KEEPS = frees_megabytes("shown-deleted", "shown", freed=0, of=1)

FACTS = [
    Fact("copies nothing", "two-names-explained", lambda run: peak("two-names")(run) < 11 * MILLION),
    Fact("Freed, at once", "last-name-explained", frees("last-name", maker="two-names")),
    Fact("Two photos went in the same moment", "album-of-three-explained", both(the_others_went, is_one_photo)),
    Fact("It still stands for the last photo", "album-of-three-explained", frees("loop-name", maker="album-of-three")),
    Fact("a **place** in a list, a dict or a set, and an attribute", "what-refers", HOLDERS_KEEP),
    Fact("until you delete it, or give it to something else", "what-refers", HOLDERS_LET_GO),
    Fact("it remembers what a cell has shown under `Out`", "what-refers", OUT_KEEPS),
    Fact("half of the 20.0 MB", "functions-explained", half_the_peak),
    Fact("nothing, for all three", "functions-explained", kept_nothing("functions-compared")),
    Fact("Right! The last one switches off the light", "without-answer", frees("deleted-without-collector", "collector-off")),
    Fact("with no collector", "counts-explained", no_collection("collector-off", "deleted-without-collector")),
    Fact("the number of its references", "counts-explained", lambda run: run.printed("counts") == "1 2 1\n"),
    Fact("found to be garbage: 0", "article-collect-explained", lambda run: run.value("article-collect") == "0"),
    Fact("It freed no objects", "nothing-to-collect-explained", nothing_was_garbage),
    Fact("room which Python had kept for later use", "nothing-to-collect-explained", only_free_lists_went),
    Fact("But they are still there", "album-of-five-explained", lambda run: kept("album-of-five")(run) >= 500_000),
    Fact("five `Photo` objects, the `Album` and its list", "cycle-collected-explained", album_is_collected),
    Fact("the pixels, which only they held", "cycle-collected-explained", all_they_held_is_freed),
    Fact("from the album to its list, to a photo", "cycle-collected-explained", is_one_cycle),
    Fact("some 250 of them were in memory together", "albums-in-cycles-explained", some_250_albums(peak("albums-in-cycles"))),
    Fact("those of the last round are kept", "albums-in-cycles-explained", some_250_albums(kept("albums-in-cycles"))),
    Fact("Python 3.11 starts it when, since the last time, 700 more", "albums-in-cycles-explained", threshold_is_700),
    Fact("the `Album`, its list and its `Photo`", "albums-in-cycles-explained", three_objects_an_album),
    Fact("Python uses freed lists again", "albums-in-cycles-explained", lists_are_not_counted),
    Fact("The last table of `%memory gc` lists the three that there are", "albums-in-cycles-explained", threshold_is_700),
    Fact("you get the object: `photo.album()`", "through-the-window-explained", window("the same album: True")),
    Fact("you get `None`", "through-the-window-explained", window("afterwards: None")),
    Fact("The peak is that of one photo", "both-compared-explained", lambda run: weak_peak(run) < 2 * one_photo(run)),
    Fact("nothing is kept", "both-compared-explained", nothing_kept_by_the_weak),
    Fact("many albums wait for the collector", "both-compared-explained", many_albums_wait),
    Fact("`album.photos.clear()`", "both-compared-explained", lambda run: kept("broken-circle")(run) < 1000),
    Fact("Do without the link", "both-compared-explained", lambda run: kept("without-link")(run) < 1000),
    Fact("A few hundred bytes wait", "small-cycles-explained", hundreds_wait),
    Fact("`all_paths` makes four of them", "your-turn", lambda run: 4 * MILLION <= kept("task-check")(run) < 4.1 * MILLION),
    Fact("put brackets after it", "task-hints", lambda run: NO_PATH in run.printed("no-brackets")),
    Fact("nothing to make a weak reference of", "task-hints", lambda run: NO_WEAK in run.printed("no-parent")),
    Fact("its row is near the top", "where-next-parts", left_over_is_near_the_top),
    Fact("they are gone", "where-next-parts", left_over_is_gone),
]

NO_PATH = "object has no attribute 'path'"
NO_WEAK = "cannot create weak reference to 'NoneType' object"

EXPERIMENTS = {
    "overview-after-collection": "%memory gc\n%memory cells",
    "held": "class Holder:\n    pass\n\nholder = Holder()\nnames = [bytes(1_000_000) for n in range(5)]\n"
    "a_list, a_dict, a_set, holder.attribute, given = [names[0]], {0: names[1]}, {names[2]}, names[3], names[4]",
    "held-names": "del names",
    "held-given-away": "given = holder = a_list = a_dict = a_set = None",
    "shown": "class Shown:\n    pass\n\nshown = Shown()\nshown.pixels = bytes(1_000_000)\nshown",
    "shown-deleted": "del shown",
    "counts": "import sys\n"
    "def counted(held):\n    return sys.getrefcount(held[0]) - 1\n"
    "held = [bytes(1000)]\none = counted(held)\n"
    "other = held[0]\ntwo = counted(held)\ndel other\nprint(one, two, counted(held))",
    "containers": "album = Album()\nPhoto(album)\n"
    "for held in (album, album.photos, album.photos[0], album.photos[0].pixels):\n"
    "    print(type(held).__name__, gc.is_tracked(held))",
    "collected-loners": "class Loner:\n    def __init__(self):\n        self.me = self\n\n"
    "made, seen = 0, []\n"
    "def watch(phase, info):\n    if phase == 'stop':\n        seen.append(made)\n\n"
    "gc.collect()\ngc.callbacks.append(watch)\n"
    "for made in range(3_000):\n    Loner()\n"
    "gc.callbacks.remove(watch)\nprint(seen[-1] - seen[-2])",
    "broken-circle": "album = Album()\nfor number in range(10):\n    Photo(album)\nalbum.photos.clear()\ndel album",
    "without-link": "album = Album()\nfor number in range(10):\n    Photo(album).album = None\ndel album",
    "no-brackets": "folder = Folder('a')\nfolder.parent = weakref.ref(folder)\n"
    "try:\n    folder.path()\nexcept AttributeError as error:\n    print(error)",
    "no-parent": "try:\n    weakref.ref(None)\nexcept TypeError as error:\n    print(error)",
}


# ---- Guesses, quotations, the task


QUESTIONS = [
    Prediction("two-names", "10 MB", ("under 1 kB", "20 MB"), reads("10 MB", kept("two-names"))),
    Prediction("album-of-three", "10 MB", ("under 1 kB", "30 MB"), reads("10 MB", kept("album-of-three"))),
    Question("which-guess", "which-answer", "early", ("late", "both"), lambda run: early_peak(run) < late_peak(run)),
    Question(
        "without-guess",
        "without-answer",
        "10 MB",
        ("nothing", "under 1 kB"),
        frees("deleted-without-collector", maker="collector-off"),
    ),
    Prediction("album-of-five", "500 kB", ("under 1 kB", "100 kB"), reads("0.5 MB", kept("album-of-five"))),
    Prediction("albums-in-cycles", "25 MB", ("100 kB", "100 MB"), some_250_albums(peak("albums-in-cycles"))),
]

QUOTES = {
    "the-promise": "Understanding object lifecycles and explicitly deallocating objects when they are no longer needed "
    "can help in reducing memory usage.",
    "the-collector": "Python’s memory management is built around the concept of automatic garbage collection.",
}
TITLES = {"where-next-parts": ["Efficient Data Structures"]}

ARTICLE_CODE = {
    "article-collect": """\
# Python code to manage object lifecycles
import gc

gc.collect()  # Explicitly trigger garbage collection"""
}

FOLDER = """\
class Folder:
    def __init__(self, name, parent=None):
        self.name = name
        self.content = bytes(1_000_000)
        self.folders = []
        self.parent = parent
        if parent is not None:
            parent.folders.append(self)

    def path(self):
        return self.name if self.parent is None else self.parent.path() + "/" + self.name

"""
MAKING = """
def all_paths():
    home = Folder("home")
    for name in ["music", "photos", "texts"]:
        Folder(name, parent=home)
"""
LINKS_BROKEN = f"""{FOLDER}{MAKING}    paths = [folder.path() for folder in home.folders]
    home.folders.clear()
    return paths"""
COLLECTED = f"""import gc
{FOLDER}{MAKING}    paths = [folder.path() for folder in home.folders]
    del home
    gc.collect()
    return paths"""
NAMES_DELETED = f"""{FOLDER}{MAKING}    paths = [folder.path() for folder in home.folders]
    del home, name
    return paths"""
RETURNING = f"{MAKING}    return [folder.path() for folder in home.folders]"
PATH_OF_PARENT = FOLDER.replace("parent.path()", "parent").replace("= parent\n", "= parent and parent.path()\n") + RETURNING
PROXY = "import weakref\n" + FOLDER.replace("= parent\n", "= parent and weakref.proxy(parent)\n") + RETURNING
NO_PARENT = FOLDER.replace("= parent\n", "= None\n") + RETURNING
PATHS_WRITTEN = 'def all_paths():\n    return ["home/music", "home/photos"]'

TASKS = [
    CheckTask(
        function="task",
        check="task-check",
        hints="task-hints",
        others={
            "links broken": (LINKS_BROKEN, True),
            "the parent's path instead of the parent": (PATH_OF_PARENT, True),
            "a weak proxy": (PROXY, True),
            "gc.collect()": (COLLECTED, False),
            "names deleted": (NAMES_DELETED, False),
            "no link at all": (NO_PARENT, False),
            "one path forgotten": (PATHS_WRITTEN, False),
        },
    )
]
