"""How the command line writes corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from vidtag.cli.format import clock, seconds, table
from vidtag.text import one_line

if TYPE_CHECKING:
    from vidtag.cli.correcting import Told

HEADER = ("ID", "LABEL", "IS", "FROM", "TO", "FOR", "FRAMES", "SAID BY", "ON", "NOTE")


def as_text(told: Sequence[Told]) -> str:
    """A table, oldest first."""
    return table([_row(each) for each in told], header=HEADER)


def _row(told: Told) -> tuple[str, ...]:
    said = told.correction
    return (
        str(said.correction_id),
        one_line(said.label),
        "present" if said.present else "absent",
        clock(told.start_us),
        clock(told.end_us),
        seconds(told.end_us - told.start_us),
        f"{said.start_frame}-{said.end_frame - 1}",
        one_line(said.author),
        "" if said.created_at is None else f"{said.created_at:%Y-%m-%d}",
        one_line(said.note),
    )


def as_dict(told: Told) -> dict[str, Any]:
    """A correction for `--json`; times in microseconds."""
    said = asdict(told.correction)
    created_at = told.correction.created_at
    said["created_at"] = None if created_at is None else created_at.isoformat()
    return {**said, "start_us": told.start_us, "end_us": told.end_us}
