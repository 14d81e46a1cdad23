"""Every guess gets the answer it deserves, and none stops the notebook."""

import re

import pytest

from lesson import Prediction, Question, code, code_cell, of_kind, with_cells
from run import Run

MALFORMED = [40, None, "", "40MB", "forty", ["8 MB"], {"MB": 40}, b"8 MB"]
UNREADABLE = ["forty", "40 parsecs", "-8 MB", "['8 MB']", '"', "8 MB 40 MB"]
PREDICT = re.compile(r"%%memory predict (\?) of (.+?)( --kept)?\n")


# ---- Questions: guess = "?"


@pytest.fixture(scope="session")
def questions(claims):
    return of_kind(Question, claims.QUESTIONS)


def test_choices_are_offered(questions, cells):
    for question in questions:
        guess = cells[question.guess].source
        assert guess.startswith('guess = "?"  # ')
        assert all(f'"{choice}"' in guess for choice in (question.right, *question.wrong))


def test_guesses_come_before_what_answers_them(questions, notebook):
    order = [cell.id for cell in notebook.cells]
    for question in questions:
        between = order[order.index(question.guess) + 1 : order.index(question.answer)]
        assert between and all(cell.cell_type == "code" for cell in notebook.cells if cell.id in between)
    guessed = {cell_id for cell_id in order if cell_id.endswith("-guess")}
    assert guessed == {question.guess for question in questions}


def test_answers_are_folded_away(questions, cells):
    for question in questions:
        assert cells[question.answer].metadata.jupyter.source_hidden


@pytest.fixture(scope="session")
def said_to(notebook, questions, cells):
    """What an answer says to a guess."""
    wanted = {}
    for question in questions:
        for guess in [question.right, f" {question.right} ", *question.wrong, "?", *MALFORMED]:
            wanted[question.answer, repr(guess)] = f"guess-{len(wanted)}"
    guesses = {question.answer: question.guess for question in questions}
    sequence = []
    for (answer, guess), name in wanted.items():
        sequence.append(code_cell(f"{name}-made", cells[guesses[answer]].source.replace('"?"', guess, 1)))
        sequence.append(code_cell(name, cells[answer].source))
    guessing = Run(with_cells(notebook, sequence))
    return lambda question, guess: guessing.printed(wanted[question.answer, repr(guess)])


def test_the_right_guess_is_told_so(questions, said_to):
    for question in questions:
        assert said_to(question, question.right).startswith("Right")
        assert said_to(question, f" {question.right} ").startswith("Right")


def test_each_other_guess_gets_an_answer_of_its_own(questions, said_to):
    for question in questions:
        answers = [said_to(question, guess) for guess in question.wrong]
        assert len(set(answers)) == len(answers)
        assert not any(answer.startswith(("Right", "No guess", "That is not one")) for answer in answers)


def test_no_guess_is_declined_kindly(questions, said_to):
    for question in questions:
        assert said_to(question, "?").startswith("No guess yet")


def test_what_is_no_guess_is_told_the_choices(questions, said_to):
    for question in questions:
        for guess in MALFORMED:
            answer = said_to(question, guess)
            assert answer.startswith("That is not one of the three."), guess
            assert all(f'"{choice}"' in answer for choice in (question.right, *question.wrong))


# ---- Predictions: %%memory predict ? of SOME, CHOICES


@pytest.fixture(scope="session")
def predictions(claims):
    return of_kind(Prediction, claims.QUESTIONS)


def test_predictions_offer_their_choices(predictions, notebook, cells):
    for prediction in predictions:
        found = PREDICT.match(cells[prediction.cell].source)
        assert found, prediction.cell
        assert set(found[2].split(", ")) == {prediction.right, *prediction.wrong}, prediction.cell
    predicted = {cell.id for cell in code(notebook) if "%memory predict" in cell.source}
    assert predicted == {prediction.cell for prediction in predictions}


@pytest.fixture(scope="session")
def predicted(notebook, predictions, cells):
    """What a prediction's report says of a guess. Each guess is made in its place in the lesson, in a cell of its own: the first
    guess of a cell is the one that counts."""
    names, sequence = {}, []
    for cell in notebook.cells:
        for prediction in predictions:
            if prediction.cell == cell.id:
                for guess in ["?", *UNREADABLE, *prediction.wrong, prediction.right]:
                    names[cell.id, guess] = f"predict-{len(names)}"
                    sequence.append(code_cell(names[cell.id, guess], predicting(cell.source, guess, len(names))))
        sequence.append(cell)
    guessing = Run(with_cells(notebook, sequence)) if predictions else None
    return lambda prediction, guess: the_prediction(guessing, names[prediction.cell, guess])


def predicting(source, guess, number):
    """The cell with this guess, and with a line of code that tells it from the others, which would lock it."""
    found = PREDICT.match(source)
    return f"{source[: found.start(1)]}{guess}{source[found.end(1) : found.end()]}pass  # {number}\n{source[found.end() :]}"


def the_prediction(run, cell_id):
    assert run.record(cell_id)["status"] == "ok"
    (report,) = [report for report in run.reports(cell_id) if "verdict" in report]
    return report


def test_the_right_prediction_is_told_so(predictions, predicted):
    for prediction in predictions:
        assert predicted(prediction, prediction.right)["verdict"] == "right", prediction


def test_other_predictions_are_told_how_far_off_they_are(predictions, predicted):
    for prediction in predictions:
        for guess in prediction.wrong:
            assert predicted(prediction, guess)["verdict"] in ("near", "too_small", "too_large"), (guess, prediction)


def test_no_prediction_is_fine(predictions, predicted):
    for prediction in predictions:
        assert predicted(prediction, "?")["verdict"] == "none", prediction


def test_what_is_no_prediction_does_not_stop_the_cell(predictions, predicted):
    for prediction in predictions:
        for guess in UNREADABLE:
            assert predicted(prediction, guess)["verdict"] == "unreadable", (guess, prediction)
