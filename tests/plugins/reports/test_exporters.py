"""Golden files: `pytest --update-golden` writes them anew; read the diff before committing."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.plugins.reports import samples
from vidtag.errors import VidtagError
from vidtag.truth import parse_truth
from vidtag.truth.times import PresentationTime
from vidtag.types import Episode, Exporter, Report
from vidtag_reports import vidtag_exporters

GOLDEN = Path(__file__).parent / "golden" / "exports"
EXPORTERS: dict[str, Exporter] = {each.name: each for each in vidtag_exporters()}
TEXTUAL = sorted(set(EXPORTERS) - {"parquet"})  # whose bytes depend on PyArrow's version
TIMES = samples.constant(12, samples.FILM)
EVIL = "</x> & =cmd()\n\x1b[31m'\"--> נועה 🐱"
SAFE = "</x> & =cmd() [31m'\"--> נועה 🐱"


def report(labels: dict[str, samples.Ranges], **facts: object) -> Report:
    where = Episode(series="Kiosk & Co", season=1, episode=1, title="<Pilot>")
    record = samples.video(1, "a b.mp4", where, TIMES)
    episode = samples.episode(record, TIMES, labels, rate=samples.FILM, cuts=(4, 6))
    return samples.report(replace(episode, **facts))  # type: ignore[arg-type]


PLAIN = report({"ross": [(0, 2), (3, 8)], "Mr. Heckles": [(7, 12)], "nobody": []})


def written(name: str, made: Report) -> bytes:
    out = io.BytesIO()
    EXPORTERS[name].write(made, out)
    return out.getvalue()


@pytest.mark.parametrize("name", TEXTUAL)
def test_output_is_golden(name: str, update_golden: bool) -> None:
    content = written(name, PLAIN)

    golden = GOLDEN / f"{name}{EXPORTERS[name].suffix}"
    if update_golden:
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(content)
    assert content == golden.read_bytes()


@pytest.mark.parametrize("name", sorted(EXPORTERS))
def test_evil_names_come_back_as_themselves(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"labels{EXPORTERS[name].suffix}"
    path.write_bytes(written(name, report({EVIL: [(0, 2)], "=1+1": [(2, 3)]})))

    told = parse_truth(path).labels
    expected = {"rttm": SAFE.replace(" ", "_"), "srt": SAFE.replace("-->", "->")}
    assert told == (expected.get(name, SAFE), "=1+1")


def test_csv_starts_no_formula() -> None:
    lines = written("csv", report({"=1+1": [(2, 3)], "@x": [(4, 5)]})).decode().splitlines()

    assert [line.split(",")[6] for line in lines[1:]] == ["'=1+1", "'@x"]


@pytest.mark.parametrize("name", sorted(EXPORTERS))
def test_nobody_on_screen(name: str) -> None:
    assert written(name, report({}))
    assert written(name, report({"nobody": []}))


@pytest.mark.parametrize("name", ["eaf", "cvat", "fcpxml"])
def test_xml_is_well_formed(name: str) -> None:
    root = ET.fromstring(written(name, report({EVIL: [(0, 2)]})))

    assert root.tag in {"ANNOTATION_DOCUMENT", "annotations", "fcpxml"}


@pytest.mark.parametrize(
    ("name", "made", "loss"),
    [
        ("coco", PLAIN, "COCO needs a box for each label: each is the whole picture"),
        ("edl", PLAIN, "Kiosk & Co S01E01 <Pilot>: an EDL has one track, so the labels follow"),
        ("fcpxml", report({"a, b": [(0, 1)]}), "a, b: written as a; b, since commas part keywords"),
        ("label-studio", PLAIN, 'Kiosk & Co S01E01 <Pilot>: say frameRate="23.976" in the label'),
        ("label-studio", report({}, frame_rate=None), "Kiosk & Co S01E01 <Pilot>: Label Studio"),
        ("rttm", PLAIN, "Mr. Heckles: written as Mr._Heckles, since RTTM has no blanks in names"),
        ("srt", report({"<i>": [(0, 1)]}), "<i>: SubRip has no way to escape it; players may take"),
        ("otio", replace(report({}, frame_rate=None), start_timecode="01:00:00:00"),
         "Kiosk & Co S01E01 <Pilot>: no start timecode, since its frame rate varies"),
    ],
)  # fmt: skip
def test_losses_are_told(name: str, made: Report, loss: str) -> None:
    [told] = EXPORTERS[name].losses(made)

    assert told.startswith(loss)


@pytest.mark.parametrize("name", sorted(set(EXPORTERS) - {"coco", "label-studio"}))
def test_where_nothing_is_lost_nothing_is_told(name: str) -> None:
    assert list(EXPORTERS[name].losses(report({"ross": [(0, 2)]}))) == []


@pytest.mark.parametrize("name", ["webvtt", "srt", "eaf"])
def test_times_before_zero_are_told(name: str, tmp_path: Path) -> None:
    early = samples.constant(12, samples.FILM, start_us=-41_708)
    record = samples.video(1, "a.mp4", Episode(), early)
    made = samples.report(samples.episode(record, early, {"ross": [(0, 3)]}, rate=samples.FILM))

    assert list(EXPORTERS[name].losses(made)) == ["a.mp4: times before 0:00 are written as 0:00"]
    path = tmp_path / f"labels{EXPORTERS[name].suffix}"
    path.write_bytes(written(name, made))
    [mark] = parse_truth(path).marks
    assert (mark.start, mark.end) == (PresentationTime(0), PresentationTime(83_000))


def test_an_edl_with_too_many_events_is_told() -> None:
    times = samples.constant(4000, samples.FILM)
    record = samples.video(1, "a.mp4", Episode(), times)
    ross = [(n, n + 1) for n in range(0, 4000, 4)]
    made = samples.report(samples.episode(record, times, {"ross": ross}, rate=samples.FILM))

    [told] = EXPORTERS["edl"].losses(made)

    assert told.startswith("a.mp4: 1000 events, and CMX 3600 counts to 999")


@pytest.mark.parametrize("name", ["edl", "fcpxml"])
def test_a_varying_rate_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(VidtagError, match=r"this video's frame rate varies; export otio") as raised:
        written(name, report({}, frame_rate=None))
    assert "\n" not in str(raised.value)


def test_an_edl_needs_a_rate_that_has_timecode() -> None:
    with pytest.raises(VidtagError, match="there is no timecode at 15 frames a second"):
        written("edl", report({"ross": [(0, 1)]}, frame_rate=Fraction(15)))


def test_one_video_at_a_time() -> None:
    [episode] = PLAIN.episodes
    with pytest.raises(ValueError, match="expected one episode, received 2"):
        written("srt", samples.report(episode, episode))


def test_tables_hold_all_episodes() -> None:
    [episode] = PLAIN.episodes
    other = replace(episode, video=replace(episode.video, sha256="f" * 64))

    lines = written("jsonl", samples.report(episode, other)).decode().splitlines()

    assert len(lines) == 2 * sum(len(time.appearances) for time in episode.screen_times)
    assert {json.loads(line)["sha256"] for line in lines} == {f"{1:064x}", "f" * 64}


def test_labels_that_look_alike_share_their_time() -> None:
    made = report({"a\nb": [(0, 4)], "a b": [(2, 6)]})

    assert written("audacity", made).decode() == "0.000000\t0.250250\ta b\n"
