"""What the harness makes of the times that it is given."""

import pytest
from ratios import Ratio, by_row, geometric_mean, ratio


def test_each_round_is_compared_with_itself():
    slow_second_round = ratio([2.0, 20.0, 2.0], [1.0, 10.0, 1.0])
    assert slow_second_round == Ratio(2.0, 2.0, 2.0)


def test_the_median_and_the_middle_half():
    found = ratio([1.0, 1.1, 1.2, 1.3, 9.0], [1.0] * 5)
    assert (found.median, found.low, found.high) == (1.2, 1.1, 1.3)


def test_one_round_has_no_spread():
    assert ratio([3.0], [2.0]) == Ratio(1.5, 1.5, 1.5)


@pytest.mark.parametrize("these, those", [([], []), ([1.0], [1.0, 2.0])])
def test_rounds_that_do_not_belong_together_are_refused(these, those):
    with pytest.raises(ValueError, match="do not belong together"):
        ratio(these, those)


def test_a_row_that_one_side_lacks_is_left_out():
    seconds = {"on": {"list": [2.0], "dict": [2.0]}, "off": {"list": [1.0], "dict": []}}
    assert list(by_row(seconds, "on", "off")) == ["list"]
    assert by_row(seconds, "on", "xpython") == {}


def test_geometric_mean():
    assert geometric_mean([1.0, 4.0]) == pytest.approx(2.0)
