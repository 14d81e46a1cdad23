"""The same notebook in fresh kernels gives the same records: all fields, but for time, the system's view of the process, and
the bytes of a few objects that CPython's lists of freed ones had ready or had not.

The six lessons, and four notebooks (repeated/) of what lessons lack: classes and exceptions, threads that are joined, numpy and
pandas, awaiting. Python's hashes of texts are fixed, as for any program that is to be repeated; addresses are as Linux chooses
them. What cannot be the same is listed in repeated_notebooks.py, by cell and field, each with its reason.
"""
import os

import pytest

from repeated_notebooks import NOTEBOOKS, allowed, cells_of, flat

pytestmark = [pytest.mark.xmemory_only, pytest.mark.timeout(3000)]

KERNELS = 10 if os.environ.get("XMEMORY_LONG") == "1" else 2


def records_of(kernel, cells):
    return [flat(kernel.run(cell.source, timeout=200).record) for cell in cells]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_same_notebook_in_fresh_kernels_gives_the_same_records(name, start_kernel):
    cells = cells_of(name)
    runs = []
    for _ in range(KERNELS):
        kernel = start_kernel(env={"PYTHONHASHSEED": "0"})
        runs.append(records_of(kernel, cells))
        kernel.end()

    differing = {}
    for number, cell in enumerate(cells):
        for field in sorted(set().union(*(run[number] for run in runs))):
            values = [run[number].get(field) for run in runs]
            if len(set(values)) > 1 and not allowed(name, cell.name, field, values):
                differing[f"{cell.name}: {field}"] = values
    assert differing == {}
