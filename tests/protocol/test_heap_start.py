"""malloc's heap begins above 1 GiB in every kernel, so that addresses kept as ints take the same bytes; and it costs nothing."""
import resource

import pytest

pytestmark = pytest.mark.xmemory_only

GIB = 2**30


def heap(kernel):
    with open(f"/proc/{kernel.pid}/maps") as file:
        lines = [line.split("-")[0] for line in file if line.rstrip().endswith("[heap]")]
    return [int(line, 16) for line in lines]


def in_bytes(kernel, field):
    with open(f"/proc/{kernel.pid}/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(field))


def test_the_heap_begins_above_1_gib_somewhere_else_each_time(start_kernel):
    begins = []
    for _ in range(4):
        kernel = start_kernel()
        begins += heap(kernel)
        assert kernel.evaluate("__import__('sys').getsizeof(id(type('X', (), {})))") == "32"
        kernel.end()
    assert len(begins) == len(set(begins)) == 4
    assert all(begin >= GIB for begin in begins)


def test_what_is_skipped_is_neither_mapped_nor_counted_as_the_heaps(fresh):
    assert in_bytes(fresh, "VmData") < GIB / 2
    fresh.ok("import xmemory")
    assert int(fresh.evaluate("xmemory.pools()['malloc']['heap_bytes']")) < 50_000_000


@pytest.mark.parametrize("limit", ["RLIMIT_AS", "RLIMIT_DATA"])
def test_a_kernel_starts_under_limits_as_it_did(start_kernel, limit):
    kernel = start_kernel(preexec_fn=lambda: resource.setrlimit(getattr(resource, limit), (GIB, GIB)))
    assert kernel.ok("len(bytes(100_000_000))").value["text/plain"] == "100000000"
    assert heap(kernel)[0] >= GIB or limit == "RLIMIT_DATA"
