"""What the kernel reads of CPython's small-object allocator, in every other CPython on this machine: the layout is the same
from 3.10 to 3.13. Each is asked in a process of its own, by the addresses of blocks and the text of sys._debugmallocstats()."""
import json
import re
import subprocess
from pathlib import Path

import pytest

VERSIONS = ["3.10", "3.11", "3.12", "3.13"]
PLACES = ["/usr/bin", "/usr/local/bin", str(Path.home() / ".pyenv/versions/*/bin")]

PROBE = r"""
import ctypes, json, sys
api, size, address = ctypes.pythonapi, ctypes.c_size_t, ctypes.c_void_p
api.PyObject_Malloc.restype, api.PyObject_Malloc.argtypes = address, [size]
api.PyObject_Free.restype, api.PyObject_Free.argtypes = None, [address]
class Header(ctypes.Structure):  # PoolHeader in kernel/cpython/pymalloc.hpp
    _fields_ = [("blocks_in_use", ctypes.c_uint32), ("unused", ctypes.c_uint32), ("free_block", address), ("next", address),
                ("previous", address), ("arena_index", ctypes.c_uint32), ("class_index", ctypes.c_uint32),
                ("next_offset", ctypes.c_uint32), ("max_next_offset", ctypes.c_uint32)]
def header_of(block):
    return Header.from_address(block & ~0x3FFF)
wrong = []
for asked in range(1, 513):
    blocks = [api.PyObject_Malloc(asked) for _ in range(50)]
    class_bytes = (asked + 15) // 16 * 16
    for block in blocks:
        header = header_of(block)
        fits = (header.class_index == class_bytes // 16 - 1, header.max_next_offset == 16384 - class_bytes,
                0 < header.blocks_in_use <= (16384 - 48) // class_bytes,
                ((block & 0x3FFF) - 48) % class_bytes == 0, (header.next_offset - 48) % class_bytes == 0)
        if not all(fits):
            wrong.append([asked, fits])
    if asked > 128:  # what runs in between takes smaller ones only
        last = blocks.pop()
        header = header_of(last)
        before = header.blocks_in_use
        api.PyObject_Free(last)
        if before > 1 and (header.blocks_in_use != before - 1 or header.free_block != last):
            wrong.append([asked, "free list"])
    for block in blocks:
        api.PyObject_Free(block)
sys._debugmallocstats()
print(json.dumps({"wrong": wrong[:5], "header_bytes": ctypes.sizeof(Header), "class_index_at": Header.class_index.offset}))
"""


def pythons(version):
    found = [path for place in PLACES for path in Path("/").glob(f"{place[1:]}/python{version}")]
    return sorted({path.resolve() for path in found if not path.name.endswith("t")})


def is_free_threaded(python):
    code = "import sysconfig; print(int(bool(sysconfig.get_config_var('Py_GIL_DISABLED'))))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True).stdout.strip() == "1"


@pytest.mark.parametrize("version", VERSIONS)
def test_the_pools_lie_in_memory_as_the_kernel_reads_them(version):
    found = [python for python in pythons(version) if not is_free_threaded(python)]
    if not found:
        pytest.skip(f"no CPython {version} on this machine")
    for python in found:
        ran = subprocess.run([python, "-I", "-c", PROBE], capture_output=True, text=True, check=True, timeout=50)
        assert json.loads(ran.stdout) == {"wrong": [], "header_bytes": 48, "class_index_at": 36}, python
        assert re.search(r"^\d+ arenas \* 1048576 bytes/arena", ran.stderr, re.MULTILINE), python
        assert re.search(r"^\d+ unused pools \* 16384 bytes", ran.stderr, re.MULTILINE), python
        assert re.search(r"bytes lost to pool headers", ran.stderr), python
