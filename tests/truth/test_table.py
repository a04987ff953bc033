from __future__ import annotations

import pytest

from tests.truth.conftest import Ranges, Read, ranges
from tests.truth.frames import FILM, constant, varying
from vidtag.errors import TruthError


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("label,start_frame,end_frame\nross,0,10\nross,20,30\n", {"ross": [(0, 10), (20, 30)]}),
        ("label,start,end\nross,0,0.4\n", {"ross": [(0, 10)]}),
        ("start_s,end_s,character\n0.04,0.2,ross\n", {"ross": [(1, 5)]}),
        ("name,start_time,end_time\nross,00:00:01,00:00:01.200\n", {"ross": [(25, 30)]}),
        ("label,start,end\nross,00:00:01:00,00:00:02:05\n", {"ross": [(25, 55)]}),
        ("label;start;end\nross;0,04;0,2\n", {"ross": [(1, 5)]}),
        ("label\tstart\tend\nross\t0\t1\n", {"ross": [(0, 25)]}),
        (" Label , START_frame,End_Frame,note\r\n ross ,0,5,\"a, b\"\r\n\r\n", {"ross": [(0, 5)]}),
        ("label,start,end\nross,0,1\nmonica,1,2\n", {"ross": [(0, 25)], "monica": [(25, 50)]}),
        ("label,start,end\nross,0,4.04\n", {"ross": [(0, 100)]}),
        ("label,start_frame,end_frame\nross,0,101\n", {"ross": [(0, 100)]}),
        ("label,start,end\n", {}),
    ],
    ids=[
        "frames", "seconds", "order of columns", "clock", "timecode", "semicolons", "tabs",
        "blanks, case, other columns", "two labels", "one frame beyond, in seconds",
        "one frame beyond, in frames", "header alone",
    ],
)  # fmt: skip
def test_stretches(read: Read, content: str, expected: Ranges) -> None:
    truth = read("truth.csv", content)

    assert ranges(truth) == expected
    assert truth.notes == ()


def test_the_end_is_not_included_whatever_the_rate(read: Read) -> None:
    """Each frame's PTS, written in milliseconds, as start and the next one's as end."""
    for times in (constant(240, FILM), varying(0, 100, 110, 400, 1000)):
        edges = [*times.pts_us.tolist(), times.end_us]
        rows = [
            f"{number},{edges[number] / 1e6:.3f},{edges[number + 1] / 1e6:.3f}"
            for number in range(times.count)
        ]
        truth = read("truth.csv", "\n".join(["label,start,end", *rows]), times)
        assert ranges(truth) == {str(n): [(n, n + 1)] for n in range(times.count)}


def test_time_counts_from_zero_where_the_video_starts_late(read: Read) -> None:
    truth = read("truth.csv", "label,start,end\nross,0,1.2\n", constant(100, start_us=1_075_000))

    assert ranges(truth) == {"ross": [(0, 4)]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("label,start,end\nross,2,1\n", "line 2: ross ends at 1.000 s, before it starts at 2.000"),
        (
            "label,start_frame,end_frame\nross,30,20\n",
            "line 2: ross ends at frame 20, before it starts at frame 30",
        ),
        (
            "label,start,end\nross,0,1\nross,3,6.5\n",
            "line 3: ross ends at 6.500 s, 2.50 s beyond the end of the video (100 frames, 4.00 s)",
        ),
        (
            "label,start_frame,end_frame\nross,0,102\n",
            "line 2: ross ends at frame 102, 0.08 s beyond the end of the video",
        ),
        ("label,start,end\nross,01:00:00:00,01:00:01:00\n", "3597.00 s beyond the end"),
        ("label,start,end\nross,-1,1\n", "line 2: ross starts at -1.000 s, before the video"),
        ("label,start,end\nross,a,1\n", "line 2: 'a' is no time; write seconds (12.5)"),
        ("label,start_frame,end_frame\nross,1.5,2\n", "line 2: '1.5' is no frame number"),
        ("label,start,end\n,0,1\n", "line 2: there is no label"),
        ("label,start,end\n?,0,1\n", "line 2: there is no label"),
        (
            "label,start,end\n\x1b[31mross,0,1\n",
            "line 2: the label '\\x1b[31mross' cannot be printed",
        ),
        ("label,start,end\nross,0,%s\n" % ("9" * 1000), f"line 2: '{'9' * 39}…' is no time"),
        ("label,start,end\nross,0\n", "line 2: expected 3 columns, found 2"),
        ("label,start,end\n\nGeller, Ross,0,1\n", "line 3: expected 3 columns, found 4"),
        ('label,start,end\n"ross,0,1\n', "line 2: unexpected end of data"),
        ("ross,0,1\n", "line 1: the columns are 'ross,0,1'; the first line must be label,start"),
        ("label,start\nross,0\n", "line 1: the columns are 'label,start'"),
        ("label,start,end,start_frame,end_frame\n", "line 1: the columns are"),
        ("label,start,end,label\n", "line 1: there are two columns 'label'"),
        ("label,start,end\nross,00:00:01:25,3\n", "line 2: timecode 00:00:01:25 has no meaning"),
    ],
    ids=lambda value: value[:40],
)
def test_mistakes_are_named_with_their_line(read: Read, content: str, message: str) -> None:
    with pytest.raises(TruthError) as raised:
        read("truth.csv", content)
    assert "truth.csv: " in str(raised.value)
    assert message in str(raised.value)
