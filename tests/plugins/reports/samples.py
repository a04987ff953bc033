"""Reports made by hand, with frames, times, shots and scenes that agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np

from vidtag.truth import FrameTimes
from vidtag.types import (
    Appearance,
    CoPresence,
    DetectorIdentity,
    Episode,
    EpisodeReport,
    Group,
    LabelTotal,
    Report,
    RunRecord,
    SceneReport,
    ScreenTime,
    ShotReport,
    VideoRecord,
)

SECOND = 1_000_000
FILM = Fraction(24000, 1001)
NTSC = Fraction(30000, 1001)
Ranges = Sequence[tuple[int, int]]


def constant(count: int, rate: Fraction, *, start_us: int = 0) -> FrameTimes:
    """`count` frames at a constant rate."""
    edges = [start_us + round(n / rate * SECOND) for n in range(count + 1)]
    return FrameTimes(np.array(edges[:-1], dtype=np.int64), edges[-1])


def varying(count: int) -> FrameTimes:
    """`count` frames of lengths between 1.001 and 90 ms that repeat after seven."""
    lengths = [33_367, 1_001, 90_000, 16_683, 41_708, 8_341, 50_050]
    edges = np.cumsum([1_075_000, *(lengths[n % 7] for n in range(count))])
    return FrameTimes(edges[:-1].astype(np.int64), int(edges[-1]))


def edges(times: FrameTimes) -> list[int]:
    return [*map(int, times.pts_us), times.end_us]


def video(number: int, file: str, episode: Episode, times: FrameTimes | None) -> VideoRecord:
    """A video; not scanned to its end where there are no `times`."""
    return VideoRecord(
        video_id=number,
        sha256=f"{number:064x}",
        path=Path("/videos") / file,
        episode=episode,
        width_px=640,
        height_px=360,
        frames=None if times is None else times.count,
        start_us=None if times is None else int(times.pts_us[0]),
        end_us=None if times is None else times.end_us,
    )


def screen_time(
    label: str, ranges: Ranges, times: FrameTimes, *, cuts: Sequence[int] = (), **facts: object
) -> ScreenTime:
    """A label on the frames of `ranges`, split at `cuts`."""
    at = edges(times)
    appearances = tuple(
        Appearance(
            start_frame=start,
            end_frame=end,
            start_us=at[start],
            end_us=at[end],
            mean_score=0.875,
            peak_frame=start,
        )
        for whole in ranges
        for start, end in pairwise(
            [whole[0], *(cut for cut in cuts if whole[0] < cut < whole[1]), whole[1]]
        )
    )
    total_us = sum(each.end_us - each.start_us for each in appearances)
    known: dict[str, object] = {
        "detector": "cast",
        "threshold": 0.5,
        "region": "frame",
        "run_id": 1,
        "scored_share": 0.25,
        "interval_us": (max(0, total_us - 250_000), total_us + 250_000),
    }
    return ScreenTime(label=label, appearances=appearances, **(known | facts))  # type: ignore[arg-type]


def run(video_id: int, *labels: str) -> RunRecord:
    return RunRecord(
        run_id=video_id,
        video_id=video_id,
        identity=DetectorIdentity(name="cast", version="1.2", weights_sha256="ab" * 32),
        labels=labels,
        thresholds=dict.fromkeys(labels, 0.5),
        sampler="rate 4",
        pipeline="test",
        done=True,
        frames_scored=10,
        frames_filled=230,
    )


def scenes(times: FrameTimes, cuts: Sequence[int]) -> tuple[SceneReport, ...]:
    """A shot between each two cuts, and a scene of each two shots."""
    at = edges(times)
    shots = [
        ShotReport(
            number=number, start_frame=start, end_frame=end,
            start_us=at[start], end_us=at[end], present=(),
        )
        for number, (start, end) in enumerate(pairwise([0, *cuts, times.count]))
    ]  # fmt: skip
    pairs = [shots[n : n + 2] for n in range(0, len(shots), 2)]
    return tuple(
        SceneReport(
            number=number,
            start_frame=pair[0].start_frame,
            end_frame=pair[-1].end_frame,
            start_us=pair[0].start_us,
            end_us=pair[-1].end_us,
            present=(),
            shots=tuple(pair),
        )
        for number, pair in enumerate(pairs)
    )


def together(screen_times: Sequence[ScreenTime]) -> CoPresence:
    """Who is on screen with whom."""
    present = [
        {
            (frame, each.start_us, each.end_us, each.end_frame - each.start_frame)
            for each in time.appearances
            for frame in range(each.start_frame, each.end_frame)
        }
        for time in screen_times
    ]
    frames = [{frame for frame, *_ in each} for each in present]
    lengths = {
        frame: (end - start) // count for each in present for frame, start, end, count in each
    }
    return CoPresence(
        labels=tuple(time.label for time in screen_times),
        together_us=tuple(
            tuple(sum(lengths[frame] for frame in one & other) for other in frames)
            for one in frames
        ),
    )


def episode(
    record: VideoRecord,
    times: FrameTimes,
    labels: Mapping[str, Ranges],
    *,
    rate: Fraction | None,
    cuts: Sequence[int] = (),
) -> EpisodeReport:
    """An episode with `labels` on ranges of frames."""
    found = tuple(screen_time(label, each, times, cuts=cuts) for label, each in labels.items())
    return EpisodeReport(
        video=record,
        runs=(run(record.video_id, *labels),),
        screen_times=found,
        scenes=scenes(times, cuts),
        copresence=together(found),
        frame_rate=rate,
        cast_us=sum(time.duration_us for time in found),
        analysed_us=record.duration_us,
        analysed_share=1.0,
    )


def report(*episodes: EpisodeReport, **facts: object) -> Report:
    return Report(
        episodes=episodes,
        generator="vidtag test",
        definition="As defined.",
        **facts,  # type: ignore[arg-type]
    )


def group(name: str, **facts: object) -> Group:
    known: dict[str, object] = {
        "by": "season", "series": "Kiosk", "season": None, "video": None, "scene": None,
        "videos": 2, "duration_us": 15 * SECOND, "totals": (), "copresence": CoPresence(),
    }  # fmt: skip
    return Group(name=name, **(known | facts))  # type: ignore[arg-type]


def total(label: str, duration_us: int, **facts: object) -> LabelTotal:
    known: dict[str, object] = {
        "detectors": ("cast",), "interval_us": (duration_us, duration_us), "count": 1, "videos": 1,
    }  # fmt: skip
    return LabelTotal(label=label, duration_us=duration_us, **(known | facts))  # type: ignore[arg-type]
