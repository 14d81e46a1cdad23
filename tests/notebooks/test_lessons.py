"""Every lesson runs from its first cell to its last, and what it says is what the kernel measures."""

import importlib
import re

import pytest

from lesson import FOLDER, KERNEL, Run, code_cell, figures_in, plain, read, with_cells, written_like

pytestmark = pytest.mark.timeout(300)  # the first test of a lesson waits for all its cells

LESSONS = sorted(FOLDER.glob("*.ipynb"))
MALFORMED = [40, None, "", "40MB", "forty", ["8 MB"], {"MB": 40}, b"8 MB"]
TYPED = re.compile(r"(?:`|^ {4})(%memory[^`\n]*)", re.MULTILINE)
BLOCK_QUOTE = re.compile(r"^> ?(.*)$", re.MULTILINE)
SOLUTION = re.compile(r"<summary>A solution</summary>\s*```python\n(.*?)\n```", re.DOTALL)


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem, scope="module")
def path(request):
    return request.param


@pytest.fixture(scope="module")
def claims(path):
    return importlib.import_module(f"claims_{path.stem}")


@pytest.fixture(scope="module")
def notebook(path):
    return read(path)


@pytest.fixture(scope="module")
def cells(notebook):
    return {cell.id: cell for cell in notebook.cells}


@pytest.fixture(scope="module")
def run(notebook, claims):
    """The lesson as it is, with its placeholders; then the commands that its prose names, and the experiments."""
    extra = {f"typed-{number}": command for number, command in enumerate(typed_commands(notebook))} | claims.EXPERIMENTS
    return Run(with_cells(notebook, notebook.cells + [code_cell(name, source) for name, source in extra.items()]))


def typed_commands(notebook):
    return [command for cell in prose(notebook) for command in TYPED.findall(cell.source)]


def prose(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


# The file


def test_kernel_and_language(notebook):
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == KERNEL
    assert notebook.metadata.kernelspec.display_name == "Python 3 (memory tutor)"
    assert notebook.metadata.language_info.name == "python"


def test_nothing_of_a_run_is_saved(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None, cell.id
            assert cell.metadata.keys() <= {"jupyter"}, cell.id


def test_cells_have_names(notebook):
    for cell in notebook.cells:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", cell.id)


def test_the_footer_is_switched_on_first(notebook):
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert first.source == "%memory footer on"


# The run


def test_every_cell_is_measured_exactly(notebook, run):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            record = run.record(cell.id)
            assert record["status"] == "ok" and record["exact"], cell.id


def test_nothing_is_complained_about(run):
    for cell_id in run.records:
        assert run.printed(cell_id, "stderr") == "", cell_id


def test_commands_that_the_prose_names_work(notebook, run):
    commands = typed_commands(notebook)
    assert commands
    for number, command in enumerate(commands):
        assert run.reports(f"typed-{number}"), command


# The prose


def test_figures_are_measured(claims, cells, run):
    for figure in claims.FIGURES:
        assert figure.text in figures_in(cells[figure.said_in].source), figure
        assert written_like(figure.text, figure.measured(run)) == figure.text, figure


def test_figures_are_what_the_learner_sees(claims, run):
    for figure in claims.FIGURES:
        if figure.seen_in:
            assert figure.text in figures_in(run.seen(figure.seen_in)), figure


def test_no_figure_is_without_a_claim(claims, notebook):
    said = {(cell.id, text) for cell in notebook.cells for text in figures_in(cell.source)}
    claimed = {(figure.said_in, figure.text) for figure in claims.FIGURES}
    given = {(cell_id, text) for cell_id, texts in claims.GIVEN.items() for text in texts}
    choices = {
        (cell_id, text)
        for question in claims.QUESTIONS
        for cell_id in (question.guess, question.answer)
        for text in figures_in(" or ".join([question.right, *question.wrong]))
    }
    assert said == claimed | given | choices


def test_facts_are_true(claims, cells, run):
    for fact in claims.FACTS:
        assert fact.text in cells[fact.said_in].source, fact
        assert fact.is_true(run), fact


def test_the_article_is_quoted_word_for_word(claims, notebook, cells):
    for cell_id, words in claims.QUOTES.items():
        assert words in BLOCK_QUOTE.sub(r"\1", cells[cell_id].source)
    for cell_id, titles in claims.TITLES.items():
        assert all(f"*{title}*" in cells[cell_id].source for title in titles)
    for cell_id, code in claims.ARTICLE_CODE.items():
        assert cells[cell_id].source == code
    for cell in prose(notebook):
        assert all(line in claims.QUOTES.get(cell.id, "") for line in BLOCK_QUOTE.findall(cell.source)), cell.id


# The guesses


def test_choices_are_offered_and_one_is_right(claims, cells, run):
    for question in claims.QUESTIONS:
        guess = cells[question.guess].source
        assert guess.startswith('guess = "?"  # ')
        assert all(f'"{choice}"' in guess for choice in (question.right, *question.wrong))
        assert question.is_true(run), question


def test_guesses_come_before_what_answers_them(claims, notebook):
    order = [cell.id for cell in notebook.cells]
    for question in claims.QUESTIONS:
        between = order[order.index(question.guess) + 1 : order.index(question.answer)]
        assert between and all(cell.cell_type == "code" for cell in notebook.cells if cell.id in between)
    guessed = {cell_id for cell_id in order if cell_id.endswith("-guess")}
    assert guessed == {question.guess for question in claims.QUESTIONS}


def test_answers_are_folded_away(claims, cells):
    for question in claims.QUESTIONS:
        assert cells[question.answer].metadata.jupyter.source_hidden


@pytest.fixture(scope="module")
def said_to(notebook, claims, cells):
    """What an answer says to a guess."""
    wanted = {}
    for question in claims.QUESTIONS:
        for guess in [question.right, f" {question.right} ", *question.wrong, "?", *MALFORMED]:
            wanted[question.answer, repr(guess)] = f"guess-{len(wanted)}"
    guesses = {question.answer: question.guess for question in claims.QUESTIONS}
    sequence = []
    for (answer, guess), name in wanted.items():
        sequence.append(code_cell(f"{name}-made", cells[guesses[answer]].source.replace('"?"', guess, 1)))
        sequence.append(code_cell(name, cells[answer].source))
    guessing = Run(with_cells(notebook, sequence))
    return lambda question, guess: guessing.printed(wanted[question.answer, repr(guess)])


def test_the_right_guess_is_told_so(claims, said_to):
    for question in claims.QUESTIONS:
        assert said_to(question, question.right).startswith("Right")
        assert said_to(question, f" {question.right} ").startswith("Right")


def test_each_other_guess_gets_an_answer_of_its_own(claims, said_to):
    for question in claims.QUESTIONS:
        answers = [said_to(question, guess) for guess in question.wrong]
        assert len(set(answers)) == len(answers)
        assert not any(answer.startswith(("Right", "No guess", "That is not one")) for answer in answers)


def test_no_guess_is_declined_kindly(claims, said_to):
    for question in claims.QUESTIONS:
        assert said_to(question, "?").startswith("No guess yet")


def test_what_is_no_guess_is_told_the_choices(claims, said_to):
    for question in claims.QUESTIONS:
        for guess in MALFORMED:
            answer = said_to(question, guess)
            assert answer.startswith("That is not one of the three."), guess
            assert all(f'"{choice}"' in answer for choice in (question.right, *question.wrong))


# The task


@pytest.fixture(scope="module")
def judged(notebook, claims, cells):
    """What the check says of each attempt at the task, by name, and whether that attempt solves it."""
    task = claims.TASK
    (solution,) = SOLUTION.findall(cells[task.hints].source)
    attempts = {"as given": (cells[task.function].source, False), "the solution": (solution, True), **task.others}
    sequence = [code_cell("before", task.before)]
    for number, (source, _) in enumerate(attempts.values()):
        sequence += [code_cell(f"attempt-{number}", source), code_cell(f"check-{number}", cells[task.check].source)]
    attempted = Run(with_cells(notebook, sequence))
    return {name: (attempted.printed(f"check-{number}"), attempts[name][1]) for number, name in enumerate(attempts)}


def test_the_task_is_judged_rightly(claims, judged):
    for name, (verdict, is_solved) in judged.items():
        assert verdict.startswith(claims.TASK.done) == is_solved, f"{name}: {verdict}"
        assert plain(verdict).count("\n") == 1


def test_the_solution_is_folded_away(claims, cells):
    text = cells[claims.TASK.hints].source
    assert text.count("<details>") == text.count("</details>") == text.count("<summary>") >= 3
