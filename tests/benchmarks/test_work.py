"""The work that is timed does what it says, so that no kernel is fast by doing less."""

import programs
import pytest
import rows


@pytest.mark.parametrize("name", rows.ROWS)
def test_every_row_runs_and_takes_time(name):
    assert rows.timed(name) > 0


def test_planets_keep_their_energy():
    assert programs.planets(1) == pytest.approx(programs.planets(2), rel=0.01)


def test_the_scheduler_delivers_what_is_due():
    # the first tick; of it an order and the second tick; of the order its result; of the second tick again two
    assert programs.scheduler(end=2) == 1 + 2 + 1 + 2


def test_formulas_are_read_and_derived():
    tree = programs.Formula("2 * x * x + 3 * (x - 1)").tree
    derived = programs.simplified(programs.derivative(tree, "x"))
    assert programs.written(derived) == "(((2.0 * x) + (2.0 * x)) + 3.0)"
