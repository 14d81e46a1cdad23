"""The tables that are made of results."""

import table


def results(**more):
    return {
        "command": "./tutor bench",
        "machine": {
            "date": "2026-01-02T03:04:05+00:00",
            "processors": 2,
            "processor": "a processor",
            "system": "a system",
            "load_at_start": 0.1,
            "versions": {"python": "3.11.2"},
        },
        "rounds": 2,
        "clock": "wall",
        "only": None,
        "missing": {},
        "seconds": {
            "on": {"list": [0.12, 0.12], "dict": [0.20, 0.20]},
            "off": {"list": [0.10, 0.10], "dict": [0.10, 0.10]},
        },
        **more,
    }


def lines(**more):
    return table.text(results(**more)).splitlines()


def test_rounds_are_counted_in_words():
    assert ", 1 round, on 2 processors" in lines(rounds=1)[0]
    assert ", 2 rounds, on 2 processors" in lines()[0]


def test_rows_ratios_and_their_mean():
    found = lines()
    assert "| list | 100 | 1.20 (1.20–1.20) |" in found
    assert "| dict | 100 | 2.00 (2.00–2.00) |" in found
    assert "| **geometric mean** |  | **1.55** |" in found


def test_a_kernel_that_is_not_here_has_no_column_and_is_named():
    found = lines(missing={"xpython": "Debian's package xpython is not installed"})
    assert "| work | off, ms | on ÷ off |" in found
    assert "- xpython: Debian's package xpython is not installed" in found


def test_a_row_that_a_peer_does_not_do_is_a_dash_and_counts_in_no_mean():
    seconds = {"plain Python": {"list": [1.0], "dict": [1.0]}, "Fil": {"list": [4.0], "dict": []}}
    found = lines(peer_seconds=seconds, peer_rounds=1, peer_versions=["filprofiler 1"])
    assert "| work | Fil |" in found
    assert "| list | 4.00 |" in found
    assert "| **geometric mean** | **4.00** |" in found


def test_ours_and_the_peers_side_by_side():
    seconds = {**results()["seconds"], "ipykernel": {"list": [0.10, 0.10], "dict": [0.10, 0.10]}}
    peers = {"plain Python": {"list": [1.0], "dict": [1.0]}, "Fil": {"list": [4.0], "dict": []}}
    found = lines(seconds=seconds, peer_seconds=peers, peer_rounds=1, peer_versions=[])
    assert "| work | xmemory ÷ ipykernel | Fil |" in found
    assert "| dict | 2.00 | – |" in found


def test_goals_are_judged_and_only_where_all_was_measured():
    assert "| on ÷ off, worst row (dict) | 1.30 | 2.00 | missed |" in lines()
    fast = {"on": {"list": [0.1]}, "off": {"list": [0.1]}}
    assert "| on ÷ off, worst row (list) | 1.30 | 1.00 | met |" in lines(seconds=fast)
    assert not any("goal" in line for line in lines(only=["list"]))


def test_starts_and_memory_have_units():
    start = {"start_seconds": [0.5], "idle_rss": [38_000_000], "idle_pss": [30_000_000], "per_million": {"floats": [40_000_000]}}
    found = lines(starts={"on": start, "ipykernel": {**start, "start_seconds": [1.0]}})
    assert "| start to first reply, s | 0.50 (0.50–0.50) | 1.00 (1.00–1.00) |" in found
    assert "| a million floats, resident, MB | 40.0 (40.0–40.0) | 40.0 (40.0–40.0) |" in found
    assert "| idle kernel, resident, MB | 40.00 | 38.00 | met |" in found
    assert "| start ÷ ipykernel's | 0.80 | 0.50 | met |" in found


def test_hooks_alone():
    found = lines(
        instructions={"off": {"small": 82.4}, "on": {"small": 226.4}},
        nanoseconds={"off": {"small/100000": 9.6}, "on": {"small/100000": 31.2}},
    )
    assert "| small | 82 | 226 |" in found
    assert "| small (100,000) | 10 | 31 |" in found
