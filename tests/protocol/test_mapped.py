"""Memory that code maps from the system by itself: a line of its own, exact; and what neither line sees is "unseen by us"."""
import pytest

from kernel_driver import REPORT_MIME

pytestmark = pytest.mark.xmemory_only

PAGE = 4096
ANONYMOUS, PRIVATE, READ_WRITE, NONE = 0x20, 0x02, 3, 0

LIBC = f"""
import ctypes, mmap
libc = ctypes.CDLL(None, use_errno=True)
address, size, number = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int
libc.mmap.restype, libc.mmap.argtypes = address, (address, size, number, number, number, ctypes.c_long)
libc.munmap.argtypes, libc.mprotect.argtypes = (address, size), (address, size, number)
libc.memset.argtypes = (address, number, size)
a = b = m = n = None
def map(pages, protection={READ_WRITE}):
    return libc.mmap(None, pages * {PAGE}, protection, {ANONYMOUS | PRIVATE}, -1, 0)
def unmap(begin, pages):
    return libc.munmap(begin, pages * {PAGE})
def system_call_map(bytes):  # past the C library, and so past us
    libc.syscall.restype, libc.syscall.argtypes = address, (ctypes.c_long, address, size, number, number, number, ctypes.c_long)
    return libc.syscall(9, None, bytes, {READ_WRITE}, {ANONYMOUS | PRIVATE}, -1, 0)
"""


@pytest.fixture
def mapping(fresh):
    fresh.ok(LIBC)
    fresh.ok("a = map(1); unmap(a, 1); libc.mprotect(0, 0, 0);")  # ctypes keeps something of the first call of each
    return fresh


def lines(record):
    return record["mapped_bytes"], record["unmapped_earlier_bytes"]


def footer(result):
    return result.footers[0]["content"]["data"]["text/plain"].splitlines()[0].replace("\u00a0", " ")


def test_what_a_cell_maps_and_unmaps_is_told_to_the_byte_and_is_in_no_other_figure(mapping):
    record = mapping.ok("a = map(1000)").record
    assert lines(record) == (1000 * PAGE, 0)
    assert record["kept_bytes"] < 100  # the address, an int
    assert lines(mapping.ok("b = map(10)\nunmap(b, 10);").record) == (0, 0)
    assert lines(mapping.ok("unmap(a + 100 * 4096, 50);").record) == (0, 50 * PAGE)
    assert lines(mapping.ok("unmap(a, 1000); b = map(3)").record) == (3 * PAGE, 950 * PAGE)
    assert lines(mapping.ok("unmap(b, 3);").record) == (0, 3 * PAGE)
    assert lines(mapping.ok("x = [bytes(n) for n in range(0, 3_000_000, 100_000)]").record) == (0, 0)  # malloc's, and arenas


def test_a_reservation_counts_once_it_is_made_accessible(mapping):
    assert lines(mapping.ok("a = map(262_144, 0)").record) == (0, 0)
    assert lines(mapping.ok("libc.mprotect(a + 4096 * 1000, 4096 * 256, 3);").record) == (256 * PAGE, 0)
    assert lines(mapping.ok("unmap(a, 262_144);").record) == (0, 256 * PAGE)


def test_pythons_mmap_is_told_with_what_the_system_really_holds_of_it(mapping):
    made = mapping.ok("m = mmap.mmap(-1, 90_000_000)")
    assert lines(made.record) == (90_001_408, 0)
    assert made.record["resident_mapped_delta_bytes"] == 0

    written = mapping.ok("m.write(b'x' * 90_000_000);")
    assert lines(written.record) == (0, 0)
    assert written.record["resident_mapped_delta_bytes"] == 90_001_408
    assert written.record["unseen_bytes"] < 1_000_000
    assert footer(written) == "Memory: needed 90.0 MB while running, kept nothing; memory that code maps itself grew by 90.0 MB."

    overview = mapping.ok("%memory").displays[0]
    assert (overview[REPORT_MIME]["mapped_bytes"], overview[REPORT_MIME]["resident_mapped_bytes"]) == (90_001_408, 90_001_408)
    assert "has mapped 90.0" in overview["text/plain"]
    gone = mapping.ok("m.close()").record
    assert lines(gone) == (0, 90_001_408)
    assert gone["resident_mapped_delta_bytes"] == -90_001_408
    assert "has mapped" not in mapping.ok("%memory").displays[0]["text/plain"]


def test_threads_of_a_cell_map_for_it(mapping):
    mapping.ok("import threading")
    record = mapping.ok(
        "def work():\n    for n in range(200):\n        unmap(map(n + 1), n + 1)\n    map(7)\n"
        "threads = [threading.Thread(target=work) for _ in range(6)]\n"
        "for thread in threads: thread.start()\nfor thread in threads: thread.join()"
    ).record
    assert lines(record) == (6 * 7 * PAGE, 0)


def test_a_mapped_file_is_no_memory(mapping):
    record = mapping.ok(
        "import tempfile\nfile = tempfile.TemporaryFile()\nfile.truncate(1_000_000)\nm = mmap.mmap(file.fileno(), 1_000_000)"
    ).record
    assert record["mapped_bytes"] == 0


def test_a_resize_makes_it_the_running_cells(mapping):
    mapping.ok("m = mmap.mmap(-1, 4096 * 10)")
    assert lines(mapping.ok("m.resize(4096 * 100)").record) == (100 * PAGE, 10 * PAGE)
    assert lines(mapping.ok("m.resize(4096 * 5)").record) == (5 * PAGE, 100 * PAGE)


def test_more_mappings_than_the_books_have_room_for_are_unknown_and_all_else_goes_on(mapping):
    record = mapping.ok("a = map(40_000)\nfor page in range(1, 40_000, 2): unmap(a + page * 4096, 1)").record
    assert record["mapped_bytes"] is None and record["unmapped_earlier_bytes"] is None
    assert record["exact"] and record["kept_bytes"] is not None
    assert mapping.ok("b = map(10)").record["mapped_bytes"] is None
    assert mapping.ok("%memory").displays[0][REPORT_MIME]["mapped_bytes"] is None


def test_what_is_mapped_by_a_system_call_of_its_own_is_unseen_by_us_each_time(mapping):
    for name in ("a", "b"):
        result = mapping.ok(f"{name} = system_call_map(90_000_000)\nlibc.memset({name}, 1, 90_000_000);")
        assert result.record["unseen_bytes"] == pytest.approx(90_000_000, rel=0.02)
        assert result.record["mapped_bytes"] == 0
        assert "unseen by us" in footer(result)
    assert mapping.ok("libc.munmap(a, 90_000_000);").record["unseen_bytes"] == 0
    result = mapping.ok("a = system_call_map(90_000_000)\nlibc.memset(a, 1, 90_000_000);")
    assert result.record["unseen_bytes"] == pytest.approx(90_000_000, rel=0.02)  # what went again is not counted against it
