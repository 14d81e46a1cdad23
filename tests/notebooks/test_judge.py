"""A claim that is not so is found, and ./tutor claims says it."""

import sys
from types import SimpleNamespace

import pytest

import show_claims
from judge import Lesson, Verdict
from lesson import LESSONS, Fact, Figure, Question

HOLDS = Verdict("list-sum", "40 MB", ("list-sum peak_bytes 40,448,360",), "")
DOES_NOT = Verdict("list-sum", "41 MB", ("list-sum peak_bytes 40,448,360",), "it is 40 MB")


@pytest.fixture(scope="module")
def first():
    return Lesson(LESSONS[0])


@pytest.fixture
def said(first):
    """A figure of that lesson that holds."""
    return next(claim for claim in first.claims.FIGURES if claim.seen_in)


def test_a_figure_that_is_another(first, said):
    twice = Figure(said.text, said.said_in, lambda run: 2 * said.measured(run))
    assert first.verdict(said).holds
    assert first.verdict(twice).problem.startswith("it is ")


def test_a_figure_that_is_not_in_the_prose(first, said):
    assert first.verdict(Figure("41 MB", said.said_in, lambda run: 41e6)).problem == "the cell does not say so"


def test_a_figure_that_the_learner_does_not_see(first, said):
    unseen = Figure(said.text, said.said_in, said.measured, seen_in="switch-on")
    assert first.verdict(unseen).problem == "the learner does not see it in switch-on"


def test_a_sentence_that_is_not_true(first, said):
    assert first.verdict(Fact(said.text, said.said_in, lambda run: False)).problem == "it is not so"


def test_a_sentence_that_is_not_there(first, said):
    assert first.verdict(Fact("No such words.", said.said_in, lambda run: True)).problem == "the cell does not say so"


def test_what_cannot_be_looked_up_does_not_hold(first, said):
    verdict = first.verdict(Fact(said.text, said.said_in, lambda run: run.record("no-such-cell")["peak_bytes"] > 0))
    assert verdict.problem == "KeyError: 'no-such-cell'"


def test_a_guess_that_is_not_the_right_one(first, said):
    question = Question(said.said_in, said.said_in, "4 MB", ("8 MB",), lambda run: False)
    assert first.verdict(question).problem == "another choice is right"


def test_what_it_was_judged_by_is_noted(first, said):
    figure = first.verdict(said)
    assert figure.measured[-1].endswith(f" {said.measured(first.run):,.0f}")


@pytest.mark.parametrize(
    ("verdicts", "status", "last"), [([HOLDS], 0, "1 claims, all hold."), ([HOLDS, DOES_NOT], 1, "2 claims, 1 do not hold.")]
)
def test_the_command_says_whether_all_hold(monkeypatch, capsys, verdicts, status, last):
    monkeypatch.setattr(show_claims, "Lesson", lambda path: SimpleNamespace(verdicts=lambda: verdicts))
    monkeypatch.setattr(sys, "argv", ["claims", LESSONS[0].stem])
    assert show_claims.main() == status
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == last
    assert '  list-sum: "40 MB" holds: list-sum peak_bytes 40,448,360' in lines
    assert sum("DOES NOT HOLD (it is 40 MB)" in line for line in lines) == 2 * (status == 1)


def test_an_unknown_lesson_is_told_which_there_are(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["claims", "99"])
    with pytest.raises(SystemExit):
        show_claims.main()
    assert f"there is no lesson 99. There are: {LESSONS[0].stem}" in capsys.readouterr().err
