"""What a notebook needed, reckoned from the records of its cells."""

import re
from dataclasses import dataclass
from pathlib import Path

from figures import human_bytes


@dataclass
class Step:
    """One code cell that ran; record is what the kernel sent in execute_reply, or None."""

    number: int
    first_line: str
    seconds: float = 0
    record: dict | None = None
    needed_bytes: int | None = None  # most that was in use while it ran, earlier cells' included


def text(steps, process_peak_bytes, seconds):
    reckon_needs(steps)
    known = sorted((step for step in steps if step.needed_bytes is not None), key=lambda step: -step.needed_bytes)
    lines = ["", "What this notebook needed"]
    if known:
        top = known[0]
        lines.append(f"  for its data        {at_least(steps)}{human_bytes(top.needed_bytes)}, while cell [{top.number}] ran")
    else:
        lines.append("  for its data        unknown: the kernel sent no records")
    lines.append(f"  the whole process   {human_bytes(process_peak_bytes)} (RSS, at its highest)")
    lines.append(f"  time                {seconds:.1f} s, of which {sum(step.seconds for step in steps):.1f} s in cells")
    hungry = sorted((step for step in known if step.record["peak_bytes"] > 0), key=lambda step: -step.record["peak_bytes"])[:3]
    if hungry:
        lines.append("The cells that took most while running")
        lines += [f"  [{step.number}]  {human_bytes(step.record['peak_bytes']):>8}  {step.first_line}" for step in hungry]
    return "\n".join(lines)


def reckon_needs(steps):
    """What was in use before a cell is the sum of what the cells before it added, net; on top of that comes its peak."""
    in_use_before = 0
    for step in steps:
        record = step.record or {}
        if record.get("peak_bytes") is None or record.get("net_bytes") is None:
            continue
        step.needed_bytes = max(in_use_before, 0) + record["peak_bytes"]
        in_use_before += record["net_bytes"] + (record.get("source_bytes") or 0)


def at_least(steps):
    return "" if all(step.record and step.record.get("exact") for step in steps) else "at least "


def process_peak_bytes(pid):
    """The most that a process ever had in memory, or None where the system does not say."""
    try:
        found = re.search(r"^VmHWM:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) * 1024 if found else None
