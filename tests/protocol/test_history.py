"""history_request in all its forms. Items are (session, line, source), or (session, line, (source, output))."""
import pytest

CELLS = ["first = 1+1", "first * 21", "%time pass", "first * 21", "'last'"]


@pytest.fixture(scope="module")
def told(module_kernel):
    """A kernel in whose history are CELLS alone."""
    for code in CELLS:
        module_kernel.ok(code)
    return module_kernel


def history(kernel, access, output=False, raw=True, **options):
    reply = kernel.request("history", raw=raw, output=output, hist_access_type=access, **options)
    assert reply["status"] == "ok"
    assert all(len(item) == 3 for item in reply["history"])
    return reply["history"]


def sources(items):
    return [item[2] for item in items]


def test_tail(told):
    items = history(told, "tail", n=3)

    assert sources(items) == CELLS[-3:]
    assert [line for _, line, _ in items] == [3, 4, 5]
    assert len({session for session, _, _ in items}) == 1
    assert all(isinstance(session, int) and session > 0 for session, _, _ in items)


def test_tail_is_not_longer_than_what_there_is(told):
    assert sources(history(told, "tail", n=1000)) == CELLS


def test_tail_with_outputs(told):
    items = history(told, "tail", output=True, n=2)

    assert [source for source, _ in sources(items)] == CELLS[-2:]


def test_tail_of_what_python_saw(told):
    items = history(told, "tail", raw=False, n=3)

    assert sources(items) == ["get_ipython().run_line_magic('time', 'pass')", "first * 21", "'last'"]


@pytest.mark.parametrize(
    "start, stop, expected", [(1, 3, CELLS[0:2]), (2, 3, CELLS[1:2]), (1, None, CELLS), (4, 100, CELLS[3:])]
)
def test_range_of_the_running_session(told, start, stop, expected):
    items = history(told, "range", session=0, start=start, stop=stop)

    assert sources(items) == expected
    assert items[0][1] == start


def test_range_with_outputs(told):
    items = history(told, "range", output=True, session=0, start=1, stop=3)

    assert [list(pair) for pair in sources(items)] == [["first = 1+1", None], ["first * 21", "42"]]


@pytest.mark.xmemory_only
def test_range_names_the_session_as_tail_does(told):
    session = history(told, "tail", n=1)[0][0]

    for asked in (0, session):
        assert [item[0] for item in history(told, "range", session=asked, start=1, stop=3)] == [session, session]


def test_search_by_pattern(told):
    assert sources(history(told, "search", pattern="first*")) == ["first = 1+1", "first * 21", "first * 21"]
    assert sources(history(told, "search", pattern="*1+?")) == ["first = 1+1"]
    assert history(told, "search", pattern="nothing like it") == []


def test_search_tells_equal_cells_once_if_asked(told):
    items = history(told, "search", pattern="first*", unique=True)

    assert sorted(sources(items)) == ["first * 21", "first = 1+1"]


def test_search_gives_the_last_n(told):
    assert sources(history(told, "search", pattern="first*", n=2)) == ["first * 21", "first * 21"]


def test_an_earlier_session_is_found(start_kernel, tmp_path):
    env = {"IPYTHONDIR": str(tmp_path)}
    first = start_kernel(env=env)
    first.ok("from_the_first = 1")
    session = history(first, "tail", n=1)[0][0]
    first.manager.shutdown_kernel()

    second = start_kernel(env=env)
    second.ok("from_the_second = 2")

    assert sources(history(second, "tail", n=2)) == ["from_the_first = 1", "from_the_second = 2"]
    assert sources(history(second, "range", session=session, start=1, stop=2)) == ["from_the_first = 1"]
    assert sources(history(second, "range", session=-1, start=1, stop=2)) == ["from_the_first = 1"]


def test_what_is_silent_or_not_to_be_stored_is_not_in_it(start_kernel):
    kernel = start_kernel()
    kernel.ok("stored = 1")
    kernel.ok("not_stored = 1", store_history=False)
    kernel.ok("silent = 1", silent=True)

    assert sources(history(kernel, "tail", n=10)) == ["stored = 1"]
