"""A large request of the learner's code fails, one after the other: the kernel dies nowhere where plain Python does not, and no
count is lost. fault_runs.py prints the table of all of them; here each program has a few, and all with ./tutor test --long."""
import pytest

from fault_programs import PROGRAMS
from fault_runs import FaultyRuns, in_plain_python
from long_run import LONG_SECONDS

pytestmark = pytest.mark.xmemory_only
FEW = 6


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_failed_request_is_an_error_and_no_more(program, start_kernel):
    runs = FaultyRuns(program, start_kernel)
    requests = runs.requests()
    assert requests >= FEW
    # Some code runs only once in a kernel's life, so the last of them need not come again.
    numbers = range(1, requests + 1, 1 if LONG_SECONDS else max(1, requests // FEW))
    for nth in numbers:
        runs.run(nth)

    assert runs.hit >= len(numbers) - 1 - len(numbers) // 10
    for place in runs.deaths():
        assert in_plain_python(program)["outcomes"].get(place), place
