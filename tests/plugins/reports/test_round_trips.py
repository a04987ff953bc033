"""export -> import gives the same frames; so does the reader of the format's own library."""

from __future__ import annotations

import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.plugins.reports import samples
from vidtag.errors import TruthError, UsageError, VidtagError
from vidtag.truth import FrameTimes, Truth, parse_truth, place
from vidtag.truth.timecode import parse_timecode
from vidtag.types import Episode, EpisodeReport, Exporter
from vidtag_reports import vidtag_exporters

EXPORTERS: dict[str, Exporter] = {each.name: each for each in vidtag_exporters()}
LABELS = {
    "ross": [(0, 1), (29, 31), (1799, 1801), (2000, 2400)],
    "rachel": [(10, 40), (41, 42), (1000, 1900)],
    "Mr. Heckles": [(2399, 2400)],
}
CLIPS: dict[str, tuple[FrameTimes, Fraction | None]] = {
    "23.976": (samples.constant(2400, samples.FILM), samples.FILM),
    "29.97": (samples.constant(2400, samples.NTSC), samples.NTSC),
    "25 late": (samples.constant(2400, Fraction(25), start_us=1_075_000), Fraction(25)),
    "60": (samples.constant(2400, Fraction(60)), Fraction(60)),
    "12.5": (samples.constant(2400, Fraction(25, 2)), Fraction(25, 2)),
    "varying": (samples.varying(2400), None),
}
COUNTING = {"edl", "fcpxml"}  # cannot carry a varying frame rate
NO_TIMECODE = {("edl", "12.5")}
ONE_HOUR = parse_timecode("01:00:00:00")


def clip(name: str) -> EpisodeReport:
    times, rate = CLIPS[name]
    record = samples.video(1, "a b.mp4", Episode(series="Friends", season=3, episode=2), times)
    return samples.episode(record, times, LABELS, rate=rate, cuts=(30, 1000, 1850))


def write(name: str, episode: EpisodeReport, folder: Path, **facts: object) -> Path:
    exporter = EXPORTERS[name]
    out = io.BytesIO()
    exporter.write(samples.report(episode, **facts), out)
    path = folder / f"labels{exporter.suffix}"
    path.write_bytes(out.getvalue())
    return path


def ranges(truth: Truth) -> dict[str, list[tuple[int, int]]]:
    found = {}
    for label, each in truth.labels.items():
        edges = np.flatnonzero(np.diff(each.present.astype(np.int8), prepend=0, append=0))
        found[label] = [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]
    return found


@pytest.mark.parametrize("rate", CLIPS)
@pytest.mark.parametrize("name", EXPORTERS)
def test_what_is_imported_is_what_was_exported(name: str, rate: str, tmp_path: Path) -> None:
    if (name in COUNTING and rate == "varying") or (name, rate) in NO_TIMECODE:
        with pytest.raises(VidtagError):
            write(name, clip(rate), tmp_path)
        return

    truth = place(parse_truth(write(name, clip(rate), tmp_path)), CLIPS[rate][0])

    labels = {
        label.replace(" ", "_") if name == "rttm" else label: LABELS[label] for label in LABELS
    }
    assert ranges(truth) == labels
    assert truth.notes == ()


@pytest.mark.parametrize(
    ("rate", "first"),
    [("23.976", "01:00:00:00"), ("29.97", "01:00:00;00"), ("29.97", "10:59:59:12"),
     ("60", "00:59:58:00")],
)  # fmt: skip
@pytest.mark.parametrize("name", ["edl", "fcpxml", "otio"])
def test_the_start_timecode_is_honoured(name: str, rate: str, first: str, tmp_path: Path) -> None:
    path = write(name, clip(rate), tmp_path, start_timecode=first)

    times = replace(CLIPS[rate][0], first_timecode=parse_timecode(first))

    assert ranges(place(parse_truth(path), times)) == LABELS
    assert first.encode() in path.read_bytes() or name != "edl"


@pytest.mark.parametrize("name", ["edl", "fcpxml", "otio"])
def test_a_start_timecode_that_is_none(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'1:00' is no timecode at 25 frames a second"):
        write(name, clip("25 late"), tmp_path, start_timecode="1:00")


def test_an_edl_of_a_later_timecode_needs_to_be_told(tmp_path: Path) -> None:
    path = write("edl", clip("25 late"), tmp_path, start_timecode="00:59:00:00")

    with pytest.raises(TruthError, match="beyond the end of the video"):
        place(parse_truth(path), CLIPS["25 late"][0])
    with pytest.raises(TruthError, match="00:59:00:00 lies before 01:00:00:00"):
        place(parse_truth(path), replace(CLIPS["25 late"][0], first_timecode=ONE_HOUR))


# --- the formats' own libraries ---------------------------------------------------------------


def frames_of(found: list[tuple[str, int, int]]) -> dict[str, list[tuple[int, int]]]:
    by_label: dict[str, list[tuple[int, int]]] = {}
    for label, start, end in sorted(found):
        by_label.setdefault(label, []).append((start, end))
    return by_label


@pytest.mark.parametrize("name", ["webvtt", "srt"])
@pytest.mark.parametrize("rate", CLIPS)
def test_webvtt_py_reads_the_same_frames(name: str, rate: str, tmp_path: Path) -> None:
    import webvtt

    path = write(name, clip(rate), tmp_path)
    cues = webvtt.from_srt(str(path)) if name == "srt" else webvtt.read(str(path))

    times = CLIPS[rate][0]
    assert frames_of([
        (
            cue.text,
            times.first_from(1000 * cue.start_time.in_milliseconds()),
            times.first_from(1000 * cue.end_time.in_milliseconds()),
        )
        for cue in cues.captions
    ]) == LABELS  # fmt: skip


@pytest.mark.parametrize("rate", CLIPS)
def test_pympi_reads_the_same_frames(rate: str, tmp_path: Path) -> None:
    from pympi import Eaf

    document = Eaf(str(write("eaf", clip(rate), tmp_path)))

    times = CLIPS[rate][0]
    assert frames_of([
        (label, times.first_from(1000 * start), times.first_from(1000 * end))
        for label in document.get_tier_names()
        for start, end, _ in document.get_annotation_data_for_tier(label)
    ]) == LABELS  # fmt: skip


@pytest.mark.parametrize("rate", [name for name, (_, rate) in CLIPS.items() if rate])
def test_opentimelineio_reads_the_same_frames(rate: str, tmp_path: Path) -> None:
    from opentimelineio.adapters import read_from_file

    timeline = read_from_file(str(write("otio", clip(rate), tmp_path)))

    assert frames_of([
        (
            clip_.name,
            round(clip_.source_range.start_time.value),
            round(clip_.source_range.end_time_exclusive().value),
        )
        for clip_ in timeline.find_clips()
    ]) == LABELS  # fmt: skip
    assert [marker.name for marker in timeline.tracks.markers] == ["scene 1", "scene 2"]


def test_opentimelineio_keeps_the_times_of_a_varying_rate(tmp_path: Path) -> None:
    from opentimelineio.adapters import read_from_file

    timeline = read_from_file(str(write("otio", clip("varying"), tmp_path)))

    edges = samples.edges(CLIPS["varying"][0])
    [ross, *_] = timeline.tracks
    placed = [each.range_in_parent() for each in ross if each.name == "ross"]
    assert [
        (each.start_time.value + edges[0], each.end_time_exclusive().value + edges[0])
        for each in placed
    ] == [(edges[start], edges[end]) for start, end in LABELS["ross"]]


@pytest.mark.parametrize("first", ["00:00:00:00", "01:00:00;00", "01:00:00:00"])
def test_the_cmx_3600_adapter_reads_the_same_frames(first: str, tmp_path: Path) -> None:
    from opentimelineio.adapters import read_from_string
    from opentimelineio.opentime import from_timecode

    rate = float(samples.NTSC)
    path = write("edl", clip("29.97"), tmp_path, start_timecode=first)
    timeline = read_from_string(path.read_text(), "cmx_3600", rate=rate)

    start = from_timecode(first, rate)
    assert frames_of([
        (
            each.name,
            round((each.source_range.start_time - start).value),
            round((each.source_range.end_time_exclusive() - start).value),
        )
        for each in timeline.find_clips()
    ]) == LABELS  # fmt: skip


def test_parquet_is_typed(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = parquet.read_table(write("parquet", clip("25 late"), tmp_path))

    first = table.slice(0, 1).to_pylist()[0]
    assert (first["label"], first["start_frame"], first["end_frame"]) == ("ross", 0, 1)
    assert (first["start_us"], first["end_us"]) == (1_075_000, 1_115_000)
    assert (first["shot"], first["scene"], first["season"]) == (0, 0, 3)
    assert table.schema.metadata[b"definition"] == b"As defined."
