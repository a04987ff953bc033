from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidtag.dataset import FrameOrigin
from vidtag.dataset.names import frame_name, negated_class, parse_frame_name, unsafe_reason

ORIGIN = FrameOrigin("1f3a0c5d9e8b7a61", 120, 5_005_000, 3)


def test_frame_name() -> None:
    assert frame_name(ORIGIN) == "1f3a0c5d9e8b7a61-f000120-t5005000us-s003.jpg"


@given(
    st.builds(
        FrameOrigin,
        st.text("0123456789abcdef", min_size=16, max_size=16),
        st.integers(0, 10**9),
        st.integers(-(10**15), 10**15),
        st.integers(0, 10**6),
    ),
    st.sampled_from([".jpg", " (1).jpg", "-0badc0de.jpg", "_crop.png", ""]),
)
def test_a_frame_name_tells_where_it_is_from_whatever_was_added(
    origin: FrameOrigin, addition: str
) -> None:
    assert parse_frame_name(frame_name(origin, suffix=addition)) == origin


@pytest.mark.parametrize(
    "name",
    [
        "frame12.jpg",
        "1f3a-f000120-t5005000us-s003.jpg",
        "1F3A0C5D9E8B7A61-f000120-t5005000us-s003.jpg",
        "copy of 1f3a0c5d9e8b7a61-f000120-t5005000us-s003.jpg",
        "1f3a0c5d9e8b7a61-f-1-t5005000us-s003.jpg",
        f"1f3a0c5d9e8b7a61-f{'9' * 5000}-t0us-s0.jpg",
        "",
    ],
)
def test_other_names_are_not_taken_for_frames(name: str) -> None:
    assert parse_frame_name(name) is None


@pytest.mark.parametrize(
    ("folder", "folders", "expected"),
    [
        ("no_ross", ["no_ross", "ross"], "ross"),
        ("not_ross", ["not_ross", "ross"], "ross"),
        ("no_ross", ["no_ross"], None),
        ("ross", ["no_ross", "ross"], None),
        ("not_no_x", ["not_no_x", "no_x", "x"], "no_x"),
    ],
)
def test_negated_class(folder: str, folders: list[str], expected: str | None) -> None:
    assert negated_class(folder, folders) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ross", None),
        ("Ross Geller", None),
        ("Zoë", None),
        ("李雷", None),
        ("", "it is empty"),
        (" ", "it is empty"),
        ("..", "it begins with a dot, a hyphen or a blank"),
        ("-rf", "it begins with a dot, a hyphen or a blank"),
        ("ross.", "it ends with a dot or a blank"),
        ("a/b", 'it has one of <>:"/\\|?* or a control character'),
        ("a\nb", 'it has one of <>:"/\\|?* or a control character'),
        ("Con", "Windows keeps it for a device"),
        ("nul.x", "Windows keeps it for a device"),
        ("concert", None),
        ("x" * 100, None),
        ("x" * 101, "it is over 100 bytes long"),
        ("\udcff", "it is not UTF-8"),
        ("Zoe\u0308", "its accents are not composed (NFC)"),
    ],
)
def test_unsafe_names(name: str, expected: str | None) -> None:
    assert unsafe_reason(name) == expected
