"""What a notebook that loads, copies, filters and forgets to delete still holds, and which cell made it: exact to the byte."""
import ast

import pytest

pytestmark = pytest.mark.xmemory_only

MILLION = 1_000_000


@pytest.fixture
def notebook(fresh):
    """Runs a cell and gives its number."""
    fresh.ok("import numpy as np, sys\nwarm = np.arange(3)\nwarm = warm[warm > 1].copy()\ndel warm")
    return lambda code: fresh.ok(code).record["cell"]


def still_in_use(kernel):
    """Bytes by cell, as xmemory.cells() gives them."""
    told = "{record['cell']: record['still_in_use_bytes'] for record in __import__('xmemory').cells()}"
    return ast.literal_eval(kernel.evaluate(told))


def value(kernel, expression):
    return ast.literal_eval(kernel.evaluate(expression))


def test_the_cells_that_made_what_was_forgotten_are_named_with_the_bytes(fresh, notebook):
    loaded = notebook("data = np.arange(1_000_000)")
    copied = notebook("copied = data.copy()")
    filtered = notebook("even = copied[copied % 2 == 0]")
    texts = notebook("names = [str(n) for n in range(100_000)]")
    longer = notebook("longer = [name for name in names if len(name) > 3]")
    deleted = notebook("del data, names")
    viewed = notebook("view = copied[:10]")
    notebook("del copied")

    held = still_in_use(fresh)
    array_object = held[viewed]
    assert held[loaded] == held[deleted] == 0
    assert 0 < array_object < 200
    assert held[copied] == 8 * MILLION + array_object  # ten numbers that are looked at hold all of them
    assert held[filtered] == value(fresh, "sys.getsizeof(even)")
    assert held[texts] == value(fresh, "sum(map(sys.getsizeof, longer))")  # the list went, most texts did not
    assert held[longer] == value(fresh, "sys.getsizeof(longer) - sys.getsizeof([])")  # a list object from the free list
    assert fresh.run("%memory cells").displays[-1]["text/plain"].startswith(f"Cell [{copied}] has most still in use: 8.00\xa0MB.")

    notebook("del view")
    assert still_in_use(fresh)[copied] == 0
    notebook("del longer, even")
    rest = {cell: held for cell, held in still_in_use(fresh).items() if held and cell >= loaded}
    assert rest == {filtered: 16}  # what described the array's shape: numpy keeps it for another
