"""Files of annotation tools."""

from __future__ import annotations

import json

import pytest

from tests.truth.conftest import Read, ranges
from vidtag.errors import TruthError

# --- ELAN ---------------------------------------------------------------------------------------


def elan(
    annotations: str, *, header: str = '<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"/>'
) -> str:
    """A tier `ross`, and slots ts0, ts200, ts400 ... that are named after their milliseconds."""
    slots = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="ts{ms}" TIME_VALUE="{ms}"/>' for ms in range(0, 4001, 200)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ANNOTATION_DOCUMENT>{header}'
        f'<TIME_ORDER>{slots}<TIME_SLOT TIME_SLOT_ID="open"/></TIME_ORDER>'
        f'<TIER LINGUISTIC_TYPE_REF="default" TIER_ID="ross">{annotations}</TIER>'
        "</ANNOTATION_DOCUMENT>"
    )


def aligned(start: str, end: str, text: str = "") -> str:
    return (
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="{start}" '
        f'TIME_SLOT_REF2="{end}"><ANNOTATION_VALUE>{text}</ANNOTATION_VALUE>'
        "</ALIGNABLE_ANNOTATION></ANNOTATION>"
    )


def test_elan_takes_the_text_or_else_the_tier(read: Read) -> None:
    content = elan(aligned("ts200", "ts400") + aligned("ts400", "ts1000", " monica? "))

    truth = read("truth.eaf", content)

    assert ranges(truth) == {"ross": [(5, 10)], "monica": []}
    assert ranges(truth, unknown=True) == {"ross": [], "monica": [(10, 25)]}


def test_elan_times_begin_at_the_origin_of_the_video(read: Read) -> None:
    header = (
        '<HEADER TIME_UNITS="milliseconds">'
        '<MEDIA_DESCRIPTOR MIME_TYPE="audio/x-wav" TIME_ORIGIN="3000"/>'
        '<MEDIA_DESCRIPTOR MIME_TYPE="video/mp4" TIME_ORIGIN="1000"/></HEADER>'
    )
    truth = read("truth.eaf", elan(aligned("ts0", "ts200"), header=header))

    assert ranges(truth) == {"ross": [(25, 30)]}


def test_elan_notes_what_refers_to_other_annotations(read: Read) -> None:
    reference = '<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a2" ANNOTATION_REF="a1"/></ANNOTATION>'

    truth = read("truth.eaf", elan(aligned("ts0", "ts200") + reference))

    assert truth.notes == ("annotations without times of their own are left out: 1",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (elan(aligned("ts0", "open")), "annotation a1 has no time; align it in ELAN"),
        (elan(aligned("ts400", "ts200")), "annotation a1: ross ends at 0.200 s, before it starts"),
        (elan("", header='<HEADER TIME_UNITS="PAL-frames"/>'), "HEADER: times are in PAL-frames"),
        (elan("").replace('"200"', '"x"'), "ts200: 'x' is no number of milliseconds"),
    ],
    ids=["unaligned", "reversed", "units", "no number"],
)
def test_elan_mistakes(read: Read, content: str, message: str) -> None:
    with pytest.raises(TruthError) as raised:
        read("truth.eaf", content)
    assert message in str(raised.value)


# --- CVAT ---------------------------------------------------------------------------------------


def test_cvat_images(read: Read) -> None:
    """Tags and shapes count; frames without an <image> are not known."""
    tags = {0: "", 1: '<tag label="ross"/>', 2: '<box label="ross"/><tag label="joey"/>', 5: ""}
    images = "".join(
        f'<image id="{number}" name="frame_{number:06d}">{inside}</image>'
        for number, inside in tags.items()
    )

    truth = read("truth.xml", f"<annotations>{images}</annotations>")

    assert ranges(truth) == {"ross": [(1, 3)], "joey": [(2, 3)]}
    assert ranges(truth, unknown=True)["joey"] == [(3, 5), (6, 100)]
    assert truth.notes == ("96 frames are not in the file and are not counted",)


def test_cvat_images_are_numbered_by_their_name_in_a_video(read: Read) -> None:
    """With a frame step, `id` counts the pictures of the task alone."""
    content = (
        '<annotations><image id="0" name="frame_000000"/>'
        '<image id="1" name="clip/frame_000010.PNG"><tag label="ross"/></image>'
        '<image id="20" name="other.png"><tag label="ross"/></image></annotations>'
    )

    assert ranges(read("truth.xml", content)) == {"ross": [(10, 11), (20, 21)]}


def test_cvat_tracks(read: Read) -> None:
    content = (
        "<annotations><meta><task><start_frame>10</start_frame><stop_frame>59</stop_frame></task>"
        '</meta><track id="0" label="ross"><box frame="20" outside="0"/>'
        '<box frame="30" outside="1"/><polygon frame="40" outside="0"/></track>'
        '<track id="1" label="ross"><box frame="40" outside="0"/></track></annotations>'
    )

    truth = read("truth.xml", content)

    assert ranges(truth) == {"ross": [(20, 30), (40, 41)]}
    assert ranges(truth, unknown=True) == {"ross": [(0, 10), (60, 100)]}
    assert truth.notes == (
        "50 frames are not in the file and are not counted",
        "track 1: ross overlaps track 0; counted once",
    )


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ('<image id="x" name="a.png"/>', "image x: 'x' is no frame number"),
        ('<track id="3" label="a"><box/></track>', "track 3: '' is no frame number"),
        ('<track id="3"><box frame="1"/></track>', "track 3: there is no label"),
        (
            '<track id="3" label="a"><box frame="1"/><box frame="999999999"/></track>',
            "track 3: a ends at frame 1000000000, 39999996.00 s beyond the end",
        ),
    ],
    ids=["image", "shape", "label", "far beyond"],
)
def test_cvat_mistakes(read: Read, inside: str, message: str) -> None:
    with pytest.raises(TruthError) as raised:
        read("truth.xml", f"<annotations>{inside}</annotations>")
    assert message in str(raised.value)


# --- Label Studio -------------------------------------------------------------------------------


def timeline(label: str, *stretches: tuple[int, int]) -> dict[str, object]:
    return {
        "type": "timelinelabels",
        "value": {
            "ranges": [{"start": start, "end": end} for start, end in stretches],
            "timelinelabels": [label],
        },
    }


def export(*results: object) -> str:
    cancelled = {"was_cancelled": True, "result": []}
    return json.dumps([{"annotations": [cancelled, {"result": results}]}])


def test_label_studio_counts_from_one_with_the_end_included(read: Read) -> None:
    truth = read(
        "truth.json", export(timeline("ross", (1, 1), (11, 20)), timeline("joey?", (5, 5)))
    )

    assert ranges(truth) == {"ross": [(0, 1), (10, 20)], "joey": []}
    assert ranges(truth, unknown=True)["joey"] == [(4, 5)]


def test_label_studio_notes_other_results(read: Read) -> None:
    truth = read("truth.json", export(timeline("ross", (1, 5)), {"type": "choices"}, "odd"))

    assert truth.notes == ("results that are no timeline labels are left out: 2",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "it has 0 tasks; export this video's task alone"),
        ("[{}, {}]", "it has 2 tasks"),
        ("3", "no Label Studio export; choose the format JSON, not JSON-MIN"),
        ('[{"videoLabels": []}]', "no Label Studio export"),
        ('{"annotations": []}', "the task has 0 annotations; keep the one that counts"),
        ('{"annotations": [{"result": []}, {"result": []}]}', "the task has 2 annotations"),
        ('{"annotations": [3]}', "the annotation: 'result' is missing or no list"),
        (export(timeline("a", (0, 5))), "result 1: Label Studio counts frames from 1, not from 0"),
        (export({"type": "timelinelabels"}), "result 1: 'value' is missing or no dict"),
        (export("", timeline("a", (9, 2))), "result 2: a ends at frame 2, before it starts at"),
        (export(timeline("", (1, 2))), "result 1: there is no label"),
    ],
    ids=lambda value: value[:30],
)
def test_label_studio_mistakes(read: Read, content: str, message: str) -> None:
    with pytest.raises(TruthError) as raised:
        read("truth.json", content)
    assert message in str(raised.value)
