"""The results as tables in Markdown. A ratio is the median of the rounds' ratios, with the middle half of them in brackets."""

import statistics

from ratios import by_row, geometric_mean, quartiles

COMPARED = [("on", "off"), ("through", "off"), ("on", "xpython"), ("on", "ipykernel")]


def text(results):
    parts = [_heading, _work, _starts, _hooks, _peers, _goals, _missing]
    return "\n\n".join(filter(None, (part(results) for part in parts))) + "\n"


def compared_ratios(results):
    """(these, those) → row → Ratio, for the kernels that ran."""
    seconds = results["seconds"]
    found = {pair: by_row(seconds, *pair) for pair in COMPARED}
    return {pair: rows for pair, rows in found.items() if rows}


def peer_ratios(results):
    """peer → row → Ratio to plain Python."""
    seconds = results.get("peer_seconds", {})
    base = next(iter(seconds), None)
    found = {peer: by_row(seconds, peer, base) for peer in seconds if peer != base}
    return {peer: rows for peer, rows in found.items() if rows}


def _heading(results):
    machine = results["machine"]
    versions = machine["versions"]
    return (
        f"`{results['command']}`, {machine['date'][:10]}, {_rounds(results['rounds'])}, on {machine['processors']} processors "
        f"({machine['processor']}), {machine['system']}, Python {versions['python']}. A ratio is the median of the rounds, in "
        f"brackets the middle half of them; the {results['clock']} clock timed them. When it began, the machine's load was "
        f"{machine['load_at_start']:.1f}."
    )


def _work(results):
    columns = compared_ratios(results)
    if not columns:
        return ""
    rows = list(dict.fromkeys(row for ratios in columns.values() for row in ratios))
    off = results["seconds"].get("off", {})
    lines = _head("work", "off, ms", *(f"{these} ÷ {those}" for these, those in columns))
    for row in rows:
        lines.append(_line(row, _milliseconds(off.get(row)), *(_ratio(ratios.get(row)) for ratios in columns.values())))
    means = (f"**{_mean(ratios):.2f}**" for ratios in columns.values())
    lines.append(_line("**geometric mean**", "", *means))
    return "\n".join(lines)


def _starts(results):
    starts = results.get("starts")
    if not starts:
        return ""
    kinds = list(starts)
    lines = _head("", *kinds)
    lines.append(_line("start to first reply, s", *(_spread(starts[kind]["start_seconds"], 1) for kind in kinds)))
    lines.append(_line("idle kernel, resident (RSS), MB", *(_spread(starts[kind]["idle_rss"], 1e-6) for kind in kinds)))
    lines.append(_line("idle kernel, its share (PSS), MB", *(_spread(starts[kind]["idle_pss"], 1e-6) for kind in kinds)))
    for name in starts[kinds[0]]["per_million"]:
        cells = (_spread(starts[kind]["per_million"][name], 1e-6) for kind in kinds)
        lines.append(_line(f"a million {name}, resident, MB", *cells))
    return "\n".join(lines)


def _hooks(results):
    nanoseconds, instructions = results.get("nanoseconds"), results.get("instructions")
    lines = []
    if instructions:
        variants = list(instructions)
        lines += _head("instructions to make and free a block", *variants)
        for name in instructions[variants[0]]:
            lines.append(_line(name, *(f"{instructions[variant][name]:.0f}" for variant in variants)))
    if nanoseconds:
        variants = list(nanoseconds)
        lines += [""] if lines else []
        lines += _head("ns to make and free a block (blocks live)", *variants)
        for name in nanoseconds[variants[0]]:
            kind, _, live = name.partition("/")
            lines.append(_line(f"{kind} ({int(live):,})", *(f"{nanoseconds[variant][name]:.0f}" for variant in variants)))
    return "\n".join(lines)


def _peers(results):
    columns = peer_ratios(results)
    if not columns:
        return ""
    ours = compared_ratios(results).get(("on", "ipykernel"))
    columns = {**({"xmemory ÷ ipykernel": ours} if ours else {}), **columns}
    lines = _head("work", *columns)
    for row in dict.fromkeys(row for ratios in columns.values() for row in ratios):
        lines.append(_line(row, *(_ratio(ratios.get(row), with_spread=False) for ratios in columns.values())))
    lines.append(_line("**geometric mean**", *(f"**{_mean(ratios):.2f}**" for ratios in columns.values())))
    versions = ", ".join(results["peer_versions"])
    return f"× plain Python, {_rounds(results['peer_rounds'])} ({versions}):\n\n" + "\n".join(lines)


def goals(results):
    """(what, figure, limit), of what was measured in full."""
    if results.get("only"):
        return []
    found = []
    columns = compared_ratios(results)
    if ("on", "off") in columns:
        ratios = columns["on", "off"]
        found.append(("on ÷ off, geometric mean", _mean(ratios), 1.10))
        worst = max(ratios, key=lambda row: ratios[row].median)
        found.append((f"on ÷ off, worst row ({worst})", ratios[worst].median, 1.30))
    if ("on", "xpython") in columns:
        found.append(("on ÷ xpython, geometric mean", _mean(columns["on", "xpython"]), 1.00))
    starts = results.get("starts", {})
    if "on" in starts:
        found.append(("idle kernel, resident, MB", statistics.median(starts["on"]["idle_rss"]) / 1e6, 40.0))
    if "on" in starts and "ipykernel" in starts:
        seconds = [statistics.median(starts[kind]["start_seconds"]) for kind in ("on", "ipykernel")]
        found.append(("start ÷ ipykernel's", seconds[0] / seconds[1], 0.80))
    return found


def _goals(results):
    found = goals(results)
    if not found:
        return ""
    lines = _head("goal", "at most", "measured", "")
    for what, figure, limit in found:
        lines.append(_line(what, f"{limit:.2f}", f"{figure:.2f}", "met" if figure <= limit else "missed"))
    return "\n".join(lines)


def _missing(results):
    return "\n".join(f"- {name}: {reason}" for name, reason in results["missing"].items())


def _rounds(count):
    return "1 round" if count == 1 else f"{count} rounds"


def _head(first, *others):
    return [_line(first, *others), "|---" * (1 + len(others)) + "|"]


def _line(*cells):
    return "| " + " | ".join(cells) + " |"


def _mean(ratios):
    return geometric_mean(ratio.median for ratio in ratios.values())


def _ratio(ratio, with_spread=True):
    if ratio is None:
        return "–"
    return f"{ratio.median:.2f}" + (f" ({ratio.low:.2f}–{ratio.high:.2f})" if with_spread else "")


def _milliseconds(seconds):
    return f"{1000 * statistics.median(seconds):.0f}" if seconds else "–"


def _spread(values, factor):
    middle, low, high = (factor * value for value in (statistics.median(values), *quartiles(values)))
    digits = 2 if abs(middle) < 10 else 1
    return f"{middle:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"
