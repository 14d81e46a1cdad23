"""Every attempt at a task is judged rightly."""

import re

import pytest

from lesson import code, code_cell, with_cells
from run import Run

SOLUTION = re.compile(r"<summary>A solution</summary>\s*```python\n(.*?)\n```", re.DOTALL)


@pytest.fixture(scope="session")
def attempts(notebook, claims, cells):
    """A Run of all attempts at all tasks, and what to find in it: name of the attempt, id of its check, whether it solves."""
    sequence, found = [], []
    for number, task in enumerate(claims.TASKS):
        (solution,) = SOLUTION.findall(cells[task.hints].source)
        named = {"as given": (cells[task.function].source, False), "the solution": (solution, True), **task.others}
        sequence.append(code_cell(f"before-{number}", task.before))
        for name, (source, is_solved) in named.items():
            check = f"check-{len(found)}"
            sequence.append(code_cell(f"attempt-{len(found)}", source))
            sequence.append(code_cell(check, cells[task.check].source, may_fail=True))
            found.append((name, check, is_solved))
    return Run(with_cells(notebook, sequence)) if found else None, found


def test_checks_pass_what_solves_the_task_and_nothing_else(attempts):
    run, found = attempts
    for name, check, is_solved in found:
        error = run.error(check)
        assert (error is None) == is_solved, f"{name}: {error or run.seen(check)}"
        if is_solved:
            assert "Passed: " in run.seen(check), name
        else:
            assert error[0] in ("CheckFailed", "AssertionError") and error[1], f"{name}: {error}"


def test_what_is_given_needs_too_much_and_is_not_wrong(attempts):
    run, found = attempts
    for name, check, _ in found:
        if name == "as given":
            assert run.error(check)[0] == "CheckFailed"


def test_checks_are_graded_by_the_magic(claims, notebook, cells):
    for task in claims.TASKS:
        assert cells[task.check].source.startswith("%%memory check ")
        order = [cell.id for cell in notebook.cells]
        assert order.index(task.function) < order.index(task.check) < order.index(task.hints)
    checked = {cell.id for cell in code(notebook) if cell.source.startswith("%%memory check ")}
    assert {task.check for task in claims.TASKS} <= checked


def test_hints_come_in_steps_and_the_solution_is_folded_away(claims, cells):
    for task in claims.TASKS:
        text = cells[task.hints].source
        assert text.count("<details>") == text.count("</details>") == text.count("<summary>") >= 3
