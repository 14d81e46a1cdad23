"""A lesson runs from its first cell to its last, and what it says is what the kernel measures."""

from lesson import MAY_FAIL, Prediction, code, figures_in, tags


def test_every_cell_is_measured_exactly(notebook, run):
    for cell in code(notebook):
        record = run.record(cell.id)
        expected = "error" if MAY_FAIL in tags(cell) else "ok"
        assert record["status"] == expected and record["exact"], cell.id


def test_nothing_is_complained_about(run):
    for cell_id in run.records:
        assert run.printed(cell_id, "stderr") == "", cell_id


def test_commands_that_the_prose_names_work(lesson):
    assert lesson.commands
    for cell_id, command in lesson.commands.items():
        assert lesson.run.reports(cell_id), command


def test_claims_hold(lesson):
    verdicts = lesson.verdicts()
    assert verdicts
    assert not [verdict for verdict in verdicts if not verdict.holds]


def test_claims_are_shown_with_what_was_measured(lesson):
    for verdict in lesson.verdicts():
        assert verdict.measured, verdict


def test_no_figure_is_without_a_claim(claims, notebook):
    said = {(cell.id, text) for cell in notebook.cells for text in figures_in(cell.source)}
    claimed = {(figure.said_in, figure.text) for figure in claims.FIGURES}
    given = {(cell_id, text) for cell_id, texts in claims.GIVEN.items() for text in texts}
    choices = {
        (cell_id, text)
        for question in claims.QUESTIONS
        for cell_id in cells_with_choices(question)
        for text in figures_in(" or ".join([question.right, *question.wrong]))
    }
    assert said == claimed | given | choices


def cells_with_choices(question):
    return [question.cell] if isinstance(question, Prediction) else [question.guess, question.answer]
