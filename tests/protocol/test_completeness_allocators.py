"""No way to get memory is missed: each domain of CPython in every direction of realloc, the aligned family of the C library,
RAW without the GIL, mappings, and interpreters within the process. Bytes are exact, by origin."""

import pytest

import ledger_checker

pytestmark = pytest.mark.xmemory_only

# box keeps the address outside of Python's heap, so that nothing but the block itself is left of a cell.
FUNCTIONS = """
import ctypes, json, xmemory
size, address = ctypes.c_size_t, ctypes.c_void_p
def of(library, name, *takes, gives=address):
    function = getattr(library, name)
    function.restype, function.argtypes = gives, takes
    return function
domains = {}
for domain in ("PyMem_", "PyObject_", "PyMem_Raw"):
    domains[domain] = (of(ctypes.pythonapi, domain + "Malloc", size), of(ctypes.pythonapi, domain + "Calloc", size, size),
                       of(ctypes.pythonapi, domain + "Realloc", address, size),
                       of(ctypes.pythonapi, domain + "Free", address, gives=None))
libc = ctypes.CDLL(None)
c_realloc, c_free = of(libc, "realloc", address, size), of(libc, "free", address, gives=None)
aligned_alloc, memalign = of(libc, "aligned_alloc", size, size), of(libc, "memalign", size, size)
valloc = of(libc, "valloc", size)
posix_memalign = of(libc, "posix_memalign", ctypes.POINTER(address), size, size, gives=ctypes.c_int)
box, other = address(), address()
def use(domain):
    global make, make_zeroed, resize, release
    make, make_zeroed, resize, release = domains[domain]
"""


@pytest.fixture
def allocators(kernel):
    kernel.ok(FUNCTIONS)
    for warm in (  # ctypes keeps something of the first call of each
        "use('PyMem_'); box.value = make(5); box.value = resize(box, 6); release(box)",
        "box.value = make_zeroed(1, 5); release(box); box.value = aligned_alloc(16, 16); c_free(box)",
        "posix_memalign(other, 16, 16); box.value = c_realloc(other, 5); c_free(box)",
    ):
        kernel.ok(warm + ";")
    return kernel


def net(record):
    return {name: origin["net_bytes"] for name, origin in record["origins"].items() if origin["net_bytes"]}


# From a block of the pools up to malloc and back: realloc leaves what malloc has with malloc (Objects/obmalloc.c).
STEPS = [1, 16, 17, 400, 512, 400, 300, 512, 513, 100_000, 1_000_000, 600, 512, 300, 16, 1, 700]


@pytest.mark.parametrize("domain", ["PyMem_", "PyObject_", "PyMem_Raw"])
def test_realloc_in_every_direction_is_booked_to_the_byte(allocators, domain):
    allocators.ok(f"use({domain!r})")
    small = domain != "PyMem_Raw"
    record = allocators.ok("box.value = make(100)").record
    where, before = "python_small" if small else "python_large", 100
    assert net(record) == {where: 100}
    maker = record["cell"]

    for asked in STEPS:
        record = allocators.ok(f"box.value = resize(box, {asked})").record
        now = "python_small" if small and asked <= 512 and where == "python_small" else "python_large"
        expected = {where: -before, now: asked} if now != where else {where: asked - before}
        assert net(record) == {name: bytes for name, bytes in expected.items() if bytes}, asked
        assert record["freed_earlier_by_cell"] == {str(maker): before}, asked
        where, before, maker = now, asked, record["cell"]

    assert net(allocators.ok("release(box)").record) == {where: -before}
    ledger_checker.check(allocators)


@pytest.mark.parametrize("domain", ["PyMem_", "PyObject_", "PyMem_Raw"])
def test_calloc_and_zero_bytes(allocators, domain):
    allocators.ok(f"use({domain!r})")
    for number, each in ((1, 40), (16, 32), (1, 513), (1000, 100)):
        where = "python_small" if number * each <= 512 and domain != "PyMem_Raw" else "python_large"
        assert net(allocators.ok(f"box.value = make_zeroed({number}, {each})").record) == {where: number * each}
        assert net(allocators.ok("release(box)").record) == {where: -number * each}
    record = allocators.ok("box.value = make(0)").record  # a block all the same, of the 0 bytes that were asked for
    assert record["origins"]["python_large"]["allocated_blocks"] == 1
    assert net(record) == net(allocators.ok("release(box)").record) == {}
    ledger_checker.check(allocators)


def test_aligned_blocks_are_booked_as_asked_also_when_resized_and_freed_later(allocators):
    def native(code):
        return allocators.ok(code + ";").record["origins"]["native"]["net_bytes"]

    assert native("posix_memalign(box, 4096, 10_000)") == 10_000
    assert native("box.value = c_realloc(box, 20_000)") == 10_000
    assert native("c_free(box)") == -20_000
    assert native("box.value = aligned_alloc(64, 640)") == 640
    assert native("other.value = memalign(1 << 20, 5)") == 5
    assert native("c_free(box); c_free(other)") == -645
    assert native("box.value = valloc(7)") == 7
    assert native("c_free(box)") == -7


def test_raw_blocks_made_and_freed_by_threads_without_the_gil(allocators):
    allocators.ok(
        "import threading\nfree_running = ctypes.CDLL(None)\n"
        "make, release = of(free_running, 'PyMem_RawMalloc', size), of(free_running, 'PyMem_RawFree', address, gives=None)\n"
        "boxes = [(address * 1000)() for _ in range(4)]\n"
        "def fill(mine):\n    for n in range(1000): mine[n] = make(1000)\n"
        "def empty(mine):\n    for n in range(1000): release(mine[n])\n"
        "def four(what):\n"
        "    threads = [threading.Thread(target=what, args=(mine,)) for mine in boxes]\n"
        "    for each in threads: each.start()\n    for each in threads: each.join()"
    )
    filled = allocators.ok("four(fill)").record
    assert 4_000_000 <= filled["origins"]["python_large"]["kept_bytes"] < 4_000_000 + 50_000  # and the threads' own
    emptied = allocators.ok("boxes.append(boxes.pop(0)); four(empty)").record
    assert emptied["freed_earlier_by_cell"][str(filled["cell"])] >= 4_000_000
    assert emptied["exact"] is False and "at least" in emptied["why"]
    ledger_checker.check(allocators)


def test_an_interpreter_within_the_process_is_counted_like_any_code(fresh):
    fresh.ok("import json, xmemory, _xxsubinterpreters as interpreters\ninner = interpreters.create()")
    record = fresh.ok("interpreters.run_string(inner, 'x = [bytes(1000) for _ in range(1000)]; y = bytes(1_000_000)')").record
    assert record["origins"]["python_large"]["kept_bytes"] >= 1000 * 1033 + 1_000_033
    ledger_checker.check(fresh)
    gone = fresh.ok("interpreters.destroy(inner)").record
    assert gone["freed_earlier_by_cell"][str(record["cell"])] >= 1000 * 1033 + 1_000_033
    ledger_checker.check(fresh)


def test_what_an_interpreter_within_the_process_keeps_is_the_cells_that_ran_it(fresh):
    fresh.ok("import json, xmemory, _xxsubinterpreters as interpreters\ninners = [interpreters.create() for _ in range(3)]")
    run = "for inner in inners: interpreters.run_string(inner, {!r})"
    fresh.ok(run.format("x = None"))
    made = fresh.ok(run.format("x = bytes(1_000_000)")).record
    assert made["origins"]["python_large"]["kept_bytes"] >= 3 * 1_000_033 and made["exact"]
    freed = fresh.ok(run.format("x = None")).record
    assert freed["freed_earlier_by_cell"][str(made["cell"])] >= 3 * 1_000_033
    in_a_thread = fresh.ok(
        "import threading\nthread = threading.Thread(target=interpreters.run_string, args=(inners[0], 'x = bytes(2_000_000)'))\n"
        "thread.start(); thread.join()"
    ).record
    assert in_a_thread["origins"]["python_large"]["kept_bytes"] >= 2_000_033
    ledger_checker.check(fresh)
    fresh.ok(run.format("import gc, json, decimal; y = [decimal.Decimal(n) for n in range(1000)]; del y; gc.collect()"))
    fresh.ok("for inner in inners: interpreters.destroy(inner)")
    ledger_checker.check(fresh)


def test_deep_recursion_takes_chunks_of_the_frames_stack_and_keeps_nothing(fresh):
    fresh.ok("import json, sys, xmemory\nsys.setrecursionlimit(60_000)\ndef deep(n): return deep(n - 1) if n else 0")
    fresh.ok("deep(50_000);")
    record = fresh.ok("deep(50_000);").record
    assert record["kept_bytes"] == 0 and record["exact"]
    ledger_checker.check(fresh)


def test_numpys_cache_of_small_blocks_goes_by_its_first_maker(fresh):
    fresh.ok("import json, xmemory, numpy as np\nnp.ones(20);")
    first = fresh.ok("a = np.ones(3_000)").record["origins"]["native"]
    assert first["kept_bytes"] == 24_000
    fresh.ok("a = None")
    cached = fresh.ok("a = np.ones(20)").record["origins"]["native"]
    assert cached["allocated_bytes"] in (0, 160)  # numpy gives a block that it had kept, or asks for one
    ledger_checker.check(fresh)
