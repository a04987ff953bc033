"""How the page writes times, shares and sizes."""

from __future__ import annotations


def clock(us: int | float, *, decimals: int = 0) -> str:
    """`10:32`, `1:02:03.45`: a time, the hours only where there are any.

    Args:
        us: microseconds, rounded to the last digit shown.
        decimals: of a second, 0 to 2.
    """
    unit = 10 ** (6 - decimals)
    units = round(abs(us) / unit)
    sign = "-" if us < 0 and units else ""
    seconds, rest = divmod(units, 10**decimals)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    ahead = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    after = f".{rest:0{decimals}d}" if decimals else ""
    return f"{sign}{ahead}:{seconds:02d}{after}"


def length(us: int | float) -> str:
    """`4.2 s` below a minute, `1:04.2` above."""
    return f"{us / 1e6:.1f} s" if us < 59_950_000 else clock(us, decimals=1)


def spoken(us: int | float) -> str:
    """`10 min 32 s`: a time for the ear."""
    seconds = round(us / 1e6)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (seconds, "s")]
    said = [f"{value} {unit}" for value, unit in parts if value]
    return " ".join(said) or "0 s"


def percent(share: float) -> str:
    """`47.8 %`; the blank does not break."""
    return f"{100 * share:.1f}\N{NO-BREAK SPACE}%"


def times(count: int) -> str:
    """`once`, `2 times`."""
    return "once" if count == 1 else f"{count} times"


def counted(count: int, noun: str) -> str:
    """`1 episode`, `2 episodes`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
