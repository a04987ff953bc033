"""What plugins are tried on: pictures for detectors, reports for reporters."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from vidtag.types import (
    Appearance,
    DetectorIdentity,
    Episode,
    EpisodeReport,
    Pictures,
    Report,
    RunRecord,
    ScreenTime,
    Size,
    VideoRecord,
)

LABELS = ("=cmd()", "two\nlines", "\x1b[31mred", "猫", "נועה", "<b>🐱</b>", '"quo,ted"', "nobody")


def example_crops(size: Size) -> Pictures:
    """Six unlike pictures (6, height, width, 3): black, white, grey ramp, colours, noise twice."""
    height, width = size
    noise = np.random.default_rng(0).integers(0, 256, (2, height, width, 3), dtype=np.uint8)
    ramp = np.linspace(0, 255, width, dtype=np.uint8)
    crops = np.zeros((6, height, width, 3), dtype=np.uint8)
    crops[1] = 255
    crops[2] = ramp[:, None]
    crops[3, :, :, 0] = ramp
    crops[3, :, :, 2] = ramp[::-1]
    crops[4:] = noise
    return crops


EMPTY = Report(episodes=(), generator="vidtag check", definition="Nothing was scanned.")


def nasty_report() -> Report:
    """Labels, names and times that break careless formats: all may occur in a real database."""
    labels = LABELS
    return Report(
        episodes=(
            _episode(1, Episode(series="=1+1", episode=2, title='q"u,o\nte'), labels),
            _episode(2, Episode(), (), frames=None),
            _episode(3, Episode(series="x" * 200, season=0), labels[-1:], problems=("1 lost",)),
        ),
        generator="vidtag check",
        definition="As\ndefined; <i>twice</i>.",
    )


def example_exports() -> Report:
    """Those episodes of `nasty_report` that were scanned to their end, at 25 frames a second."""
    report = nasty_report()
    finished = [each for each in report.episodes if each.video.frames is not None]
    episodes = tuple(replace(each, frame_rate=Fraction(25)) for each in finished)
    return replace(report, episodes=episodes)


def _episode(
    number: int,
    episode: Episode,
    labels: tuple[str, ...],
    *,
    frames: int | None = 240,
    problems: tuple[str, ...] = (),
) -> EpisodeReport:
    video = VideoRecord(
        video_id=number,
        sha256=f"{number:064x}",
        path=Path("/a folder/=\x07é\n.mp4"),
        episode=episode,
        width_px=640,
        height_px=360,
        frames=frames,
        start_us=None if frames is None else -40_000,
        end_us=None if frames is None else 3_600_000_000,
        damaged_packets=len(problems),
        problems=problems,
    )
    times = [_time(label, n) for n, label in enumerate(labels)]
    if len(labels) > 1:
        times.append(_added())
    return EpisodeReport(video=video, runs=(_run(number, labels),), screen_times=tuple(times))


def _time(label: str, number: int) -> ScreenTime:
    first = _appearance((0, 1), (-40_000, 1))
    last = _appearance((2, 240), (2, 3_599_999_999))
    return ScreenTime(
        label=label,
        detector="cast",
        threshold=0.5,
        appearances=(first, last)[: number % 3],
        interval_us=(0, 3_600_040_000),
        region="frame",
        run_id=1,
        scored_share=0.5,
        removed_us=40_000,
    )


def _added() -> ScreenTime:
    """Somebody whom no detector knows."""
    return ScreenTime(
        label="added by Ann",
        detector=None,
        threshold=None,
        appearances=(_appearance((5, 6), (5, 7)),),
        interval_us=(2, 2),
        added_us=2,
    )


def _appearance(frames: tuple[int, int], times_us: tuple[int, int]) -> Appearance:
    return Appearance(
        start_frame=frames[0],
        end_frame=frames[1],
        start_us=times_us[0],
        end_us=times_us[1],
        mean_score=0.75,
        peak_frame=frames[0],
    )


def _run(number: int, labels: tuple[str, ...]) -> RunRecord:
    return RunRecord(
        run_id=number,
        video_id=number,
        identity=DetectorIdentity(name="cast", version="1", weights_sha256="0" * 64),
        labels=labels,
        thresholds=dict.fromkeys(labels, 0.5),
        sampler="rate 4",
        pipeline="1",
        done=True,
    )
