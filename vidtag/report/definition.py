"""What "screen time" means in a report: how it is counted, by whom, and of how much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from vidtag.types import EpisodeReport, Region

COUNTED = (
    "Screen time is the total length of the frames whose score reaches the detector's threshold, "
    "each from its presentation timestamp to the next frame's; overlaps count once."
)
CORRECTED = "What people corrected counts as they said."
UNCORRECTED = "Corrections by people are not applied."
FOLLOWED = (
    "A label follows the newest run of a detector that looks at faces, else the newest run, "
    "and is counted once."
)
INTERVAL = (
    "The true time lies in the 95 % interval as far as scores are calibrated and shots err "
    "independently."
)
LOOKS_AT: dict[Region, str] = {"face": "faces", "frame": "whole frames"}


def definition(
    episodes: Sequence[EpisodeReport], *, correct: bool, detectors: Sequence[str]
) -> str:
    """A few sentences that say what the figures of `episodes` are.

    Args:
        episodes: those of the report.
        correct: whether what people said is applied.
        detectors: those alone that were asked for; all when empty.
    """
    parts = [COUNTED, CORRECTED if correct else UNCORRECTED, FOLLOWED, INTERVAL]
    if detectors:
        parts.append(f"Of detectors, {', '.join(detectors)} alone.")
    return " ".join([*parts, *_detectors(episodes), *_analysed(episodes)])


def _detectors(episodes: Sequence[EpisodeReport]) -> Iterator[str]:
    """What each detector looks at, and from which score it counts."""
    found: dict[tuple[str, Region], list[float]] = defaultdict(list)
    for time in (time for each in episodes for time in each.screen_times):
        if time.detector is not None and time.region is not None and time.threshold is not None:
            found[time.detector, time.region].append(time.threshold)
    told = [
        f"{name} looks at {LOOKS_AT[region]} and counts from a score of {_range(thresholds)}"
        for (name, region), thresholds in sorted(found.items())
    ]
    if told:
        yield f"Detectors: {'; '.join(told)}."


def _range(values: Sequence[float]) -> str:
    low, high = f"{min(values):.3g}", f"{max(values):.3g}"
    return low if low == high else f"{low} to {high}, by label"


def _analysed(episodes: Sequence[EpisodeReport]) -> Iterator[str]:
    """How much of the videos has labels, and how much of that was really scored."""
    whole_us = sum(each.video.duration_us for each in episodes)
    if whole_us:
        seen_us = sum(each.analysed_share * each.video.duration_us for each in episodes)
        yield f"Analysed: {_percent(seen_us / whole_us)} of the videos."
    scored = sum(run.frames_scored for each in episodes for run in each.runs)
    frames = scored + sum(run.frames_filled for each in episodes for run in each.runs)
    filled = "" if scored == frames else "; the others are filled in from those of the same shot"
    if frames:
        yield f"Scored: {_percent(scored / frames)} of the frames{filled}."


def _percent(share: float) -> str:
    """With one decimal, as pages write it; but 100 only for all."""
    tenths = 1000 if share >= 1 else min(round(1000 * share), 999)
    return f"{tenths / 10:g} %"
