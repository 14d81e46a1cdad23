"""malloc's side of the ledger against mallinfo2: the two differ by a constant for each thread, whatever a kernel does.

With its two caches off, glibc knows of each block whether it is in use. Its figure (uordblks + hblkhd) is what the ledger's
blocks take by glibc's own layout, and a rest that is glibc's own: see ledger_checker.malloc_difference(). The kernel has one
arena here, since glibc counts its own structures in each arena and heap of a thread as in use.
"""
import os

import pytest

from ledger_checker import TUNABLES, beside, check, malloc_difference

pytestmark = [pytest.mark.xmemory_only, pytest.mark.timeout(180)]

ONE_ARENA = {"GLIBC_TUNABLES": TUNABLES["GLIBC_TUNABLES"] + ":glibc.malloc.arena_max=1"}

# glibc's own: the table of its cache (tcache_perthread_struct, 640 bytes and a chunk's header), which each thread takes with its
# first malloc and gives back at its end, cache or no cache. Where 16 bytes would be left of the free chunk that it is cut from, less
# than a chunk can have (MINSIZE), it gets them too (malloc/malloc.c, _int_malloc, glibc 2.36).
OF_A_THREAD = 656
TOO_SMALL_FOR_A_CHUNK = 16

LIBC = """
import ctypes, random
libc = ctypes.CDLL(None)
size_t, pointer = ctypes.c_size_t, ctypes.c_void_p
def function(name, result, *arguments):
    found = getattr(libc, name)
    found.restype, found.argtypes = result, arguments
    return found
malloc = function("malloc", pointer, size_t)
calloc = function("calloc", pointer, size_t, size_t)
realloc = function("realloc", pointer, pointer, size_t)
reallocarray = function("reallocarray", pointer, pointer, size_t, size_t)
free = function("free", None, pointer)
memalign = function("memalign", pointer, size_t, size_t)
aligned_alloc = function("aligned_alloc", pointer, size_t, size_t)
valloc = function("valloc", pointer, size_t)
pvalloc = function("pvalloc", pointer, size_t)
posix_memalign = function("posix_memalign", ctypes.c_int, ctypes.POINTER(pointer), size_t, size_t)
SIZES = [0, 1, 8, 24, 25, 100, 1_000, 20_000, 140_000, 1_000_000, 40_000_000]
ALIGNMENTS = [8, 16, 32, 64, 4096, 65536, 2 << 20]
"""

# Each leaves something in use, so that the next reading finds it.
CELLS = {
    "numpy": "import numpy as np\narrays = [np.ones(n) for n in (1, 20, 1_000, 1_000_000, 5_000_000)]\narrays[2] = arrays[3] * 2",
    "numpy, grown and freed": "arrays = [np.concatenate([a, a]) for a in arrays]\ndel arrays[3:]",
    "threads": (
        "import threading\nkept = []\n"
        "def work(n):\n    kept.append([bytes(1000 + i) for i in range(n)])\n    np.ones(n).sum()\n"
        "threads = [threading.Thread(target=work, args=(2_000,)) for _ in range(8)]\n"
        "for t in threads: t.start()\nfor t in threads: t.join()"
    ),
    "threads that free each other's": (
        "threads = [threading.Thread(target=kept.pop) for _ in range(6)]\n"
        "for t in threads: t.start()\nfor t in threads: t.join()"
    ),
    "blocks mapped by themselves": "large = [bytes(n) for n in (10_000_000, 10_000_000, 300_000, 40_000_000, 129_000)]\nlarge[1] = None",
    "bytearrays that grow and shrink": (
        "grown = [bytearray() for _ in range(40)]\n"
        "for turn in range(60):\n    for i, b in enumerate(grown): b.extend(bytes(turn * i * 37))\n"
        "for b in grown[::3]: del b[len(b) // 3:]\nfor b in grown[::4]: b.clear()"
    ),
    "realloc in every direction": (
        LIBC + "chance = random.Random(1)\nheld = {}\n"
        "for turn in range(4_000):\n    slot = chance.randrange(60)\n    size = chance.choice(SIZES) + chance.randrange(50)\n"
        "    held[slot] = realloc(held.get(slot), size + 1)\n"
        "    if turn % 7 == 0: free(held.pop(slot))"
    ),
    "realloc to nothing, reallocarray, calloc": (
        "a = calloc(1_000, 300); b = reallocarray(None, 10, 100); b = reallocarray(b, 1_000, 1_000)\n"
        "assert realloc(malloc(100), 0) is None\nassert reallocarray(b, 2**63, 4) is None\nassert calloc(2**63, 4) is None"
    ),
    "aligned blocks": (
        "aligned = []\nfor alignment in ALIGNMENTS:\n    for size in SIZES:\n"
        "        for make in (memalign, aligned_alloc): aligned.append(make(alignment, size))\n"
        "        p = pointer(); assert posix_memalign(p, alignment, size) == 0; aligned.append(p.value)\n"
        "aligned += [valloc(10), valloc(500_000), pvalloc(10), pvalloc(500_000), memalign(48, 100)]"
    ),
    "aligned blocks, moved and freed": (
        "for i in range(0, len(aligned), 3): aligned[i] = realloc(aligned[i], SIZES[i % len(SIZES)] + 1)\n"
        "for p in aligned[1::3]: free(p)\ndel aligned[1::3]"
    ),
    "extensions loaded": "import sqlite3, _decimal, lzma, bz2, xml.etree.ElementTree\ndb = sqlite3.connect(':memory:')\ndb.execute('create table t(x)')",
    "a large library loaded": "import pandas\nframe = pandas.DataFrame({'x': range(10_000)})",
    "errors": "x = bytes(1_000_000)\n1/0",
    "lists and dicts": "words = {str(i): [i] * (i % 50) for i in range(50_000)}\nlong = list(range(300_000))",
    "a collection": "import gc\nwords = long = None\ngc.collect()",
    "a subprocess": "import subprocess\nsubprocess.run(['true'])\nimport os\npid = os.fork()\nif pid == 0: os._exit(0)\nos.waitpid(pid, 0);",
    "all freed": "for p in list(held.values()) + aligned: free(p)\nheld.clear(); aligned.clear(); large = grown = arrays = frame = None",
}


def threads_of(kernel):
    return len(os.listdir(f"/proc/{kernel.pid}/task"))


def difference(kernel):
    """Of one of a few readings in which no other thread was in the middle of a call: the one that is told most often."""
    seen = [malloc_difference(beside(kernel, "_check")[1]) for _ in range(4)]
    told = [each for each in seen if each is not None]
    assert told, "no reading was stable"
    return max(set(told), key=told.count)


def test_all_blocks_of_malloc_are_booked_to_the_byte(start_kernel):
    kernel = start_kernel(env=ONE_ARENA)

    told = {"at first": (threads_of(kernel), difference(kernel))}
    for name, code in CELLS.items():
        assert kernel.run(code, timeout=120).status == ("error" if name == "errors" else "ok")
        told[name] = (threads_of(kernel), difference(kernel))

    left = {name: (threads, bytes_off - threads * OF_A_THREAD) for name, (threads, bytes_off) in told.items()}
    for threads, bytes_left in left.values():
        assert bytes_left in range(0, (threads + 1) * TOO_SMALL_FOR_A_CHUNK, TOO_SMALL_FOR_A_CHUNK), left
    assert len(set(left.values())) == len({threads for threads, _ in left.values()}), left  # the same as long as the threads are


def test_with_an_arena_for_each_thread_only_glibcs_own_is_added(start_kernel):
    kernel = start_kernel(env=TUNABLES)
    kernel.ok(CELLS["numpy"])
    threads = CELLS["threads"].replace("range(8)", "range(3)")
    kernel.ok(threads)
    kernel.ok(threads)
    settled = difference(kernel)  # the arenas are there now, and every thread to come takes one of them

    for name in ("blocks mapped by themselves", "bytearrays that grow and shrink", "realloc in every direction", "aligned blocks"):
        kernel.ok(CELLS[name], timeout=120)
        assert difference(kernel) == settled, name
    check(kernel)
