"""The memory limit: who is refused at it, what is told of that, that what is advised helps, and that the kernel goes on."""
import pytest

from memory_group import MemoryGroup

pytestmark = [pytest.mark.xmemory_only, pytest.mark.timeout(120)]

REPORT = "application/vnd.xmemory.report+json"
MB = 1_000_000

# Each grows without end at one line.
PROGRAMS = {
    "list": ("grown = []\nwhile True:\n    grown.append([0] * 100)", 3),
    "bytearray": ("grown = bytearray()\nwhile True:\n    grown += bytes(100_000)", 3),
    "numpy": ("import numpy as np\ngrown = []\nwhile True:\n    grown.append(np.ones(100_000))", 4),
    "pandas": ("import pandas as pd\ngrown = []\nwhile True:\n    grown.append(pd.Series(range(50_000)).astype(float))", 4),
    "str": ("grown = 'text'\nwhile True:\n    grown += grown", 3),
    "dict": ("grown = {}\nwhile True:\n    grown[len(grown)] = 'x' * 2000", 3),
    "small objects": ("grown = None\nwhile True:\n    grown = (grown,)", 3),
}
RECURSION = "import sys\nsys.setrecursionlimit(10**9)\ndef deeper(n):\n    return deeper(n + 1)\ndeeper(0)"
THREADS = """import threading
grown = []
def work():
    while True:
        grown.append([0.5] * 5_000)
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()"""


@pytest.fixture
def limited(kernel):
    """The file's kernel; afterwards nothing of the test is left, and the limit is as at first."""
    yield kernel
    kernel.ok("%memory limit auto")
    kernel.ok("grown = held = thread = threads = None\nimport gc\nfound = gc.collect()")


def limit(kernel, words=""):
    """What %memory limit says, as text, and as data."""
    bundle = kernel.ok(f"%memory limit {words}").displays[-1]
    return bundle["text/plain"].replace("\u00a0", " "), bundle[REPORT]


def refused(kernel, code):
    """Runs a cell that ends at the limit. What its record tells."""
    result = kernel.run(code, timeout=90)
    assert result.status == "error"
    assert result.record["status"] == "over_limit"
    told = result.record["at_limit"]
    assert told["stopped"]
    assert told["small_objects"] or told["asked_bytes"] > told["left_bytes"]
    assert result.footers
    return result, told


def answers(kernel):
    return kernel.ok("6 * 7").value["text/plain"] == "42"


# Asked for, set, changed


def test_without_an_amount_it_is_what_the_system_leaves(limited):
    text, data = limit(limited)
    assert data["heeds_system"]
    assert len(data["limits"]) == 1
    assert data["limits"][0]["limit"] in ("machine", "container", "address_space", "hub")
    assert 0 < data["limits"][0]["left_bytes"] < data["limits"][0]["limit_bytes"]
    assert text.startswith("Limit ")


def test_an_amount_is_for_all_that_is_in_use(limited):
    limited.ok("held = bytes(20_000_000)")
    text, data = limit(limited, "1GiB")
    assert text.startswith("Limit 1.07 GB (1 GiB) for all that is in use, given here: ")
    given = data["limits"][0]
    assert (given["limit"], given["limit_bytes"]) == ("given_total", 2**30)
    assert given["left_bytes"] < 2**30 - 20_000_000
    limited.ok("held = None")
    assert limit(limited)[1]["limits"][0]["left_bytes"] - given["left_bytes"] >= 19_900_000


def test_for_each_cell_only_what_it_adds_counts(limited):
    limited.ok("held = bytes(20_000_000)")
    limit(limited, "30MB --cell")
    limited.ok("grown = bytes(29_000_000)")
    limited.ok("more = bytes(29_000_000)\ndel more")
    refused(limited, "more = bytes(31_000_000)")


def test_it_is_changed_and_switched_off(limited):
    limit(limited, "30MB --cell")
    refused(limited, "grown = bytes(40_000_000)")
    limit(limited, "50MB --cell")
    limited.ok("grown = bytes(40_000_000)")
    text, data = limit(limited, "off")
    assert text.startswith("The memory limit is off: ")
    assert (data["heeds_system"], data["limits"]) == (False, [])
    limited.ok("grown = bytes(60_000_000)")
    assert limit(limited, "auto")[1]["heeds_system"]


@pytest.mark.parametrize(
    "words, sentence",
    [
        ("much", "'much'"),
        ("-5MB", "Write an amount such as %memory limit 500MB, or off, or auto."),
        ("500", "the least is 1 MB"),
        ("500MB --cell --total", "%memory limit takes one of --cell and --total, not both."),
        ("--cell", "%memory limit: --cell and --total belong to an amount, like %memory limit 500MB --cell."),
        ("off --total", "%memory limit: --cell and --total belong to an amount, like %memory limit 500MB --cell."),
        ("500MB --each", "%memory limit has no '--each': there are --cell and --total."),
        ("5 0 0 MB", "Write an amount such as"),
        ("99999999999999999999 TB", "Write an amount such as"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(limited, words, sentence):
    before = limit(limited)[1]["limits"][0]["limit_bytes"]
    result = limited.run(f"%memory limit {words}")
    assert result.content["ename"] == "UsageError"
    assert sentence in result.content["evalue"].replace("\u00a0", " ")
    assert "\n" not in result.content["evalue"]
    assert limit(limited)[1]["limits"][0]["limit_bytes"] == before


# At the limit


@pytest.mark.parametrize("program", PROGRAMS)
def test_code_that_grows_gets_a_memory_error_at_its_line_and_advice_that_helps(limited, program):
    code, line = PROGRAMS[program]
    limited.ok(code.splitlines()[0])
    limit(limited, "20MB --cell")
    result, told = refused(limited, code)
    assert result.content["ename"] in ("MemoryError", "_ArrayMemoryError")
    assert (told["source"], told["limit_bytes"]) == ("given_cell", 20 * MB)
    assert told["line"] == line
    assert result.record["peak_bytes"] < 22 * MB
    largest = told["largest"][0]
    assert (largest["name"], largest["free_with"]) == ("grown", "%xdel grown")
    assert largest["bytes"] > 4 * MB
    words = result.footers[0]["content"]["data"]["text/plain"].replace("\u00a0", " ")
    assert words.splitlines()[0].startswith(f"Memory: stopped at the 20 MB limit for each cell: line {line} ")
    assert "Largest: grown, " in words and "Try: %xdel grown" in words
    assert answers(limited)

    freed = limited.ok(largest["free_with"]).record["freed_earlier_bytes"]
    kept_in_free_lists = 100_000  # 2,000 tuples of one item take 96,000
    assert largest["bytes"] - kept_in_free_lists <= freed <= largest["bytes"]
    limited.ok("grown = bytes(15_000_000)")


def test_recursion_with_frames_stops_and_its_frames_go(limited):
    limit(limited, "10MB --cell")
    result, told = refused(limited, RECURSION)
    assert result.content["ename"] == "MemoryError"
    assert told["line"] in (4, 5)
    assert told["largest"] == []
    assert answers(limited)
    limited.ok("import sys\nsys.setrecursionlimit(3000)")


def test_threads_are_refused_each_and_the_cell_ends(limited):
    limit(limited, "20MB --cell")
    result = limited.ok(THREADS)
    told = result.record["at_limit"]
    assert not told["stopped"]
    assert told["line"] == 5
    assert told["refusals"] >= 4
    assert told["largest"][0]["name"] == "grown"
    assert result.stderr.count("MemoryError") >= 4
    assert answers(limited)


def test_a_thread_starts_where_nothing_is_left_and_is_refused_at_its_own_work(limited):
    """What comes before its run() is not refused: who starts it would wait for ever."""
    limit(limited, "20MB --cell")
    result = limited.ok(
        "import threading\n"
        "grown, done = [], []\n"
        "def work():\n"
        "    try:\n"
        "        grown.append(bytearray(100_000))\n"
        "    except MemoryError:\n"
        "        done.append('refused')\n"
        "try:\n"
        "    while True:\n"
        "        grown.append(bytearray(10_000))\n"
        "except MemoryError:\n"
        "    pass\n"
        "threads = [threading.Thread(target=work) for _ in range(30)]\n"
        "try:\n"
        "    while True:\n"
        "        grown.append(bytearray(600))\n"
        "except MemoryError:\n"
        "    pass\n"
        "started = 0\n"
        "while started < len(threads):\n"
        "    try:\n"
        "        for thread in threads[started:]:\n"
        "            started += 1\n"
        "            thread.start()\n"
        "            thread.join()\n"
        "    except MemoryError:\n"
        "        pass\n"
    )
    assert result.record["at_limit"]["refusals"] > 20
    assert limited.evaluate("20 < len(done) <= 30, any(thread.is_alive() for thread in threads)") == "(True, False)"


def test_code_that_catches_the_error_goes_on(limited):
    limit(limited, "40MB --cell")
    result = limited.ok("try:\n    grown = bytes(50_000_000)\nexcept MemoryError:\n    grown = bytes(30_000_000)")
    told = result.record["at_limit"]
    assert (told["stopped"], told["asked_bytes"], told["refusals"]) == (False, 50_000_033, 1)
    assert result.record["status"] == "ok"
    assert result.record["kept_bytes"] >= 30_000_033


def test_a_line_of_an_earlier_cell_is_told_with_its_number(limited):
    limit(limited, "40MB --cell")
    made_in = limited.ok("def make():\n    return bytes(50_000_000)").reply["content"]["execution_count"]
    result, told = refused(limited, "grown = 1\ngrown = make()")
    assert (told["cell"], told["line"]) == (made_in, 2)
    assert f"line 2 of [{made_in}] asked for 50.0 MB" in result.content["evalue"].replace("\u00a0", " ")


def test_free_places_in_pools_count_when_they_are_filled(limited):
    """They need no new pool, and are looked at all the same."""
    limited.ok("held = [(n, n) for n in range(300_000)]\nholes = held[::2]\ndel held")
    limit(limited, "5MB --cell")
    result, told = refused(limited, "grown = []\nfor n in range(1_000_000):\n    grown.append((n, n))")
    assert result.record["peak_bytes"] < 8 * MB
    limited.ok("del holes")


def test_the_kernels_own_work_is_never_refused(limited):
    limited.ok("held = [[n] * 10 for n in range(100_000)]")
    limit(limited, "1MB")  # less than is in use
    for code in ("%memory", "%memory cells", "%memory types", "%memory size held", "held", "6 * 7"):
        result = limited.ok(code)
        assert result.record["at_limit"] is None, code
    assert limit(limited)[1]["limits"][0]["left_bytes"] == 0
    refused(limited, "grown = bytearray(20_000_000)")


# Memory past malloc


def test_mapped_memory_counts_when_it_can_be_written_and_no_reservation_does(limited):
    limited.ok("import mmap\nanonymous = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS")
    limit(limited, "50MB --cell")
    result, told = refused(limited, "grown = mmap.mmap(-1, 60_000_000)")
    assert result.content["ename"] == "OSError"
    assert (told["line"], told["asked_bytes"]) == (1, 60_000_000)
    limited.ok("held = mmap.mmap(-1, 10**10, flags=anonymous, prot=0)\nheld.close()")
    for flags in ("mmap.MAP_SHARED", "anonymous"):
        limited.ok(
            f"held = mmap.mmap(-1, 40_000_000, flags={flags})\n"
            "try:\n    grown = bytearray(20_000_000)\nexcept MemoryError:\n    held.close()\n"
            "grown = bytearray(20_000_000)\n"
        )
        assert limited.evaluate("held.closed, len(grown)") == "(True, 20000000)"


def test_a_reservation_counts_where_it_is_made_accessible(limited):
    limited.ok(
        "import ctypes, mmap\nlibc = ctypes.CDLL(None, use_errno=True)\nlibc.mmap.restype = ctypes.c_void_p\n"
        "reserve = lambda: libc.mmap(None, ctypes.c_size_t(10**9), 0, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, ctypes.c_long(0))\n"
        "def open_(address, size):\n"
        "    done = libc.mprotect(ctypes.c_void_p(address), ctypes.c_size_t(size), 3)\n"
        "    return done, ctypes.get_errno() if done else 0\n"
    )
    limit(limited, "50MB --cell")
    limited.ok("held = reserve()\nopened = open_(held, 40_960_000), open_(held, 61_440_000)")
    assert limited.evaluate("opened") == "((0, 0), (-1, 12))"
    limited.ok("found = libc.munmap(ctypes.c_void_p(held), ctypes.c_size_t(10**9))")


# What the system leaves


@pytest.fixture
def group():
    group = MemoryGroup(250 * MB, "xmemory-limit")
    yield group
    group.remove()


@pytest.mark.parametrize("program", ["list", "numpy", "small objects"])
def test_in_a_memory_cgroup_the_kernel_stops_before_the_system_does(group, start_kernel, program):
    with group.entered():
        kernel = start_kernel()
    code, line = PROGRAMS[program]
    result, told = refused(kernel, code)
    assert (told["source"], told["limit_bytes"]) == ("container", group.limit_bytes())
    assert told["line"] == line
    assert answers(kernel)
    kernel.ok("%xdel grown")
    kernel.ok("grown = bytearray(60_000_000)")  # what was freed can be had again, whatever malloc keeps of it
    assert group.kills() == 0


def test_in_a_memory_cgroup_what_is_given_and_not_touched_counts(group, start_kernel):
    with group.entered():
        kernel = start_kernel()
    kernel.ok("import mmap, numpy as np")
    refused(kernel, "held = [np.empty(10_000_000) for _ in range(10)]")
    kernel.ok("held = mmap.mmap(-1, 60_000_000)")
    result, told = refused(kernel, "grown = bytearray(100_000_000)")
    assert told["asked_bytes"] > 100_000_000 > told["left_bytes"]
    kernel.ok("for at in range(0, len(held), 4096):\n    held[at] = 1")
    refused(kernel, "grown = bytearray(100_000_000)")
    kernel.ok("grown = bytearray(8_000_000)")  # touched, it does not count twice
    assert group.kills() == 0


@pytest.fixture
def narrow(start_kernel):
    """A kernel with 200 MB of addresses beyond what it has taken."""
    kernel = start_kernel()
    kernel.ok(
        "import numpy, resource\n"  # whose threads take addresses too
        "taken = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (taken + 200_000_000,) * 2)"
    )
    return kernel


@pytest.mark.parametrize("program", ["list", "bytearray", "numpy", "str"])
def test_under_an_address_limit_the_kernel_stops_before_the_system_does(narrow, program):
    code, line = PROGRAMS[program]
    result, told = refused(narrow, code)
    assert told["source"] == "address_space"
    assert told["line"] == line
    assert answers(narrow)
    narrow.ok("%xdel grown")
    narrow.ok("grown = bytearray(20_000_000)")


def test_under_an_address_limit_what_malloc_has_free_is_room(narrow):
    """Holes between blocks that are kept: no addresses are left, and yet there is memory."""
    result, told = refused(narrow, "grown = []\nwhile True:\n    grown.append(bytearray(2_000))")
    assert told["source"] == "address_space"
    narrow.ok("held = grown[::20]\ndel grown")
    made = narrow.ok("more = [bytearray(1_000) for _ in range(50_000)]")
    assert made.record["at_limit"] is None
    assert answers(narrow)


def test_under_an_address_limit_threads_stacks_are_refused_before_the_kernel_needs_the_addresses(narrow):
    code = (
        "import threading\nwait, threads = threading.Event(), []\n"
        "try:\n    for _ in range(1_000):\n        thread = threading.Thread(target=wait.wait)\n        thread.start()\n"
        "        threads.append(thread)\n"
        "finally:\n    wait.set()\n    for thread in threads:\n        thread.join()\n"
    )
    result, told = refused(narrow, code)
    assert result.content["evalue"] == "can't start new thread"
    assert (told["source"], told["line"]) == ("address_space", 6)
    assert "of addresses" in result.footers[0]["content"]["data"]["text/plain"]
    assert answers(narrow)


def test_the_hubs_limit_holds(start_kernel):
    kernel = start_kernel(env={"MEM_LIMIT": str(300 * MB)})
    text, data = limit(kernel)
    assert (data["limits"][0]["limit"], data["limits"][0]["limit_bytes"]) == ("hub", 300 * MB)
    assert "of the hub (MEM_LIMIT)" in text
    result, told = refused(kernel, "grown = bytearray(300_000_000)")
    assert told["source"] == "hub"
    assert answers(kernel)
