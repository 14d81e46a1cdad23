"""How the other tools are run: each in a process of its own, and named with the reason where it does not do a row."""

import sys
import time
from pathlib import Path

import peers
import pytest

HERE = Path(sys.prefix)
ROW = "program: formulas"
PLAIN = peers.Peer(peers.BASE)


def test_the_file_to_run_stands_after_the_tool_and_its_options():
    scalene = next(peer for peer in peers.PEERS if peer.name == "Scalene")
    argv = scalene.argv(Path("/env/bin"), "/folder", ROW, "wall", "/file")
    assert argv[0] == "/env/bin/scalene"
    assert argv[-6:] == [str(peers.RUN_ROW), "---", "plain", ROW, "wall", "/file"]
    assert "/folder/scalene.json" in argv


@pytest.mark.parametrize("how", ["plain", "tracemalloc"])
@pytest.mark.parametrize("clock", ["wall", "processor"])
def test_a_row_is_timed_within_its_process(how, clock):
    seconds, failed = peers.measure([peers.Peer("one", how=how)], HERE, [ROW], 2, clock)
    assert failed == {}
    assert len(seconds["one"][ROW]) == 2 and all(each > 0 for each in seconds["one"][ROW])


def test_one_that_fails_is_named_with_its_last_words_and_not_tried_again():
    broken = peers.Peer("broken", command=("python", "-c", "import sys; sys.exit('cannot trace this')"))
    seconds, failed = peers.measure([PLAIN, broken], HERE, [ROW], 2, "wall")
    assert failed == {"broken": {ROW: "ended with 1: cannot trace this"}}
    assert seconds["broken"] == {ROW: []} and len(seconds[peers.BASE][ROW]) == 2


def test_one_that_takes_too_long_is_ended_with_all_that_it_started(monkeypatch, tmp_path):
    monkeypatch.setattr(peers, "PROCESS_SECONDS", 10)  # enough for a Python to start on a busy machine
    told = tmp_path / "pid"
    code = (
        "import pathlib, subprocess, sys; child = subprocess.Popen(['sleep', '100']);"
        f"pathlib.Path({str(told)!r}).write_text(str(child.pid)); child.wait()"
    )
    _, failed = peers.measure([peers.Peer("slow", command=("python", "-c", code))], HERE, [ROW], 1, "wall")
    assert failed["slow"][ROW].startswith("took more than 10 s")
    assert ends(told.read_text())


def ends(pid):
    """Whether a process that was killed is gone, or waits only for somebody to take note."""
    status = Path(f"/proc/{pid}/stat")
    for _ in range(100):
        if not status.exists() or ") Z " in status.read_text():
            return True
        time.sleep(0.1)
    return False
