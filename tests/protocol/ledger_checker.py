"""Holds a running kernel's books against what is not our own table. Any test may call check(kernel); conftest.py does after each.

It compares, to the byte, and of one and the same moment:
- small blocks, their number and their set-aside bytes: the ledger, a walk through the pools' headers, and the table that
  CPython itself prints (the text of sys._debugmallocstats());
- small blocks by maker, their number, asked and set-aside bytes: the ledger, and the tags of all blocks found in the pools;
- live bytes of all origins: summed over makers, and over all numbers that a maker may have. Native code of other threads goes
  on meanwhile, so these two have to meet once in a few readings.

malloc's side is held to mallinfo2 where the kernel runs under TUNABLES: see malloc_difference().
"""
import ast
import json
import re
import subprocess
import sysconfig
import tempfile
from functools import cache
from pathlib import Path

# Without its caches glibc knows of each block whether it is in use.
TUNABLES = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0"}
READINGS = 5


@cache
def library():
    """The extension module that reads within the kernel, built for the Python that runs the tests: the kernel's is the same."""
    folder = tempfile.TemporaryDirectory(prefix="ledger-reader-")
    path = Path(folder.name) / "ledger_reader.so"
    source = Path(__file__).with_suffix("").with_name("ledger_reader.c")
    include = sysconfig.get_path("include")
    subprocess.run(["cc", "-shared", "-fPIC", f"-I{include}", "-o", path, source], check=True)
    return folder, path


def reader():
    """An expression that gives the module in the kernel, and leaves nothing behind but the module itself."""
    return (
        "(__import__('sys').modules.get('ledger_reader') or __import__('_imp').create_dynamic("
        f"__import__('types').SimpleNamespace(name='ledger_reader', origin={str(library()[1])!r})))"
    )


def evaluate(kernel, expression):
    """The value of an expression in the kernel, by way of JSON. No cell runs, and nothing is kept."""
    return json.loads(ast.literal_eval(kernel.evaluate(f"__import__('json').dumps({expression})")))


def beside(kernel, function):
    """CPython's table, and what xmemory.FUNCTION() says at that moment."""
    return evaluate(kernel, f"{reader()}.beside(__import__('xmemory').{function})")


def sums_of(table):
    """What CPython's table says of all blocks in use; its own total has to agree with its rows."""
    rows = re.findall(r"^ +\d+ +(\d+) +\d+ +(\d+) +\d+$", table, re.MULTILINE)
    set_aside = sum(int(size) * int(in_use) for size, in_use in rows)
    stated = re.search(r"^# bytes in allocated blocks += +([\d,]+)$", table, re.MULTILINE)[1]
    assert set_aside == int(stated.replace(",", "")) > 0
    return {"python_small_blocks": sum(int(in_use) for _, in_use in rows), "python_small_set_aside_bytes": set_aside}


NOTHING = {"bytes": 0, "blocks": 0, "slack_bytes": 0}


def check(kernel):
    """Whether the books were read: not where something has taken the place of Python's allocators."""
    differences = []
    for _ in range(READINGS):
        table, books = beside(kernel, "_check")
        if "why_blind" in books:
            return False
        assert books["ledger"] == books["pools"] == sums_of(table)
        assert books["tags_are_exact"]
        for maker, said in books["small_by_maker"].items():
            assert said.get("ledger", NOTHING) == said.get("tags", NOTHING), (maker, said)
        differences.append(books["in_use"])
        if books["in_use"]["by_maker"] == books["in_use"]["by_origin"]:
            return True
    raise AssertionError(f"live blocks by maker and by origin never meet: {differences}")


def malloc_difference(books):
    """glibc's bytes in use less what the ledger's blocks take, by glibc's own layout; None where other threads were at work.

    A block takes what was asked for, rounding, our header, 8 bytes of glibc's, and 8 more where it is mapped by itself; an
    aligned one the room before it. What remains is glibc's own: always the same, but for each arena and heap it makes.
    """
    malloc = books["malloc"]
    if not malloc["stable"]:
        return None
    amounts = [malloc["python_large"], malloc["native"]]
    taken = sum(amount["bytes"] + amount["slack_bytes"] + amount["blocks"] * (malloc["header_bytes"] + 8) for amount in amounts)
    return malloc["glibc_in_use_bytes"] - taken - 8 * malloc["glibc_mapped_blocks"] - malloc["alignment_bytes"]
