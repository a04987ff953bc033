"""The section of an episode."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from vidtag.api import Correction, EpisodeReport, Region, RunRecord, SceneReport, one_line
from vidtag_reports.html_matrix import copresence_matrix
from vidtag_reports.html_text import clock, counted, length, percent
from vidtag_reports.html_timeline import build_timeline
from vidtag_reports.html_totals import episode_rows
from vidtag_reports.html_values import CorrectionRow, DetectorRow, SceneRow, Section, StretchRow
from vidtag_reports.stretches import clean


def build_section(episode: EpisodeReport, anchor: str, colors: Mapping[str, int]) -> Section:
    """All that is known about one episode, under the link `anchor`."""
    drawn = episode.screen_times and episode.video.duration_us
    return Section(
        anchor=anchor,
        name=clean(episode.video.name),
        facts=tuple(_facts(episode)),
        problems=tuple(_problems(episode)),
        totals=episode_rows(episode, colors),
        timeline=build_timeline(episode, colors) if drawn else None,
        matrix=copresence_matrix(episode.copresence, colors),
        scenes=tuple(_scene(scene, colors) for scene in episode.scenes),
        stretches=tuple(_stretches(episode)),
        detectors=tuple(_detectors(episode)),
        corrections=tuple(_correction(each) for each in episode.corrections),
        others=tuple(_others(episode)),
        source=tuple(_source(episode)),
    )


def _facts(episode: EpisodeReport) -> Iterator[str]:
    video = episode.video
    if video.frames is None:
        return
    yield clock(video.duration_us, decimals=2)
    yield counted(video.frames, "frame")
    rate = episode.frame_rate
    yield "varying frame rate" if rate is None else f"{float(rate):.6g} frames a second"
    if episode.scenes:
        yield counted(len(episode.shots), "shot")
    yield f"{percent(episode.analysed_share)} analysed"
    if episode.runs:
        yield f"{_scored(*episode.runs)} scored"
    if episode.corrections:
        yield counted(len(episode.corrections), "correction")


def _problems(episode: EpisodeReport) -> Iterator[str]:
    if episode.video.frames is None:
        yield "Not scanned to its end yet: scan it again."
    elif episode.analysed_share < 1 and episode.video.problems:
        yield f"Read in part: {percent(episode.analysed_share)} of it was analysed."
    for problem in episode.video.problems:
        yield f"{one_line(problem)}."


def _scene(scene: SceneReport, colors: Mapping[str, int]) -> SceneRow:
    return SceneRow(
        number=str(scene.number + 1),
        start=clock(scene.start_us),
        end=clock(scene.end_us),
        length=length(scene.end_us - scene.start_us),
        shots=str(len(scene.shots)),
        present=tuple(
            (colors.get(each.label, 0), clean(each.label), length(each.duration_us))
            for each in scene.present
        ),
    )


def _stretches(episode: EpisodeReport) -> Iterator[StretchRow]:
    """All of them in order of time."""
    pairs = [
        (segment, clean(time.label)) for time in episode.screen_times for segment in time.segments
    ]
    for segment, label in sorted(pairs):
        start, end = (clock(us, decimals=2) for us in (segment.start_us, segment.end_us))
        yield StretchRow(label=label, start=start, end=end, length=length(segment.duration_us))


def _detectors(episode: EpisodeReport) -> Iterator[DetectorRow]:
    regions = {time.run_id: time.region for time in episode.screen_times}
    return (_detector(run, regions.get(run.run_id)) for run in episode.runs)


def _detector(run: RunRecord, region: Region | None) -> DetectorRow:
    return DetectorRow(
        name=one_line(run.identity.name),
        version=one_line(run.identity.version),
        looks_at="faces" if region == "face" else "whole frames",
        thresholds=tuple(_thresholds(run)),
        sampling=f"{one_line(run.sampler)}: {_scored(run)} scored, the others filled",
        weights=one_line(run.identity.weights_sha256),
        settings=tuple(
            (one_line(key), one_line(value)) for key, value in run.identity.settings.items()
        ),
    )


def _thresholds(run: RunRecord) -> Iterator[tuple[str, str]]:
    """Each threshold with the labels that have it, in their order."""
    found: dict[float, list[str]] = defaultdict(list)
    for label in run.labels:
        found[run.thresholds[label]].append(clean(label))
    for threshold, labels in found.items():
        yield f"{threshold:.3g}", ", ".join(labels)


def _scored(*runs: RunRecord) -> str:
    scored = sum(run.frames_scored for run in runs)
    frames = scored + sum(run.frames_filled for run in runs)
    return f"{percent(scored / frames)} of the frames" if frames else "none"


def _correction(each: Correction) -> CorrectionRow:
    return CorrectionRow(
        label=clean(each.label),
        frames=f"{each.start_frame:,}–{each.end_frame - 1:,}",  # noqa: RUF001  a range
        says="on screen" if each.present else "not on screen",
        author=one_line(each.author),
        when="" if each.created_at is None else f"{each.created_at:%Y-%m-%d %H:%M}",
        note=one_line(each.note),
    )


def _others(episode: EpisodeReport) -> Iterator[str]:
    for time in episode.other_times:
        yield (
            f"{clean(time.label)}: {clock(time.duration_us, decimals=1)} by "
            f"{one_line(time.detector or 'nobody')}"
        )


def _source(episode: EpisodeReport) -> Iterator[tuple[str, str]]:
    video = episode.video
    yield "File", one_line(str(video.path))
    yield "SHA-256", video.sha256
    yield "Picture", f"{video.width_px} × {video.height_px}"  # noqa: RUF001  a size
    if video.timecode is not None:
        yield "Timecode of the first frame", video.timecode
    if video.frames is not None:
        yield "Analysed", percent(episode.analysed_share)
        yield "Damaged packets", str(video.damaged_packets)
