"""What changed between two runs on one video, in seconds and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vidtag.timeline import difference, total_us
from vidtag.types import Appearance, RunFindings, Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelChange:
    """How one label differs between two runs, before any correction."""

    label: str
    before_us: int | None  # screen time in the first run; None: it does not have the label
    after_us: int | None  # in the second
    gained: tuple[Segment, ...]  # only the second run has the label there
    lost: tuple[Segment, ...]  # only the first run has it there

    @property
    def gained_us(self) -> int:
        """Total length of `gained`."""
        return total_us(self.gained)

    @property
    def lost_us(self) -> int:
        """Total length of `lost`."""
        return total_us(self.lost)


def compare_runs(before: RunFindings, after: RunFindings) -> tuple[LabelChange, ...]:
    """What `after` says otherwise than `before`, for the labels of both in their order.

    Raises:
        ValueError: the runs are on different videos.
    """
    videos = before.run.video_id, after.run.video_id
    if videos[0] != videos[1]:
        raise ValueError(f"expected runs on one video, got videos {videos[0]} and {videos[1]}")
    labels = dict.fromkeys([*before.run.labels, *after.run.labels])
    return tuple(_change(label, before, after) for label in labels)


def _change(label: str, before: RunFindings, after: RunFindings) -> LabelChange:
    old, new = _segments(before, label), _segments(after, label)
    return LabelChange(
        label=label,
        before_us=total_us(old) if label in before.appearances else None,
        after_us=total_us(new) if label in after.appearances else None,
        gained=difference(new, old),
        lost=difference(old, new),
    )


def _segments(run: RunFindings, label: str) -> list[Segment]:
    appearances: Sequence[Appearance] = run.appearances.get(label, ())
    return [each.segment for each in appearances]
