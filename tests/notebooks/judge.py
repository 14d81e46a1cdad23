"""Holds a lesson to its claims. The one place that does: test_claims.py asserts on it, and ./tutor claims prints it."""

import re
from dataclasses import dataclass

from lesson import Fact, Figure, Prediction, by_id, claims_of, code_cell, figures_in, prose, read, with_cells, written_like
from run import Run

TYPED = re.compile(r"(?:`|^ {4})(%memory[^`\n]*)", re.MULTILINE)


@dataclass(frozen=True)
class Verdict:
    said_in: str  # id of the cell that says so
    words: str
    measured: tuple  # what it was judged by, each as Run notes it: "list-sum peak_bytes 40,448,360"
    problem: str  # what is wrong with the claim; empty when it holds

    @property
    def holds(self):
        return not self.problem


class Lesson:
    """A lesson as it is, with its placeholders, run; then the commands that its prose names, and the experiments."""

    def __init__(self, path):
        self.path = path
        self.notebook = read(path)
        self.claims = claims_of(path)
        self.commands = {f"typed-{number}": command for number, command in enumerate(typed_commands(self.notebook))}
        extra = self.commands | self.claims.EXPERIMENTS
        cells = [code_cell(name, source) for name, source in extra.items()]
        self.run = Run(with_cells(self.notebook, self.notebook.cells + cells))

    def verdicts(self):
        """In the order of the cells that make the claims."""
        claims = self.claims
        judged = [self.verdict(claim) for claim in [*claims.FIGURES, *claims.FACTS, *claims.QUESTIONS]]
        order = list(by_id(self.notebook))
        return sorted(judged, key=lambda verdict: order.index(verdict.said_in))

    def verdict(self, claim):
        judge, said_in, words = self._way_to_judge(claim)
        with self.run.noting() as notes:
            try:
                problem = judge(claim)
            except Exception as error:  # a figure that is missing, a cell that is not there: the claim is not proven
                problem = f"{type(error).__name__}: {error}"
        return Verdict(said_in, words, tuple(notes), problem)

    def _way_to_judge(self, claim):
        if isinstance(claim, Figure):
            return self._problem_of_figure, claim.said_in, claim.text
        if isinstance(claim, Fact):
            return self._problem_of_fact, claim.said_in, claim.text
        asked_in = claim.cell if isinstance(claim, Prediction) else claim.guess
        return self._problem_of_question, asked_in, f"the right guess is {claim.right}"

    def _problem_of_figure(self, figure):
        if figure.text not in figures_in(self._source(figure.said_in)):
            return "the cell does not say so"
        count = figure.measured(self.run)
        self.run.note_result(count)
        if written_like(figure.text, count) != figure.text:
            return f"it is {written_like(figure.text, count)}"
        if figure.seen_in and figure.text not in self._figures_seen_in(figure.seen_in):
            return f"the learner does not see it in {figure.seen_in}"
        return ""

    def _figures_seen_in(self, cell_id):
        with self.run.noting():  # it is what the figure was compared with, not what it was measured by
            return figures_in(self.run.seen(cell_id))

    def _problem_of_fact(self, fact):
        if fact.text not in self._source(fact.said_in):
            return "the cell does not say so"
        return "" if fact.is_true(self.run) else "it is not so"

    def _problem_of_question(self, question):
        return "" if question.is_true(self.run) else "another choice is right"

    def _source(self, cell_id):
        return by_id(self.notebook)[cell_id].source


def typed_commands(notebook):
    """What the prose tells the learner to type."""
    return [command for cell in prose(notebook) for command in TYPED.findall(cell.source)]
