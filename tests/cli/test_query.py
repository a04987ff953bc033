from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.report.samples import SHOTS, bits, finished
from vidtag.cli.query_output import pointed_at
from vidtag.cli.sql_output import as_csv, as_dict, as_text
from vidtag.errors import QueryError
from vidtag.store import Database, SqlResult
from vidtag.types import Episode


@pytest.fixture
def friends(tmp_path: Path) -> None:
    """Two episodes in vidtag.db; frames last 40 ms, and the second scene begins in frame 7."""
    with Database.open(tmp_path / "vidtag.db") as database:
        for number, ross in enumerate(["..######.#", "#........."], start=1):
            finished(
                database,
                {"ross": bits(ross), "Rachel": bits("....#.....")},
                video=f"{number}.mp4",
                episode=Episode(series="Friends", season=3, episode=number),
                shots=SHOTS,
            )


SEGMENTS = """\
Friends S03E01  0:00.24
  0:00.08  0:00.16  0.08 s  [2, 4)   scene 1
  0:00.20  0:00.32  0.12 s  [5, 8)   scenes 1-2
  0:00.36  0:00.40  0.04 s  [9, 10)  scene 2
Friends S03E02  0:00.04
  0:00.00  0:00.04  0.04 s  [0, 1)  scene 1
0:00.28 in 4 segments, 3 scenes, 2 of 2 videos
"""
SCENES = """\
Friends S03E01  0:00.24
  scene 1  0:00.08  0:00.28  0.16 s  [2, 7)
  scene 2  0:00.28  0:00.40  0.08 s  [7, 10)
Friends S03E02  0:00.04
  scene 1  0:00.00  0:00.04  0.04 s  [0, 1)
0:00.28 in 4 segments, 3 scenes, 2 of 2 videos
"""
EPISODES = """\
Friends S03E01  0:00.24  3 segments  2 scenes
Friends S03E02  0:00.04  1 segment   1 scene
0:00.28 in 4 segments, 3 scenes, 2 of 2 videos
"""


@pytest.mark.parametrize(
    ("by", "expected"), [("segment", SEGMENTS), ("scene", SCENES), ("episode", EPISODES)]
)
@pytest.mark.usefixtures("friends")
def test_where_a_query_holds(vidtag: Run, by: str, expected: str) -> None:
    outcome = vidtag("query", "ROSS and not rachel", "--by", by)

    assert (outcome.code, outcome.out, outcome.err) == (0, expected, "")


@pytest.mark.usefixtures("friends")
def test_nowhere(vidtag: Run) -> None:
    outcome = vidtag("query", "ross and not ross")

    assert (outcome.code, outcome.out) == (0, "nowhere in 2 videos\n")


@pytest.mark.parametrize(
    ("by", "limit", "lines"),
    [("segment", 2, 3), ("segment", 4, 6), ("scene", 2, 3), ("episode", 1, 1)],
)
@pytest.mark.usefixtures("friends")
def test_limit(vidtag: Run, by: str, limit: int, lines: int) -> None:
    outcome = vidtag("query", "ross and not rachel", "--by", by, "--limit", limit).out

    total = {"segment": 4, "scene": 3, "episode": 2}[by]
    *listed, last = outcome.splitlines()
    if limit < total:
        assert listed.pop() == f"the first {limit} of {total}; more with --limit"
    assert len(listed) == lines
    assert last == "0:00.28 in 4 segments, 3 scenes, 2 of 2 videos"


@pytest.mark.usefixtures("friends")
def test_as_json(vidtag: Run) -> None:
    options = ("--season", 3, "--episode", 1, "--at-least", "80ms", "--merge-gaps", "40ms")

    value = vidtag("query", "ross and not rachel", *options, "--json").json

    counts = {key: count for key, count in value.items() if key.endswith(("_found", "_searched"))}
    assert counts == {
        "videos_searched": 1,
        "videos_found": 1,
        "scenes_found": 2,
        "segments_found": 1,
    }
    assert value["duration_us"] == 320_000
    [video] = value["videos"]
    assert (video["series"], video["frames"], video["duration_us"]) == ("Friends", 10, 320_000)
    assert video["segments"] == [
        {
            "start_frame": 2,
            "end_frame": 10,
            "start_us": 80_000,
            "end_us": 400_000,
            "start": "0:00.08",
            "end": "0:00.40",
            "duration_us": 320_000,
        }
    ]
    assert [scene["number"] for scene in video["scenes"]] == [0, 1]
    assert video["scenes"][1] == {
        "number": 1,
        "start_us": 280_000,
        "end_us": 400_000,
        "start_frame": 7,
        "end_frame": 10,
        "first_us": 280_000,
        "last_us": 400_000,
        "duration_us": 120_000,
    }


@pytest.mark.usefixtures("friends")
def test_as_json_with_a_limit(vidtag: Run) -> None:
    ask = ("query", "ross and not rachel", "--json", "--limit")

    [first] = vidtag(*ask, 1).json["videos"]
    [by_scene] = vidtag(*ask, 1, "--by", "scene").json["videos"]
    [episode] = vidtag(*ask, 1, "--by", "episode").json["videos"]

    assert (len(first["segments"]), len(first["scenes"])) == (1, 1)
    assert len(by_scene["scenes"]) == 1
    assert "segments" not in by_scene
    assert "scenes" not in episode


def test_who_was_not_looked_for_is_told(vidtag: Run, tmp_path: Path) -> None:
    with Database.open(tmp_path / "vidtag.db") as database:
        finished(database, {"ross": bits("#")}, video="a.mp4", shots=())
        finished(database, {"joey": bits("#")}, video="b.mp4", shots=())

    outcome = vidtag("query", "ross and not joey")

    assert outcome.out == "nowhere in 2 videos\n"
    assert outcome.err == (
        "ross: not looked for in 1 of 2 videos\njoey: not looked for in 1 of 2 videos\n"
    )


@pytest.mark.usefixtures("friends")
def test_a_mistake_is_pointed_at(vidtag: Run) -> None:
    outcome = vidtag("query", "ross and  or rachel")

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines() == [
        "vidtag: 'or' stands where a name should; put quotes around a name like \"or\"",
        "  ross and  or rachel",
        "            ^^",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["rosss"], 2, "unknown label 'rosss'; did you mean ross?"),
        (["ross", "--detector", "cats"], 2, "unknown detector 'cats'; did you mean cast?"),
        (["ross", "--series", "Cheers"], 1, "vidtag.db: no video fits; see all with"),
        (["ross", "--at-least", "soon"], 2, "'soon' is no length of time; write it as 2s"),
        ([""], 2, "the query is empty; for example: ross and rachel and not monica"),
        ([], 2, "expected a query, or --sql; try: vidtag query"),
        (["ross", "--sql", "select 1"], 2, "a query is not used with --sql; say it in the SQL"),
        (["--sql", "select 1", "--season", 3], 2, "--season is not used with --sql; say it in"),
        (["--sql", "select 1", "--json", "--csv"], 2, "expected --json or --csv, not both"),
        (["ross", "--csv"], 2, "--csv is for --sql only"),
        (["ross", "--timeout", "3s"], 2, "--timeout is for --sql only"),
        (["--sql", "delete from runs"], 2, "SQL refused: deleting from runs; one statement that"),
        (["ross", "--db", "no.db"], 1, "there is no database no.db; run `vidtag scan` or"),
    ],
)
@pytest.mark.usefixtures("friends")
def test_what_cannot_be_asked(
    vidtag: Run, arguments: list[object], code: int, message: str
) -> None:
    outcome = vidtag("query", *arguments)

    assert (outcome.code, outcome.out) == (code, "")
    [line] = outcome.err.splitlines()
    assert line.startswith(f"vidtag: {message}")


@pytest.mark.parametrize(
    ("query", "start", "end", "width", "expected"),
    [
        ("ross and )", 9, 10, 80, "  ross and )\n           ^"),
        ("日本 and )", 7, 8, 80, "  日本 and )\n           ^"),
        ("a\tb", 2, 3, 80, "  a b\n    ^"),
        ("ross and", 8, 9, 80, "  ross and\n          ^"),
        ("a" * 50 + " )", 51, 52, 22, f"  {'a' * 17} )\n{' ' * 20}^"),
        (") " + "a" * 50, 0, 1, 22, "  ) aaaaaaaaaaaaaaaaaa\n  ^"),
        ("x " + "b" * 50, 2, 52, 22, "  x bbbbbbbbbbbbbbbbbb\n    ^^^^^^^^^^^^^^^^^^"),
    ],
)
def test_pointing(query: str, start: int, end: int, width: int, expected: str) -> None:
    assert pointed_at(QueryError("", query=query, start=start, end=end), width=width) == expected


@pytest.mark.usefixtures("friends")
def test_sql_as_a_table_as_json_and_as_csv(vidtag: Run) -> None:
    ask = ("query", "--sql", "select label, appearances n from screen_time where episode = 1")

    assert vidtag(*ask).out == "label   n\n-----   -\nRachel  1\nross    4\n"
    assert vidtag(*ask, "--csv").out == "label,n\r\nRachel,1\r\nross,4\r\n"
    assert vidtag(*ask, "--json").json == {
        "columns": ["label", "n"],
        "rows": [["Rachel", 1], ["ross", 4]],
        "complete": True,
    }


@pytest.mark.usefixtures("friends")
def test_sql_with_more_rows_than_wanted(vidtag: Run) -> None:
    outcome = vidtag("query", "--sql", "select 1 as a from frames", "--limit", 2)

    assert outcome.out == "a\n-\n1\n1\n"
    assert outcome.err == "the first 2 rows only; more with --limit\n"


HOSTILE = SqlResult(
    columns=("=cmd()", "b\x1b[2J"),
    rows=(("=1+1", b"\0\1\2"), ("a\r\nb", None), ("x" * 80, math.inf), (-1, 2.5)),
    complete=True,
)


def test_values_are_safe_on_a_terminal() -> None:
    assert [line.split("  ")[0] for line in as_text(HOSTILE).splitlines()] == [
        "=cmd()",
        "------",
        "=1+1",
        "a",
        "x" * 59 + "…",
        "-1",
    ]
    assert "<3 bytes>" in as_text(HOSTILE)
    assert "\x1b" not in as_text(HOSTILE)


def test_values_are_no_formulas_in_a_spreadsheet() -> None:
    assert as_csv(HOSTILE) == (
        "'=cmd(),b\x1b[2J\r\n'=1+1,<3 bytes>\r\n\"a\r\nb\",\r\n" + "x" * 80 + ",inf\r\n-1,2.5\r\n"
    )


def test_values_are_json() -> None:
    assert as_dict(HOSTILE)["rows"] == [
        ["=1+1", "<3 bytes>"],
        ["a\r\nb", None],
        ["x" * 80, "inf"],
        [-1, 2.5],
    ]
