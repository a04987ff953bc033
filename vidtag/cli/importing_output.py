"""How the command line writes what an import changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from vidtag.cli.format import describe_video, signed_seconds, table
from vidtag.text import one_line

if TYPE_CHECKING:
    from vidtag.cli.importing import Changes, Stretch
    from vidtag.types import VideoRecord


def as_text(video: VideoRecord, changes: Changes) -> str:
    """The video, and a line for each label that changes."""
    rows = [_row(label, changes) for label in dict.fromkeys(s.label for s in changes.stretches)]
    if not rows:
        return f"{describe_video(video)}\nit says what is known already: nothing to correct"
    header = ("LABEL", "ADDED", "REMOVED", "CORRECTIONS")
    return f"{describe_video(video)}\n{table(rows, header=header)}"


def _row(label: str, changes: Changes) -> tuple[str, ...]:
    of_label = [each for each in changes.stretches if each.label == label]
    added, removed = _total(of_label, present=True), _total(of_label, present=False)
    return (
        one_line(label),
        signed_seconds(added) if added else "",
        signed_seconds(-removed) if removed else "",
        str(len(of_label)),
    )


def _total(stretches: Iterable[Stretch], *, present: bool) -> int:
    return sum(each.duration_us for each in stretches if each.present == present)


def as_dict(video: VideoRecord, changes: Changes, *, stored: bool) -> dict[str, Any]:
    """All of it, for `--json`; times in microseconds, frames from 0 with the end not included."""
    return {
        "path": video.path,
        "sha256": video.sha256,
        "stored": stored,
        "labels": {
            label: {
                "added_us": _total(_of(changes, label), present=True),
                "removed_us": _total(_of(changes, label), present=False),
                "corrections": [
                    {
                        "present": each.present,
                        "start_frame": each.start_frame,
                        "end_frame": each.end_frame,
                        "duration_us": each.duration_us,
                    }
                    for each in _of(changes, label)
                ],
            }
            for label in changes.labels
        },
        "notes": list(changes.notes),
    }


def _of(changes: Changes, label: str) -> list[Stretch]:
    return [each for each in changes.stretches if each.label == label]
