"""Kernels for the protocol tests. XMEMORY_TEST_KERNEL names another kernel to hold the tests against."""
import pytest

pytest.register_assert_rewrite("ledger_checker", "random_program", "fault_runs")

import ledger_checker
from kernel_driver import IS_XMEMORY, Kernel


def pytest_collection_modifyitems(items):
    if not IS_XMEMORY:
        for item in items:
            if item.get_closest_marker("xmemory_only"):
                item.add_marker(pytest.mark.skip(reason="not promised by this kernel"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """After each test the books of all its kernels balance, but for kernels that it left dead, busy or blind."""
    outcome = yield
    if IS_XMEMORY:
        for kernel in Kernel.started:
            if kernel.at_rest():
                ledger_checker.check(kernel)
    return outcome


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
    """A function that starts one more kernel: start_kernel(cwd=…, env=…, and what subprocess.Popen takes)."""
    kernels = []

    def start(cwd=None, env=None, **popen):
        kernels.append(Kernel(tmp_path_factory.mktemp("kernel"), cwd=cwd, env=env))
        return kernels[-1].start(**popen)

    yield start
    for kernel in kernels:
        kernel.end()


@pytest.fixture
def fresh(start_kernel):
    """A kernel in which nothing has run yet."""
    return start_kernel()
