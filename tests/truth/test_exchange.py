"""Files that editing programs and data tools write."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.truth.conftest import Read, ranges
from tests.truth.frames import NTSC, constant, varying
from vidtag.errors import TruthError
from vidtag.truth import parse_truth, place
from vidtag.truth.timecode import parse_timecode

# --- subtitles --------------------------------------------------------------------------------


def test_webvtt_cues(read: Read) -> None:
    content = (
        "WEBVTT - who is where\r\n\r\nNOTE\r\nby hand\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\n"
        "one\r\n00:00.200 --> 00:00.400 line:0\r\n<v Ross>hello</v>\r\n\r\n"
        "00:00:01.000 --> 00:00:02.000\r\n<b>joey</b> &lt;3\r\nmonica?\r\n"
    )

    truth = read("truth.vtt", content)

    assert ranges(truth) == {"Ross": [(5, 10)], "joey <3": [(25, 50)], "monica": []}
    assert ranges(truth, unknown=True)["monica"] == [(25, 50)]


def test_subrip_keeps_what_looks_like_a_tag(read: Read) -> None:
    content = "1\n00:00:00,200 --> 00:00:00,400\n<b> & \n\n\n2\n00:00:01.000 --> 00:00:02.000\n42\n"

    assert ranges(read("truth.srt", content)) == {"<b> &": [(5, 10)], "42": [(25, 50)]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("1\nross\n", "line 1: '1' is no cue; write START --> END, then the label"),
        ("1\n0:01 --> x\nross\n", "line 2: 'x' is no time"),
        ("1\n0:01 ---> 0:02\nross\n", "line 1: '1' is no cue"),
        ("1\n0:01 --> 0:02\n", "line 2: there is no label"),
        ("1\n0:02 --> 0:01\nross\n", "line 2: ross ends at 1.000 s, before it starts"),
    ],
    ids=["no times", "no time", "arrow", "no label", "reversed"],
)
def test_subtitle_mistakes(read: Read, content: str, message: str) -> None:
    with pytest.raises(TruthError) as raised:
        read("truth.srt", content)
    assert message in str(raised.value)


# --- RTTM ---------------------------------------------------------------------------------------


def test_rttm_speakers(read: Read) -> None:
    content = (
        ";; by hand\nSPKR-INFO a 1 <NA> <NA> <NA> unknown ross <NA> <NA>\n"
        "SPEAKER a 1 0.2 0.2 <NA> <NA> ross <NA> <NA>\nSPEAKER a 1 1 1 <NA> <NA> joey <NA> <NA>\n"
    )

    assert ranges(read("truth.rttm", content)) == {"ross": [(5, 10)], "joey": [(25, 50)]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("SPEAKER a 1 0 1\n", "line 1: expected 8 fields, found 5"),
        ("SPEAKER a 1 x 1 - - ross\n", "line 1: 'x' is no time"),
        ("SPEAKER a 1 0 00:00:01:00 - - ross\n", "line 1: '00:00:01:00' is no number of seconds"),
        (
            "SPEAKER a 1 0 1 - - ross\nSPEAKER b 1 0 1 - - ross\n",
            "it speaks of 2 videos: 'a', 'b' ...; keep the rows of one video",
        ),
    ],
    ids=["fields", "time", "timecode", "videos"],
)
def test_rttm_mistakes(read: Read, content: str, message: str) -> None:
    with pytest.raises(TruthError) as raised:
        read("truth.rttm", content)
    assert message in str(raised.value)


# --- tables -------------------------------------------------------------------------------------


def test_json_lines(read: Read) -> None:
    row = {"label": "ross", "start_frame": 5, "end_frame": 10, "sha256": "ab"}

    truth = read("truth.jsonl", f"{json.dumps(row)}\n\n{json.dumps({**row, 'label': 'joey'})}\n")

    assert ranges(truth) == {"ross": [(5, 10)], "joey": [(5, 10)]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "line 1: '{' is no JSON"),
        ("[" * 100_000, "line 1: '[[["),
        ("\n3", "line 2: '3' is no object"),
        ('{"start_frame": 1, "end_frame": 2}', "line 1: 'label' is missing or no text"),
        ('{"label": "a", "start_frame": 1}', "line 1: 'end_frame' is missing or no frame number"),
        ('{"label": "a", "start_frame": true, "end_frame": 2}', "line 1: 'start_frame' is missing"),
        (
            "\n".join(
                json.dumps({"label": "a", "start_frame": 1, "end_frame": 2, "sha256": sha})
                for sha in "xy"
            ),
            "it speaks of 2 videos: 'x', 'y' ...",
        ),
    ],
    ids=["json", "deep", "object", "label", "frame", "bool", "videos"],
)
def test_json_lines_mistakes(read: Read, content: str, message: str) -> None:
    with pytest.raises(TruthError) as raised:
        read("truth.jsonl", content)
    assert message in str(raised.value)


def test_parquet_mistakes(read: Read) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    out = pa.BufferOutputStream()
    parquet.write_table(pa.table({"label": ["a"], "start_frame": [1]}), out)

    with pytest.raises(TruthError, match="there is no column 'end_frame'"):
        read("truth.parquet", out.getvalue().to_pybytes())
    with pytest.raises(TruthError, match="no Parquet file, or a damaged one"):
        read("truth.parquet", b"PAR1 and then nothing")


def test_csv_takes_the_quote_off_a_formula_and_tells_videos_apart(read: Read) -> None:
    header = "label,start_frame,end_frame,sha256\n"

    assert ranges(read("a.csv", f"{header}'=1+1,5,10,x\n'Tis,5,10,x\n")) == {
        "=1+1": [(5, 10)], "'Tis": [(5, 10)],
    }  # fmt: skip
    with pytest.raises(TruthError, match="it speaks of 2 videos"):
        read("a.csv", f"{header}a,5,10,x\na,5,10,y\n")


# --- COCO ---------------------------------------------------------------------------------------


def coco(images: Sequence[object], annotations: Sequence[object]) -> str:
    categories = [{"id": 1, "name": "ross"}, {"id": 2, "name": "joey"}]
    return json.dumps({"images": images, "annotations": annotations, "categories": categories})


def test_coco_images_are_frames_by_index_or_by_name(read: Read) -> None:
    images = [
        {"id": 10, "frame_index": 4, "file_name": "x.jpg"},
        {"id": 11, "file_name": "clip/frame_000005.jpg"},
        {"id": 12, "file_name": "6"},
    ]
    annotations = [
        {"id": 1, "image_id": 11, "category_id": 1},
        {"id": 2, "image_id": 10, "category_id": 1},
        {"id": 3, "image_id": 12, "category_id": 2},
    ]

    truth = read("truth.json", coco(images, annotations))

    assert ranges(truth) == {"ross": [(4, 6)], "joey": [(6, 7)]}
    assert ranges(truth, unknown=True)["joey"] == [(0, 4), (7, 100)]


@pytest.mark.parametrize(
    ("images", "annotations", "message"),
    [
        ([{}], [], "an image has no 'id'"),
        ([{"id": 1}], [], "image 1: neither 'frame_index' nor its name tells the frame"),
        ([], [3], "an annotation has no 'id'"),
        ([], [{"id": 7, "image_id": 1, "category_id": 1}], "annotation 7: its image or its cat"),
    ],
    ids=["id", "frame", "annotation", "reference"],
)
def test_coco_mistakes(
    read: Read, images: list[object], annotations: list[object], message: str
) -> None:
    with pytest.raises(TruthError) as raised:
        read("truth.json", coco(images, annotations))
    assert message in str(raised.value)


# --- edit decision lists ------------------------------------------------------------------------


def edl(*times: str, name: str = "* FROM CLIP NAME:  ross", fcm: str = "") -> str:
    return f"TITLE: a\n{fcm}\n001  AX  V  C  {' '.join(times)}\n* COMMENT: x\n{name}\n"


def test_edl_events_are_stretches_of_the_source(read: Read) -> None:
    content = edl("00:00:00:05", "00:00:00:10", "01:00:00:00", "01:00:00:05") + (
        "002  BL       V     C        00:00:00:00 00:00:01:00 01:00:00:05 01:00:01:05\n"
        "003  A001.MOV V     D    012 00:00:01:00 00:00:02:00 01:00:01:05 01:00:02:05\n"
        "* FROM CLIP NAME: joey\nM2   AX   025.0  00:00:01:00\n"
    )

    assert ranges(read("truth.edl", content)) == {"ross": [(5, 10)], "joey": [(25, 50)]}


@pytest.mark.parametrize("mark", [":", ";"])
def test_edl_drop_frame_is_told_by_either_sign(read: Read, mark: str) -> None:
    ends = (f"00:01:00{mark}02", f"00:01:00{mark}12")
    content = edl(*ends, *ends, fcm="FCM: DROP FRAME")

    assert ranges(read("truth.edl", content, constant(2000, NTSC))) == {"ross": [(1800, 1810)]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("TITLE: a\n", "there are no events in it; export it as CMX 3600"),
        (edl(*["00:00:00:05"] * 4, name=""), "line 3: the event has no FROM CLIP NAME"),
        (edl("00:00:00:05", "00:00:00:99", *["00:00:00:00"] * 2), "has no meaning at 25.000"),
    ],
    ids=["no events", "no name", "frames"],
)
def test_edl_mistakes(read: Read, content: str, message: str) -> None:
    with pytest.raises(TruthError) as raised:
        read("truth.edl", content)
    assert message in str(raised.value)


def test_edl_means_nothing_where_the_rate_varies(read: Read) -> None:
    with pytest.raises(TruthError, match="variable frame rate"):
        read("truth.edl", edl(*["00:00:00:00", "00:00:00:01"] * 2), varying(0, 10, 90, 100))


# --- OpenTimelineIO -----------------------------------------------------------------------------


def test_otio_clips_are_counted_from_the_start_of_their_media(read: Read) -> None:
    from opentimelineio.adapters import write_to_string
    from opentimelineio.opentime import RationalTime, TimeRange
    from opentimelineio.schema import Clip, ExternalReference, Timeline, Track

    def span(start: int, length: int) -> TimeRange:
        return TimeRange(RationalTime(start, 25), RationalTime(length, 25))

    media = ExternalReference("file:///a.mp4", available_range=span(90_000, 100))
    track = Track(name="ross")
    track.append(Clip(name="", media_reference=media, source_range=span(90_005, 5)))
    track.append(Clip(name="joey", media_reference=media, source_range=span(90_025, 25)))
    timeline = Timeline()
    timeline.tracks.append(track)

    content = write_to_string(timeline, "otio_json")

    assert ranges(read("truth.otio", content)) == {"ross": [(5, 10)], "joey": [(25, 50)]}
    with pytest.raises(TruthError, match=r"counts 25 frames a second, the video has 29\.97"):
        read("truth.otio", content, constant(100, NTSC))
    with pytest.raises(TruthError, match="a Track, not a timeline"):
        read("truth.otio", write_to_string(track.deepcopy(), "otio_json"))


@pytest.mark.parametrize("content", ["{", "3", '{"OTIO_SCHEMA": "Nonsense.1"}'])
def test_what_is_no_otio(read: Read, content: str) -> None:
    with pytest.raises(TruthError, match=r"truth\.otio: "):
        read("truth.otio", content)


# --- FCPXML -------------------------------------------------------------------------------------


def fcpxml(
    inside: str, *, asset: str = 'start="3600s" format="r1"', duration: str = "1/25s"
) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n<fcpxml version="1.9">'
        f'<resources><format id="r1" frameDuration="{duration}"/><asset id="r2" {asset}/>'
        f"</resources><event>{inside}</event></fcpxml>"
    )


def test_fcpxml_keywords(read: Read) -> None:
    inside = (
        '<asset-clip ref="r2"><marker start="3600s" value="scene 1"/>'
        '<keyword start="18001/5s" duration="1/5s" value="ross, joey"/></asset-clip>'
        '<clip><video ref="r2"/><keyword start="3601s" duration="1s" value="ross"/></clip>'
    )

    truth = read("truth.fcpxml", fcpxml(inside))

    assert ranges(truth) == {"ross": [(5, 10), (25, 50)], "joey": [(5, 10)]}


KEYWORD = '<keyword start="3600s" duration="1s" value="ross"/>'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (fcpxml(f'<asset-clip ref="r9">{KEYWORD}</asset-clip>'), "the asset 'r9' of a clip with"),
        (
            fcpxml(f'<asset-clip ref="r2">{KEYWORD}</asset-clip>', duration="0s"),
            "no frame duration",
        ),
        (fcpxml(f'<asset-clip ref="r2">{KEYWORD}</asset-clip>', duration="1/0s"), "'1/0s' is no"),
        (
            fcpxml(
                f'<asset-clip ref="r2">{KEYWORD}</asset-clip>', asset='start="3700s" format="r1"'
            ),
            "frame -2500 lies before the first frame",
        ),
        (
            fcpxml(f'<clip ref="r2">{KEYWORD}</clip><clip ref="r3">{KEYWORD}</clip>'),
            "it speaks of 2 videos",
        ),
        ('<!DOCTYPE a [<!ENTITY b "c">]><fcpxml>&b;</fcpxml>', "unsafe XML"),
    ],
    ids=["asset", "format", "zero", "before", "videos", "entity"],
)
def test_fcpxml_mistakes(read: Read, content: str, message: str) -> None:
    with pytest.raises(TruthError) as raised:
        read("truth.fcpxml", content)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.edl", edl("01:00:00:05", "01:00:00:10", *["00:00:00:00"] * 2)),
        ("a.csv", "label,start,end\nross,01:00:00:05,01:00:00:10\n"),
    ],
)
def test_timecode_counts_from_what_the_first_frame_bears(
    tmp_path: Path, name: str, content: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    later = replace(constant(100), first_timecode=parse_timecode("01:00:00:00"))

    truth = place(parse_truth(path), later)

    assert np.flatnonzero(truth.labels["ross"].present).tolist() == [5, 6, 7, 8, 9]
    with pytest.raises(TruthError, match="beyond the end of the video"):
        place(parse_truth(path), constant(100))
