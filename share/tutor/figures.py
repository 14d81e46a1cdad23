"""Bytes as the reports write them: decimal units, three digits, a no-break space before the unit."""


def human_bytes(count):
    """40_400_000 → "40.4 MB", 496 → "496 B", None → "unknown"."""
    if count is None:
        return "unknown"
    if count < 0:
        return "−" + human_bytes(-count)
    if count < 1000:
        return f"{count}\N{NO-BREAK SPACE}B"
    for unit in ("kB", "MB", "GB", "TB"):
        count /= 1000
        digits = 2 if round(count, 2) < 10 else 1 if round(count, 1) < 100 else 0
        if round(count, digits) < 1000 or unit == "TB":
            return f"{count:.{digits}f}\N{NO-BREAK SPACE}{unit}"
