"""An allocation must not need more instructions than it did: the figures are kept in instructions/expected.json."""

import json
import os
import shutil
from pathlib import Path

import pytest
from instructions import count

ROOT = Path(__file__).resolve().parents[2]
# What ./tutor test has built; XMEMORY_ALLOCATION_PAIRS names another.
PROGRAM = Path(
    os.environ.get("XMEMORY_ALLOCATION_PAIRS", ROOT / "build/release/tests/benchmarks/instructions/allocation_pairs")
)
MAY_GROW_BY = 1.02


@pytest.mark.skipif(not shutil.which("valgrind"), reason="Debian's package valgrind is not installed")
@pytest.mark.skipif(not PROGRAM.exists(), reason=f"there is no {PROGRAM}")
@pytest.mark.timeout(200)
def test_an_allocation_needs_no_more_instructions_than_it_did():
    expected = json.loads(count.EXPECTED.read_text())
    counted = count.instructions_per_pair(PROGRAM)
    assert set(counted) == set(expected)
    grown = {kind: (expected[kind], counted[kind]) for kind in counted if counted[kind] > expected[kind] * MAY_GROW_BY}
    assert not grown, (
        f"instructions for a pair, before and now: {grown}. Where that is wanted: "
        f"python tests/benchmarks/instructions/count.py {PROGRAM} --keep"
    )
