"""How the command line writes what changed between two runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from vidtag.cli.format import clock, describe_video, seconds, signed_seconds, table, video_as_dict
from vidtag.text import one_line

if TYPE_CHECKING:
    from vidtag.report import LabelChange
    from vidtag.types import RunRecord, Segment, VideoRecord

UNKNOWN = "-"  # the run does not have the label


def as_text(
    video: VideoRecord,
    before: RunRecord,
    after: RunRecord,
    changes: Sequence[LabelChange],
    *,
    longest: int,
) -> str:
    """Tables for a person.

    Args:
        video: on which both runs are.
        before: the first run.
        after: the second.
        changes: of all labels.
        longest: of how many of the longest changed segments to say where they are.
    """
    runs = table([_run_row("A", before), _run_row("B", after)])
    totals = table(
        [_row(change) for change in changes],
        header=("SCREEN TIME", "IN A", "IN B", "CHANGE", "GAINED", "LOST"),
    )
    parts = [f"{describe_video(video)}\n{runs}", totals, *_where(changes, longest)]
    return "\n\n".join(part for part in parts if part)


def _run_row(name: str, run: RunRecord) -> tuple[str, ...]:
    identity = run.identity
    return name, f"run {run.run_id}", f"{identity.name} {identity.version}, {run.sampler}"


def _row(change: LabelChange) -> tuple[str, ...]:
    difference = (change.after_us or 0) - (change.before_us or 0)
    return (
        one_line(change.label),
        UNKNOWN if change.before_us is None else seconds(change.before_us),
        UNKNOWN if change.after_us is None else seconds(change.after_us),
        signed_seconds(difference),
        seconds(change.gained_us),
        seconds(change.lost_us),
    )


def _where(changes: Sequence[LabelChange], longest: int) -> Iterator[str]:
    moved = sorted(_moved(changes), key=lambda each: -each[1].duration_us)
    if not moved:
        yield "nothing changed"
        return
    rows = [
        (one_line(label), clock(part.start_us), clock(part.end_us), seconds(part.duration_us), how)
        for label, part, how in moved[:longest]
    ]
    if rows:
        yield table(rows, header=("CHANGED LONGEST", "FROM", "TO", "FOR", ""))
    if len(moved) > len(rows):
        yield f"and {len(moved) - len(rows)} more; all with --json"


def _moved(changes: Sequence[LabelChange]) -> Iterator[tuple[str, Segment, str]]:
    for change in changes:
        yield from ((change.label, part, "gained") for part in change.gained)
        yield from ((change.label, part, "lost") for part in change.lost)


def as_dict(
    video: VideoRecord, before: RunRecord, after: RunRecord, changes: Sequence[LabelChange]
) -> dict[str, Any]:
    """All changes, for `--json`; times in microseconds."""
    return {
        **video_as_dict(video),
        "run_a": _run_dict(before),
        "run_b": _run_dict(after),
        "labels": [
            {
                "label": change.label,
                "before_us": change.before_us,
                "after_us": change.after_us,
                "gained_us": change.gained_us,
                "lost_us": change.lost_us,
                "gained": [[part.start_us, part.end_us] for part in change.gained],
                "lost": [[part.start_us, part.end_us] for part in change.lost],
            }
            for change in changes
        ],
    }


def _run_dict(run: RunRecord) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "detector": run.identity.name,
        "version": run.identity.version,
        "weights_sha256": run.identity.weights_sha256,
        "sampler": run.sampler,
        "pipeline": run.pipeline,
    }
