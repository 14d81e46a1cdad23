"""%%memory check and xmemory.check(): pass with a word, or fail with what was needed, where, and what to look at."""
import pytest

pytestmark = pytest.mark.xmemory_only

REPORT = "application/vnd.xmemory.report+json"
GENERATOR = "total = sum(n * n for n in range(100_000))"
LIST = "squares = [n * n for n in range(100_000)]"


def plain(text):
    return text.replace("\u00a0", " ")


def report(kernel, code):
    (bundle,) = [shown for shown in kernel.ok(code).displays if REPORT in shown]
    return bundle


def failure(kernel, code):
    result = kernel.run(code)
    assert (result.status, result.content["ename"]) == ("error", "CheckFailed"), result.content
    return plain(result.content["evalue"])


def test_passing_says_a_word(kernel):
    bundle = report(kernel, f"%%memory check peak<10MB kept<1kB allocations<=1_000_000\n{GENERATOR}")

    data = bundle[REPORT]
    assert data["kind"] == "check" and data["passed"] is True
    assert [(one["figure"], one["limit"], one["measured"]) for one in data["limits"]] == [
        ("peak", 10_000_000, data["peak_bytes"]),
        ("kept", 1_000, data["kept_bytes"]),
        ("allocations", 1_000_000, data["allocated_blocks"]),
    ]
    assert plain(bundle["text/plain"]).startswith(f"Passed: peak {data['peak_bytes']} B (limit 10 MB), kept ")


def test_a_binary_limit_is_echoed_in_both_units(kernel):
    assert "(limit 1.05 MB = 1 MiB)." in plain(report(kernel, "%%memory check peak<1MiB\n1")["text/plain"])


def test_failing_says_what_was_needed_where_and_what_to_look_at(kernel):
    kernel.ok("squares = None")
    result = kernel.run(f"%%memory check peak<1MB kept<=1MiB\nn = 3\n{LIST}\nx = 1")

    message = plain(result.content["evalue"])
    needed, kept = (f"{result.record[name] / 1e6:.2f} MB" for name in ("peak_bytes", "kept_bytes"))
    assert message.splitlines()[:2] == [
        f"It needed {needed} at its peak; the limit is 1 MB.",
        f"  Line 3 brought it to {needed}: {LIST}",
    ]
    assert f"It kept {kept}; the limit is 1.05 MB (1 MiB)." in message
    assert f"  Line 3 made {kept} of it: {LIST}" in message
    assert "small Python objects" in message and "Look at: %memory" in message


def test_failing_is_short_and_ours_is_not_in_it(kernel):
    result = kernel.run(f"%%memory check peak<1kB\n{LIST}")

    assert len(result.content["traceback"]) == 1
    assert result.content["traceback"][0].endswith(result.content["evalue"])
    assert result.error["ename"] == "CheckFailed"
    assert result.displays == []


@pytest.mark.parametrize(
    "body, line",
    [
        ("first = bytes(3_000_000)\ndel first\nsecond = bytes(2_000_000)", "Line 4 made 2.00 MB of it"),
        ("first = bytes(3_000_000)\nsecond = bytes(2_000_000)\ndel first", "Line 3 made 2.00 MB of it"),
        ("second = [\n    bytes(2_000_000),\n]", "Lines 2–4 made 2.00 MB of it: second = ["),
        ("for n in range(3):\n    x = n\nsecond = bytes(2_000_000); third = 3", "Line 4 made 2.00 MB of it"),
    ],
)
def test_the_line_that_kept_most_is_the_one_whose_memory_is_still_in_use(kernel, body, line):
    assert line in failure(kernel, f"%%memory check kept<1kB\n{body}")


def test_the_line_that_reached_the_peak_is_the_first_that_came_there(kernel):
    message = failure(kernel, "%%memory check peak<1kB\nsmall = bytes(500)\nbig = sum(bytes(2_000_000))\nafter = 3\nagain = str(after)")

    assert "Line 3 brought it to 2.00 MB: big = sum(bytes(2_000_000))" in message


def test_native_memory_is_named(kernel):
    kernel.ok("import ctypes\nlibc = ctypes.CDLL(None)\nlibc.malloc.restype = ctypes.c_void_p\nlibc.free.argtypes = [ctypes.c_void_p]")

    message = failure(kernel, "%%memory check peak<1kB\nblock = libc.malloc(5_000_000)")

    assert "  Of that: 5.00 MB native memory (C code such as numpy)\n" in message
    kernel.ok("libc.free(block)")


def test_a_limit_to_the_byte(kernel):
    kernel.ok("block = None")
    assert report(kernel, "%%memory check peak<=1033\nblock = bytes(1000)")[REPORT]["peak_bytes"] == 1033
    kernel.ok("block = None")
    message = failure(kernel, "%%memory check peak<1033\nblock = bytes(1000)")
    assert message.splitlines()[0] == "It needed 1,033 B at its peak; it has to stay under 1,033 B."


def test_a_body_that_fails_gives_its_own_error_and_no_result(kernel):
    result = kernel.run("%%memory check peak<1kB\nhuge = bytes(1_000_000)\nraise ValueError('mine')")

    assert result.content["ename"] == "ValueError"
    assert result.displays == []


def test_a_cell_without_code_does_not_pass(kernel):
    assert "no code to check yet" in failure(kernel, "%%memory check peak<1kB\n# here")


@pytest.mark.parametrize("limits", ["", "peak", "peak<lots", "speed<3", "peak>1MB", "peak<1MB kept", "peak<-1", "allocations<1MB"])
def test_a_malformed_limit_gets_one_sentence_with_an_example(kernel, limits):
    result = kernel.run(f"%%memory check {limits}\nran = True")

    assert result.content["ename"] == "UsageError"
    assert "%%memory check peak<10MB kept<1kB." in result.content["evalue"]
    assert "\n" not in result.content["evalue"]


def test_a_line_says_that_it_needs_a_cell(kernel):
    result = kernel.run("%memory check peak<1MB")

    assert result.content["ename"] == "UsageError"
    assert "%%memory check peak<1MB as the cell's first line" in result.content["evalue"]


# In code


def test_the_function_takes_code(kernel):
    kernel.ok("import xmemory\nsquares = None")

    assert kernel.ok(f"xmemory.check('peak<1kB', 'kept<1kB', code={GENERATOR!r})['passed']").value["text/plain"] == "True"
    assert "works in a cell" in kernel.ok("", user_expressions={"value": "xmemory.check('peak<1kB', code='1')"}).content["user_expressions"]["value"]["evalue"]
    assert "Line 1 brought it" in failure(kernel, f"xmemory.check('peak<1kB', code={LIST!r})")


def test_the_function_takes_a_function_and_gives_its_value(kernel):
    kernel.ok("import xmemory\nresult = xmemory.check('peak<1MB', lambda: bytes(1_000))")

    assert kernel.evaluate("(len(result['value']), result['peak_bytes'], result['kept_bytes'])") == "(1000, 1033, 1033)"
    assert "1.00 MB at its peak" in failure(kernel, "xmemory.check('peak<1kB', lambda: len(bytes(1_000_000)))")
    assert kernel.run("xmemory.check('peak<1kB', lambda: 1 / 0)").content["ename"] == "ZeroDivisionError"


def test_the_function_takes_a_measurement_and_a_record(kernel):
    kernel.ok("import xmemory\nwith xmemory.measure() as m: block = bytes(1_000_000)")
    kernel.ok("del block")

    assert kernel.evaluate("xmemory.check('peak<2MB kept<2MB', m)['passed']") == "True"
    assert "It kept 1.00 MB; the limit is 1 kB." in failure(kernel, "xmemory.check('kept<1kB', m)")
    record = kernel.ok("block = bytes(1_000_000)").record
    assert "It kept 1.00 MB; the limit is 1 kB." in failure(kernel, f"xmemory.check('kept<1kB', xmemory.cell({record['cell']}))")
    assert kernel.evaluate(f"xmemory.check('freed<1kB', xmemory.cell({record['cell']}))['passed']") == "True"


@pytest.mark.parametrize(
    "call, name, words",
    [
        ("xmemory.check()", "TypeError", "holds something to the limits"),
        ("xmemory.check('peak<1')", "TypeError", "holds something to the limits"),
        ("xmemory.check('peak<1', 3)", "TypeError", "cannot hold an object of type int to limits"),
        ("xmemory.check('peak<1', len, code='1')", "TypeError", "holds one to the limits"),
        ("xmemory.check('peak<1', len, len)", "TypeError", "one thing to hold"),
        ("xmemory.check('peak<1', code=3)", "TypeError", "takes a string of code, not int"),
        ("xmemory.check('peak<1', limit=3)", "TypeError", "one keyword, code="),
        ("xmemory.check('peak', code='1')", "ValueError", "Write limits like this"),
        ("xmemory.check(code='1')", "ValueError", "there is no limit"),
        ("xmemory.check('peak<1', {})", "ValueError", "there is no peak_bytes in it"),
        ("xmemory.check('peak<1', {1: object()})", "ValueError", "this dict is none"),
        ("xmemory.check('peak<1', xmemory.measure())", "ValueError", "a measurement that has ended"),
        ("with xmemory.measure() as m: xmemory.check('peak<1', m)", "ValueError", "a measurement that has ended"),
    ],
)
def test_wrong_arguments_are_told_exactly(kernel, call, name, words):
    kernel.ok("import xmemory")
    result = kernel.run(call)

    assert result.content["ename"] == name
    assert words in result.content["evalue"]
    assert "\n" not in result.content["evalue"]


def test_a_failed_check_is_an_assertion_error(kernel):
    kernel.ok("import xmemory\nfrom xmemory import CheckFailed")
    kernel.ok("try:\n    xmemory.check('peak<1kB', code='x = bytes(5_000)')\nexcept AssertionError as error:\n    caught = error")

    assert kernel.evaluate("type(caught) is CheckFailed, str(caught).startswith('It needed 5.03')") == "(True, True)"


def test_an_unknown_peak_does_not_pass(kernel):
    race = """%%memory check peak<10GB
import threading
def work():
    for _ in range(2_000):
        bytes(10_000)
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()"""
    result = kernel.run(race)

    if result.record["exact"]:
        assert result.status == "ok"
    else:
        assert result.content["ename"] == "CheckFailed"
        assert "at least" in result.content["evalue"] and "unknown" in result.content["evalue"]
