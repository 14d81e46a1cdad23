"""Kernels for the protocol tests. XMEMORY_TEST_KERNEL names another kernel to hold the tests against."""
import subprocess
from pathlib import Path

import pytest

from kernel_driver import IS_XMEMORY, Kernel


def pytest_collection_modifyitems(items):
    if not IS_XMEMORY:
        for item in items:
            if item.get_closest_marker("xmemory_only"):
                item.add_marker(pytest.mark.skip(reason="not promised by this kernel"))


@pytest.fixture(scope="module")
def module_kernel(tmp_path_factory):
    """One kernel for a whole file: for tests that do not mind what ran before."""
    kernel = Kernel(tmp_path_factory.mktemp("kernel")).start()
    yield kernel
    kernel.end()


@pytest.fixture
def kernel(module_kernel):
    """The file's kernel, started again where a test before this one left it dead or busy."""
    if not module_kernel.at_rest():
        module_kernel.end()
        module_kernel.start()
    return module_kernel


@pytest.fixture
def start_kernel(tmp_path_factory):
    """A function that starts one more kernel: start_kernel(cwd=…, env=…)."""
    kernels = []

    def start(**options):
        kernels.append(Kernel(tmp_path_factory.mktemp("kernel"), **options))
        return kernels[-1].start()

    yield start
    for kernel in kernels:
        kernel.end()


@pytest.fixture
def fresh(start_kernel):
    """A kernel in which nothing has run yet."""
    return start_kernel()


@pytest.fixture(scope="session")
def pymalloc_table(tmp_path_factory):
    """The library that writes CPython's own table of its pools."""
    path = tmp_path_factory.mktemp("library") / "pymalloc_table.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", path, Path(__file__).with_name("pymalloc_table.c")], check=True)
    return path
