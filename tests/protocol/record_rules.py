"""What is true of every cell record, whatever the cell did. The driver applies it to each reply of the suite."""
import json
from functools import cache
from pathlib import Path

import jsonschema

SCHEMA_PATH = Path(__file__).resolve().parents[2] / "share" / "xmemory" / "report.schema.json"
ORIGINS = ("python_small", "python_large", "native")


@cache
def validator():
    schema = json.loads(SCHEMA_PATH.read_text())
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def check_record(reply, silent, expected):
    """reply: an execute_reply. A request that was silent, or that never ran, has no record; every other has one."""
    record = reply["metadata"].get("xmemory")
    if silent or not expected or reply["content"]["status"] == "aborted":
        assert record is None
        return
    assert record is not None, "a cell without a record"
    validator().validate(record)
    check_identities(record)
    if reply["content"]["status"] == "ok":
        assert record["status"] == "ok"
    else:
        assert record["status"] in ("error", "interrupted", "over_limit")


def check_identities(record):
    if not record["exact"]:
        assert record["why"]
    if record["kept_bytes"] is None:
        assert not record["exact"]
        return
    origins = [record["origins"][name] for name in ORIGINS]
    assert record["net_bytes"] == record["kept_bytes"] - record["freed_earlier_bytes"]
    assert record["allocated_bytes"] - record["freed_own_bytes"] == record["kept_bytes"]
    assert record["freed_earlier_bytes"] == sum(record["freed_earlier_by_cell"].values())
    assert record["set_aside_kept_bytes"] >= record["kept_bytes"] >= 0
    for figure in ("allocated_bytes", "allocated_blocks", "kept_bytes", "net_bytes"):
        assert record[figure] == sum(origin[figure] for origin in origins), figure
    assert record["peak_bytes"] >= max(0, record["net_bytes"])
    assert record["peak_bytes"] <= sum(origin["peak_bytes"] for origin in origins)
    for origin in origins:
        assert origin["peak_bytes"] >= max(0, origin["net_bytes"])
        assert 0 <= origin["kept_bytes"] <= origin["allocated_bytes"]
    assert record["seconds"] >= 0
    check_collections(record)


def check_collections(record):
    """The list of single collections and the sums by generation are two accounts of the same."""
    if record["collections"] is None:
        assert all(sums["seconds"] is None and sums["longest_seconds"] is None for sums in record["gc"])
        return
    assert len(record["collections"]) + record["more_collections"] == sum(sums["collections"] for sums in record["gc"])
    for sums in record["gc"]:
        assert sums["collections"] > 0
        assert 0 < sums["longest_seconds"] <= sums["seconds"] * 1.000001
        if record["more_collections"] == 0:
            listed = [one for one in record["collections"] if one["generation"] == sums["generation"]]
            for field in ("collected", "uncollectable"):
                assert sum(one[field] for one in listed) == sums[field]
            assert max(one["seconds"] for one in listed) == sums["longest_seconds"]


def figures(record):
    """The record without what nature does not repeat: time, and the system's view of the process."""
    kept = {k: v for k, v in record.items() if k not in ("seconds", "resident_delta_bytes", "unseen_bytes")}
    for field in ("gc", "collections"):
        kept[field] = [{k: v for k, v in run.items() if not k.endswith("seconds")} for run in record[field] or []]
    return kept
