"""CPython's own test suite, in the kernel's interpreter with the hooks on: what passes under a stock Python passes here.

The suite is Debian's package libpython3.11-testsuite. XMEMORY_LONG=1 runs all of it that makes sense in one process.
"""
import pytest

from conftest import LONG
from modules import SHORT, SUITE, all_modules, explanation_of

pytestmark = [
    pytest.mark.xmemory_only,
    pytest.mark.skipif(not SUITE.joinpath("test_dict.py").exists(), reason="libpython3.11-testsuite is not installed"),
]


def worse(stock, here):
    """What a stock Python passes and the kernel does not, without an explanation: test → why."""
    return {
        test: here["why"].get(test) or "it did not run"
        for test, outcome in stock["outcomes"].items()
        if outcome == "passed" and here["outcomes"].get(test) != "passed" and not explanation_of(test)
    }


@pytest.mark.parametrize("module", all_modules() if LONG else SHORT)
def test_what_passes_under_a_stock_python_passes_here(module, stock, here, table, tmp_path):
    expected = stock.run(module, tmp_path / "stock.json")
    if expected is None:
        table.append({"module": module, "stock dies": True})
        pytest.skip("a stock Python dies of it")

    found = here.run(module, tmp_path / "here.json")
    failed = worse(expected, found)
    again = 0
    if failed:  # the machine is shared: a test of time may fail once
        here.end()
        again = len(failed)
        found = here.run(module, tmp_path / "here.json")
        failed = worse(expected, found)

    outcomes = list(found["outcomes"].values())
    table.append(
        {
            "module": module,
            "tests": len(outcomes),
            **{word: outcomes.count(word) for word in ("passed", "skipped")},
            "failed on both": sum(o == "failed" and expected["outcomes"].get(t) == "failed" for t, o in found["outcomes"].items()),
            "failed here only": len(failed),
            "otherwise, explained": sum(
                bool(explanation_of(t)) and o != found["outcomes"].get(t) for t, o in expected["outcomes"].items()
            ),
            "why otherwise": sorted(
                {explanation_of(t) for t, o in expected["outcomes"].items() if explanation_of(t) and o != found["outcomes"].get(t)}
            ),
            "passed when run again": again - len(failed),
            "why skipped": sorted({found["why"].get(t, "") for t, o in found["outcomes"].items() if o == "skipped"}),
        }
    )
    books = here.books()
    assert not failed, "\n".join(f"{test}: {why}" for test, why in failed.items())
    assert books["ledger"] == books["pools"]
    assert books["in_use"]["by_maker"] == books["in_use"]["by_origin"]
