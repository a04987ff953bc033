"""Who is on screen in one video: which run each label follows, and what people said about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vidtag.timeline import corrected
from vidtag.types import Appearance, Correction, RunFindings, TimedShot, VideoFindings


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPresence:
    """When a label is on screen in one video."""

    label: str
    source: RunFindings | None  # the run that it follows; None: no detector knows it
    corrections: tuple[Correction, ...]  # those applied, oldest first
    appearances: tuple[Appearance, ...]  # in the end: after the corrections

    @property
    def detected(self) -> Sequence[Appearance]:
        """What the run found, before any correction."""
        return () if self.source is None else self.source.appearances[self.label]


def presence(
    findings: VideoFindings, *, detectors: Sequence[str] = (), correct: bool = True
) -> dict[str, LabelPresence]:
    """When each label is on screen: the one place where corrections meet what detectors found.

    Args:
        findings: from `Database.findings`.
        detectors: names of those that labels may follow; all when empty.
        correct: whether what people said is applied.

    Returns:
        By label: first the labels of runs, oldest run first, then those that people added.
    """
    said = findings.corrections if correct else ()
    runs = eligible(findings, detectors)
    labels = [label for each in runs for label in each.run.labels]
    return {
        label: _presence(findings, label, runs, [each for each in said if each.label == label])
        for label in dict.fromkeys([*labels, *(each.label for each in said)])
    }


def eligible(findings: VideoFindings, detectors: Sequence[str]) -> list[RunFindings]:
    """The runs that labels may follow, oldest first."""
    return [each for each in findings.runs if not detectors or each.run.identity.name in detectors]


def followed(runs: Iterable[RunFindings], label: str) -> RunFindings | None:
    """The run that `label` follows: the newest that looks at faces, else the newest.

    A detector that looks at faces tells who a person is; one that looks at whole frames may have
    learned a room. `None` where no run has the label.
    """
    return max((each for each in runs if label in each.appearances), key=rank, default=None)


def rank(findings: RunFindings) -> tuple[bool, int]:
    """Labels follow the run that ranks highest."""
    return findings.region == "face", findings.run.run_id


def shots_of(findings: VideoFindings) -> tuple[TimedShot, ...]:
    """The shots that were read; a video of which none are known counts as one shot."""
    video = findings.video
    if findings.shots or video.frames is None or video.start_us is None or video.end_us is None:
        return findings.shots
    whole = TimedShot(
        number=0,
        start_frame=0,
        end_frame=video.frames,
        start_us=video.start_us,
        end_us=video.end_us,
        scene=0,
    )
    return (whole,)


def _presence(
    findings: VideoFindings, label: str, runs: Sequence[RunFindings], said: Sequence[Correction]
) -> LabelPresence:
    source = followed(runs, label)
    detected = () if source is None else source.appearances[label]
    return LabelPresence(
        label=label,
        source=source,
        corrections=tuple(said),
        appearances=_corrected(findings, detected, said) if said else tuple(detected),
    )


def _corrected(
    findings: VideoFindings, detected: Sequence[Appearance], said: Sequence[Correction]
) -> tuple[Appearance, ...]:
    shots = shots_of(findings)
    if not shots:  # corrected, and now being scanned anew
        return tuple(detected)
    starts = {shot.start_frame: shot.start_us for shot in shots}
    frames = shots[-1].end_frame
    return corrected(
        detected,
        said,
        frames=frames,
        frame_us={**findings.frame_us, **starts, frames: shots[-1].end_us},
        shot_starts=starts,
    )
