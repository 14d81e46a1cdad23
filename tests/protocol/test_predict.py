"""%memory predict and %memory progress: the first guess counts, what it missed is said where it is known, nothing stops the cell."""
import pytest

pytestmark = pytest.mark.xmemory_only

REPORT = "application/vnd.xmemory.report+json"
LIST = "squares = [n * n for n in range(1_000_000)]"


def plain(text):
    return text.replace("\u00a0", " ")


def reports(result, kind="predict"):
    return [shown for shown in result.displays if shown.get(REPORT, {}).get("kind") == kind]


def predict(kernel, line, body=LIST, **options):
    """The report of one guess, and its text."""
    (bundle,) = reports(kernel.ok(f"%%memory predict {line}\n{body}", timeout=60, **options))
    return bundle[REPORT], plain(bundle["text/plain"])


def progress(kernel):
    (bundle,) = reports(kernel.ok("%memory progress"), "progress")
    return bundle[REPORT], plain(bundle["text/plain"])


@pytest.fixture
def no_squares(kernel):
    kernel.ok("squares = None")
    return kernel


@pytest.mark.parametrize(
    "line, verdict, missed, words",
    [
        ("40 MB", "right", None, "Right: you guessed 40 MB, and it needed 40.4 MB."),
        ("40MiB", "right", None, "Right: you guessed 41.9 MB (40 MiB), and it needed 40.4 MB."),
        ("30,5 MB", "near", None, "Near: you guessed 30.5 MB, and it needed 40.4 MB."),
        ("8_000_000", "too_small", "objects", "You guessed 8 MB; it needed 40.4 MB: five times as much."),
        ("40 kB", "too_small", "unit", "You guessed 40 kB; it needed 40.4 MB: 1,011 times as much."),
        ("400 MB", "too_large", None, "You guessed 400 MB; it needed 40.4 MB: your guess was ten times as much."),
        ("0", "too_small", None, "You guessed 0 B; it needed 40.4 MB."),
    ],
)
def test_a_guess_is_judged(no_squares, line, verdict, missed, words):
    data, text = predict(no_squares, line, f"{LIST} # {line}")

    assert (data["verdict"], data["missed"], data["first"], data["figure"]) == (verdict, missed, True, "peak")
    assert data["ratio"] == pytest.approx(data["guess_bytes"] / data["measured_bytes"])
    assert text.splitlines()[0] == words


def test_what_was_missed_is_said_with_the_measured_parts(no_squares):
    data, text = predict(no_squares, "8 MB", f"{LIST} # parts")

    origins = no_squares.ok("import xmemory; origins = xmemory.cell(-1)['origins']") and no_squares.evaluate(
        "[origins[name]['peak_bytes'] for name in ('python_small', 'python_large')]"
    )
    small, large = eval(origins)
    assert small + large == pytest.approx(data["measured_bytes"], rel=0.02)
    assert f"large blocks take ({large / 1e6:.2f} MB), such as a list's places. The small objects are another {small / 1e6:.1f} MB." in text.replace("\n", " ")


def test_a_temporary_copy_is_noticed(kernel):
    data, text = predict(kernel, "10 MB", "source = bytes(10_000_000)\nlen(source + b'')\nlen(source + b'x')")

    assert (data["verdict"], data["missed"]) == ("too_small", "temporary")
    assert "That is what it kept. While it ran, something temporary, such as a copy, took another 10.0 MB." in text.replace("\n", " ")


def test_choices_take_the_nearest(no_squares):
    for typed, verdict in [("8 MB", "too_small"), ("40", "right"), ("400MB", "too_large")]:
        data, text = predict(no_squares, f"{typed} of 8 MB, 40 MB, 400 MB", f"{LIST} # {typed}")
        assert data["verdict"] == verdict
        assert data["choices"] == [8_000_000, 40_000_000, 400_000_000]
        assert "you chose" in text.lower()


def test_kept_is_asked_by_an_option(kernel):
    data, text = predict(kernel, "8 MB --kept", "total = sum([n for n in range(300_000)])")

    assert (data["figure"], data["verdict"]) == ("kept", "too_large")
    assert text.startswith("You guessed 8 MB; it kept 32 B")


@pytest.mark.parametrize(
    "line, verdict, words",
    [
        ("?", "none", "No guess yet. It needed "),
        ("", "none", "No guess yet. It needed "),
        ("? of 8 MB, 40 MB", "none", "No guess yet. It needed "),
        ("lots", "unreadable", "'lots' is not an amount of memory. Write an amount such as 40 MB, 500 kB or 0."),
        ("-5 MB", "unreadable", "'-5 MB' is below zero"),
        ("1e30 GB", "unreadable", "'1e30 GB' is more than any computer has."),
        ("forty of 8 MB, 40 MB", "unreadable", "'forty' is not an amount of memory. Write one of the choices in place of it: 8 MB, 40 MB."),
        ("4 of 8 MB, 40 MB", "unreadable", "'4' is none of the choices. Write one of the choices in place of it: 8 MB, 40 MB."),
        ("40 MB --loud", "unreadable", "'--loud' is no option of %memory predict: it has --kept and --peak."),
        ("x" * 5_000, "unreadable", "'xxx"),
    ],
)
def test_no_guess_or_a_malformed_one_never_stops_the_cell(kernel, line, verdict, words):
    data, text = predict(kernel, line, "ran = bytes(3_000)\nran = 'yes'")

    assert (data["verdict"], data["guess_bytes"]) == (verdict, None)
    assert text.replace("\n", " ").startswith(words)
    assert kernel.evaluate("ran") == "'yes'"


BLOCK = "block = bytes(5_000_000)"


def test_after_a_malformed_guess_the_next_one_is_the_first(fresh):
    refused = fresh.ok(f"%%memory predict five MB\n{BLOCK}")

    (bundle,) = reports(refused)
    assert "What it needs is not told yet" in plain(bundle["text/plain"]).replace("\n", " ")
    assert bundle[REPORT]["measured_bytes"] is None and "5.00" not in bundle["text/html"]
    assert refused.footers == [], "the figures would stand there"
    data, text = predict(fresh, "8 kB", BLOCK)
    assert (data["first"], data["after_answer"], data["verdict"]) == (True, False, "too_small")
    assert "shown before" not in text
    assert len(fresh.ok("x = bytes(6_000_000)").footers) == 1


def test_a_malformed_guess_hides_nothing_that_was_shown(fresh):
    predict(fresh, "8 kB", BLOCK)

    data, text = predict(fresh, "five MB", BLOCK)

    assert (data["verdict"], data["measured_bytes"]) == ("unreadable", 5_000_033)
    assert text.replace("\n", " ").startswith("'five MB' is not an amount of memory. Write an amount such as 40 MB, 500 kB or 0. It needed 5.00 MB at its peak.")


def test_a_malformed_guess_of_a_line(fresh):
    result = fresh.ok(f"%memory predict lots\n{BLOCK}")
    (told,) = reports(result)
    assert plain(told["text/plain"]).startswith("'lots' is not") and result.footers == []
    noted, answer = reports(fresh.ok(f"%memory predict 5 MB\n{BLOCK}"))
    assert (answer[REPORT]["first"], answer[REPORT]["after_answer"]) == (True, False)

    assert len(reports(fresh.ok("%memory predict lots"))) == 1
    result = fresh.ok("other = bytes(7_000_000)")
    (told,) = reports(result)
    assert "is not told yet" in plain(told["text/plain"]).replace("\n", " ") and result.footers == []


def test_an_absurd_guess_is_a_guess(kernel):
    data, text = predict(kernel, "900 TB of 8 MB, 40 MB, 400 MB", f"{BLOCK} # absurd")

    assert (data["verdict"], data["first"]) == ("too_large", True)
    assert text.replace("\n", " ").startswith("You guessed 900 TB, which is none of the choices; it needed 5.00 MB: your guess was over a million times as much.")
    data, text = predict(kernel, "5 MB of 8 MB, 40 MB", f"{BLOCK} # another")
    assert data["verdict"] == "right"


def test_a_repeated_guess_is_not_marked_again(fresh):
    predict(fresh, "?", BLOCK)
    predict(fresh, "5 MB", BLOCK)

    data, text = predict(fresh, "8 MB", BLOCK)

    assert (data["first"], data["after_answer"]) == (False, True)
    assert "shown before" not in text


def test_the_first_guess_stays(fresh):
    fresh.ok("squares = None")
    predict(fresh, "8 MB")
    fresh.ok("squares = None")
    again, text = predict(fresh, "40 MB")

    assert text.startswith("Your first guess was 8 MB, and it stays; it needed 40.4 MB: five times as much.")
    assert (again["first"], again["guess_bytes"], again["verdict"]) == (False, 8_000_000, "too_small")
    assert len(progress(fresh)[0]["guesses"]) == 1


def test_the_first_guess_belongs_to_the_cell_and_its_code(fresh):
    def send(line, body, cell):
        message = fresh.client.session.msg("execute_request", dict(code=f"%%memory predict {line}\n{body}", silent=False), metadata={"cellId": cell})
        fresh.cells.add(message["header"]["msg_id"])
        fresh.client.session.send(fresh.client.shell_channel.socket, message)
        (bundle,) = reports(fresh.collect(message["header"]["msg_id"]))
        return bundle[REPORT]

    assert send("8 MB", "x = bytes(9)", "a")["first"] is True
    assert send("1 kB", "x = bytes(9)", "a")["first"] is False
    assert send("1 kB", "x = bytes(9)", "b")["first"] is True, "another cell"
    assert send("1 kB", "x = bytes(10)", "a")["first"] is True, "another question"


def test_a_guess_after_the_answer_is_marked(fresh):
    predict(fresh, "?", "x = bytes(5_000_000)")
    data, text = predict(fresh, "5 MB", "x = bytes(5_000_000)")

    assert (data["after_answer"], data["first"], data["verdict"]) == (True, True, "right")
    assert "The answer had been shown before" in text
    assert "after the answer" in progress(fresh)[1]


def test_an_error_in_the_cell_answers_nothing(fresh):
    result = fresh.run("%%memory predict 8 MB\n1 / 0")

    assert result.content["ename"] == "ZeroDivisionError"
    assert reports(result) == []
    assert progress(fresh)[0]["guesses"] == []


def test_a_line_above_code_is_about_its_cell(kernel):
    result = kernel.ok("%memory predict 5 MB\nblock = bytes(5_000_000)")

    noted, answer = reports(result)
    assert plain(noted["text/plain"]) == "Noted: 5 MB for what this cell needs at its peak."
    assert plain(answer["text/plain"]) == "Right: you guessed 5 MB, and it needed 5.00 MB."
    assert answer[REPORT]["measured_bytes"] == result.record["peak_bytes"]


def test_a_line_alone_is_about_the_next_cell_with_code(kernel):
    kernel.ok("# a guess\n%memory predict 7 MB --kept")
    assert reports(kernel.ok("%memory help")) == []
    assert reports(kernel.run("1 / 0")) == [], "it waits for a cell that runs to its end"

    result = kernel.ok("seven = bytes(7_000_000)")

    (answer,) = reports(result)
    assert plain(answer["text/plain"]) == "Right: you guessed 7 MB, and it kept 7.00 MB."
    assert reports(kernel.ok("seven = None")) == []


def test_a_guess_made_in_a_cell_that_fails_is_forgotten(kernel):
    assert len(reports(kernel.run("%memory predict 7 MB\n1 / 0"))) == 1
    assert reports(kernel.ok("x = 1")) == []


def test_progress_sums_up(fresh):
    data, text = progress(fresh)
    assert data["guesses"] == [] and "%%memory predict 40 MB" in text

    predict(fresh, "5 MB", "x = bytes(5_000_000)")
    assert progress(fresh)[1].splitlines()[0] == "Your one guess was right."
    predict(fresh, "8 kB", "y = bytes(6_000_000)")
    predict(fresh, "8 kB --kept", "y = bytes(6_000_001)")
    data, text = progress(fresh)
    assert text.splitlines()[0] == "1 of 3 guesses was right; the others were too small."
    assert [(one["verdict"], one["figure"], one["guess_bytes"]) for one in data["guesses"]] == [
        ("right", "peak", 5_000_000),
        ("too_small", "peak", 8_000),
        ("too_small", "kept", 8_000),
    ]
    predict(fresh, "8 GB", "z = bytes(6_000_000)")
    assert progress(fresh)[1].splitlines()[0] == "1 of 4 guesses was right; 2 too small, 1 too large."
    assert (data["right"], data["too_small"]) == (1, 2)
    assert fresh.run("%memory progress now").content["ename"] == "UsageError"


def test_both_are_functions(fresh):
    fresh.ok("import xmemory\nguess = xmemory.predict('5 MB', code='x = bytes(5_000_000)')")

    assert fresh.evaluate("guess['verdict'], guess['measured_bytes']") == "('right', 5000033)"
    assert fresh.evaluate("len(xmemory.progress()['guesses'])") == "1"
    fresh.ok("kept = xmemory.predict('0', kept=True, code='x = None')")
    assert fresh.evaluate("kept['figure'], kept['verdict']") == "('kept', 'right')"


def test_looking_at_progress_costs_nothing(kernel):
    record = kernel.ok("%memory progress").record

    assert (record["kept_bytes"], record["peak_bytes"], record["freed_earlier_bytes"]) == (0, 0, 0)
