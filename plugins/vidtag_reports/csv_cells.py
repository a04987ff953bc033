"""Cells of CSV files that a spreadsheet cannot take for formulas."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def text_cell(value: str | None) -> str:
    """`value` with a quote before it where it would start a formula; empty for `None`."""
    if value is None:
        return ""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def number_cell(value: float | None) -> str:
    """A whole number as it is, another with at most six digits; empty for `None`."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.6g}"
