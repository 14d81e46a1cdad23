"""Random programs in a running kernel: not one byte off after any of them."""
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from long_run import Deadline, seconds
from random_program import SETUP, Program

pytestmark = [pytest.mark.xmemory_only, pytest.mark.timeout(seconds(40) + 300)]

IN_ONE_GO = settings(
    max_examples=6,
    stateful_step_count=12,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


def test_random_programs_leave_no_byte_unaccounted(start_kernel, capsys):
    Program.kernel = start_kernel()
    Program.number = Program.kernel.ok(SETUP + "ZEROS = bytes(2_000_100)").record["cell"]
    deadline = Deadline(short=25)

    while not deadline.passed():
        run_state_machine_as_test(Program, settings=IN_ONE_GO)

    with capsys.disabled():
        print(f"\n{Program.programs} random programs, {Program.cells} cells, {Program.freed_blocks} blocks freed one by one", end=" ")
