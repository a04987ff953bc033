from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.report.samples import bits, finished, say
from tests.store.samples import FRAME_US, open_run, video_info
from vidtag.errors import UnknownNameError, UsageError
from vidtag.query import Span, parse
from vidtag.report.searching import Look, SearchResult, search
from vidtag.store import Database
from vidtag.types import Episode, TimedScene

EVERYTHING = Look()


def span(start: int, end: int) -> Span:
    return Span(start, end, start * FRAME_US, end * FRAME_US)


def spans(result: SearchResult) -> list[list[tuple[int, int]]]:
    return [[(each.start_frame, each.end_frame) for each in hit.spans] for hit in result.hits]


def ask(database: Database, query: str, look: Look = EVERYTHING) -> list[list[tuple[int, int]]]:
    return spans(search(database, parse(query), look))


def test_segments_cross_cuts_and_scenes_end_them(database: Database) -> None:
    run = finished(database, {"ross": bits("..######.#"), "rachel": bits("....#.....")})

    result = search(database, parse("Ross and not rachel"), EVERYTHING)

    [hit] = result.hits
    assert (result.searched, result.not_looked_for) == (1, {})
    assert hit.video.video_id == run.video_id
    assert hit.spans == (span(2, 4), span(5, 8), span(9, 10))
    first, second = hit.scenes
    assert first.scene == TimedScene(0, 0, 7, 0, 7 * FRAME_US)
    assert first.spans == (span(2, 4), span(5, 7))
    assert second.scene == TimedScene(1, 7, 10, 7 * FRAME_US, 10 * FRAME_US)
    assert second.spans == (span(7, 8), span(9, 10))
    assert hit.duration_us == first.duration_us + second.duration_us == 6 * FRAME_US


def test_a_video_without_shots_is_one_scene(database: Database) -> None:
    finished(database, {"ross": bits(".#########")}, shots=())

    [hit] = search(database, parse("ross"), EVERYTHING).hits

    assert [each.scene for each in hit.scenes] == [TimedScene(0, 0, 10, 0, 10 * FRAME_US)]


def test_corrections_count_unless_unwanted(database: Database) -> None:
    run = finished(database, {"ross": bits(".####.....")})
    database.add_corrections(
        [
            say(run.video_id, "ross", 2, 3, present=False),
            say(run.video_id, "joey", 4, 6, present=True),
        ]
    )

    assert ask(database, "ross") == [[(1, 2), (3, 5)]]
    assert ask(database, "ross alone") == [[(1, 2), (3, 4)]]
    assert ask(database, "joey") == [[(4, 6)]]
    assert ask(database, "ross", Look(correct=False)) == [[(1, 5)]]


def test_nobody_knows_that_somebody_is_away_who_was_not_looked_for(database: Database) -> None:
    first = finished(database, {"ross": bits("##........")}, video="a.mp4")
    finished(database, {"joey": bits("#.........")}, video="b.mp4")
    database.add_corrections([say(first.video_id, "joey", 0, 1, present=True)])

    result = search(database, parse("not joey"), EVERYTHING)

    assert spans(result) == [[(1, 10)]]
    assert (result.searched, result.not_looked_for) == (2, {"joey": 1})
    assert ask(database, "ross and not joey") == []
    assert ask(database, "ross or joey") == [[(0, 2)], [(0, 1)]]


def test_a_label_follows_one_run_of_several(database: Database) -> None:
    finished(database, {"ross": bits("##........")}, detector="old")
    finished(database, {"ross": bits("....##....")}, detector="new")

    assert ask(database, "ross") == [[(4, 6)]]
    assert ask(database, "ross", Look(detectors=("old",))) == [[(0, 2)]]
    with pytest.raises(UnknownNameError, match=r"unknown detector 'odl'; did you mean old?"):
        ask(database, "ross", Look(detectors=("odl",)))


@pytest.mark.parametrize(
    ("gap", "least", "expected"),
    [
        (0, 0, [(0, 2), (3, 4), (7, 10)]),
        (1, 0, [(0, 4), (7, 10)]),
        (3, 0, [(0, 10)]),
        (0, 2, [(0, 2), (7, 10)]),
        (1, 4, [(0, 4)]),
        (0, 11, None),
    ],
)
def test_gaps_are_joined_before_short_ones_go(
    database: Database, gap: int, least: int, expected: Sequence[tuple[int, int]] | None
) -> None:
    finished(database, {"ross": bits("##.#...###")})

    look = Look(gap_us=gap * FRAME_US, least_us=least * FRAME_US)

    assert ask(database, "ross", look) == ([] if expected is None else [expected])


def test_episodes_are_chosen(database: Database) -> None:
    for number in (1, 2):
        episode = Episode(series="Friends", season=3, episode=number)
        finished(database, {"ross": bits("#" * number)}, video=f"{number}.mp4", episode=episode)

    assert ask(database, "ross") == [[(0, 1)], [(0, 2)]]
    assert ask(database, "ross", Look(series="Friends", season=3, episode=2)) == [[(0, 2)]]
    assert ask(database, "ross", Look(path=video_info("1.mp4").path)) == [[(0, 1)]]
    assert search(database, parse("ross"), Look(path=Path("/no.mp4"))).searched == 0


def test_what_is_not_scanned_to_its_end_is_left_out(database: Database) -> None:
    open_run(database, video="b.mp4")
    assert search(database, parse("ross"), EVERYTHING) == SearchResult(
        hits=(), searched=0, not_looked_for={}
    )

    finished(database, {"ross": bits("#")})
    result = search(database, parse("not ross or ross"), EVERYTHING)
    assert (spans(result), result.searched) == ([[(0, 1)]], 1)


def test_unknown_and_unclear_names(database: Database) -> None:
    finished(database, {"ross": bits("#."), "Rachel": bits("#."), "rachel": bits("..")})

    with pytest.raises(UnknownNameError, match=r"unknown label 'rosss'; did you mean ross?"):
        ask(database, "not rosss")
    with pytest.raises(UsageError, match="'RACHEL' may be 'Rachel' or 'rachel'"):
        ask(database, "RACHEL")
    assert ask(database, "Rachel and not rachel") == [[(0, 1)]]
