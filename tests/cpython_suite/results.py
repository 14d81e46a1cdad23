"""The table of a long run of CPython's suite, RESULTS.md, made of what the run wrote down.

    results.py    makes it of build/test-reports/cpython_suite.json; ./tutor test --long python does so at its end
"""
import json
import platform
import re
from collections import Counter
from pathlib import Path

FILE = Path(__file__).resolve().parent / "RESULTS.md"
REPORT = Path(__file__).resolve().parents[2] / "build" / "test-reports" / "cpython_suite.json"
COLUMNS = ["tests", "passed", "skipped", "failed on both", "otherwise, explained", "passed when run again", "failed here only"]


def row_of(cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def in_one_line(text, longest=90):
    words = re.sub(r"/\S*/build/venv", "build/venv", " ".join(text.split())).replace("|", "\\|")
    return words if len(words) <= longest else words[: longest - 1] + "…"


def table_of(report):
    rows = report["rows"]
    sums = {column: sum(row[column] for row in rows) for column in COLUMNS}
    lines = [
        "# CPython's test suite in the kernel",
        "",
        f"Made by `./tutor test --long python` on Debian's CPython {platform.python_version()}: {len(rows)} modules of "
        f"{report['of_modules']} ran, each under /usr/bin/python3 and as one cell of a kernel with its hooks on. After each the "
        "checker held: the books, a walk through the pools and CPython's own table agreed to the byte.",
        "",
        row_of(["", *COLUMNS]),
        row_of(["---", *["---:"] * len(COLUMNS)]),
        row_of(["**all**", *(f"**{sums[column]:,}**" for column in COLUMNS)]),
        *(row_of([row["module"], *(row[column] or "" for column in COLUMNS)]) for row in rows),
    ]
    if explained := Counter(why for row in rows for why in row.get("why otherwise", [])):
        lines += ["", "## Otherwise than under a stock Python, and why", "", *(f"- {why} ({n})" for why, n in explained.most_common())]
    skipped = Counter(in_one_line(why) for row in rows for why in row["why skipped"] if why)
    lines += ["", "## Why tests were skipped, and in how many modules", "", *(f"- {why} ({n})" for why, n in skipped.most_common())]
    if died := report.get("stock dies of", []):
        lines += ["", "## Not run, since a stock Python dies or hangs of it in one process", "", *(f"- {module}" for module in died)]
    lines += ["", "## Left out", "", *(f"- {module}: {why}" for module, why in sorted(report["left_out"].items()))]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(table_of(json.loads(REPORT.read_text())))
