from __future__ import annotations

import pytest

from tests.report.samples import SHOTS, bits, finished, say
from tests.store.samples import FRAME_US, open_run, summary
from vidtag.errors import UnknownNameError
from vidtag.report import build_report
from vidtag.store import Database
from vidtag.types import CoPresence, Episode, EpisodeReport, LabelTime, ScreenTime


def only(database: Database, **asked: object) -> EpisodeReport:
    [episode] = build_report(database, **asked).episodes  # type: ignore[arg-type]
    return episode


def one(database: Database, label: str, **asked: object) -> ScreenTime:
    return {time.label: time for time in only(database, **asked).screen_times}[label]


def test_an_empty_database(database: Database) -> None:
    report = build_report(database)

    assert (report.episodes, report.groups, report.seasons, report.series) == ((), (), (), ())
    assert report.total is None


def test_a_video_that_is_being_scanned(database: Database) -> None:
    open_run(database)

    report = build_report(database)

    [episode] = report.episodes
    assert (episode.screen_times, episode.analysed_us, episode.analysed_share) == ((), 0, 0.0)
    assert episode.scored_share is None
    assert report.total is not None
    assert (report.total.duration_us, report.total.totals) == (0, ())


def test_screen_time_and_what_is_told_about_it(database: Database) -> None:
    run = finished(
        database,
        {"ross": bits(".###.##..#"), "rachel": bits("..........")},
        scored=[True, False] * 5,
    )

    episode = only(database)

    ross, rachel = episode.screen_times
    assert (ross.label, ross.detector, ross.threshold) == ("ross", "cast", 0.5)
    assert (ross.region, ross.run_id, ross.scored_share) == ("frame", run.run_id, 0.5)
    assert (ross.duration_us, ross.count, ross.mean_us) == (240_000, 3, 80_000)
    assert ross.first is not None
    assert ross.last is not None
    assert ross.longest is not None
    assert (ross.first.start_us, ross.last.end_us) == (40_000, 400_000)
    assert ross.longest.duration_us == 120_000
    assert (rachel.duration_us, rachel.count, rachel.mean_us) == (0, 0, None)
    assert (rachel.first, rachel.last, rachel.longest) == (None, None, None)
    assert (episode.runs, episode.scored_share) == ((run,), 0.5)
    assert (episode.analysed_us, episode.analysed_share) == (400_000, 1.0)
    assert episode.frame_rate == 25


def test_what_could_not_be_decoded_is_told(database: Database) -> None:
    run = finished(database, {"ross": bits("..........")})
    database.finish_video(run.video_id, summary(10, "one", "two"), SHOTS)

    assert only(database).analysed_share == 10 / 12


def test_the_interval_comes_from_the_scores(database: Database) -> None:
    finished(database, {"ross": [0.75] * 4 + [0.0] * 6, "rachel": bits("###.......")})

    ross, rachel = one(database, "ross"), one(database, "rachel")

    # One shot of 160 ms, expected 120 ms; 1.96 * 160 ms * sqrt(3 / 16) reaches beyond 0.
    assert ross.duration_us == 160_000
    assert ross.interval_us == (0, 255_790)
    assert rachel.interval_us == (120_000, 120_000)


@pytest.mark.parametrize("said", [False, True], ids=["as found", "corrected"])
def test_estimates_of_older_databases_are_worked_out_from_the_scores(
    database: Database, said: bool
) -> None:
    scores = {"ross": [0.9, 0.8, 0.2, 0.4, 0.7, 0.6, 0.1, 0.9, 0.5, 0.3]}
    scored = [True, True, False, True, True, False, True, True, False, True]
    runs = [
        finished(database, scores, scored=scored, video=name, estimated=estimated)
        for name, estimated in (("new.mp4", True), ("old.mp4", False))
    ]
    if said:
        database.add_corrections([say(run.video_id, "ross", 3, 6, present=False) for run in runs])

    new, old = build_report(database).episodes

    assert old.screen_times[0].interval_us == new.screen_times[0].interval_us


# --- corrections --------------------------------------------------------------------------


def test_corrections_move_seconds_and_the_report_says_how_many(database: Database) -> None:
    run = finished(database, {"ross": bits(".###......")})
    said = [
        say(run.video_id, "ross", 3, 5, present=False),
        say(run.video_id, "ross", 8, 10, present=True),
        say(run.video_id, "monica", 0, 1, present=True),
    ]
    stored = database.add_corrections(said)

    episode = only(database)

    ross, monica = episode.screen_times
    assert (ross.duration_us, ross.added_us, ross.removed_us) == (160_000, 80_000, 40_000)
    assert ross.interval_us == (160_000, 160_000)
    assert (monica.detector, monica.threshold, monica.run_id) == (None, None, None)
    assert (monica.duration_us, monica.interval_us) == (40_000, (40_000, 40_000))
    assert episode.corrections == tuple(stored)
    bare = only(database, correct=False)
    assert [time.label for time in bare.screen_times] == ["ross"]
    assert (bare.screen_times[0].duration_us, bare.corrections) == (120_000, ())
    assert (bare.screen_times[0].added_us, bare.screen_times[0].removed_us) == (0, 0)


def test_what_people_said_is_certain(database: Database) -> None:
    """Two doubtful shots; a person has looked at all of the first one."""
    run = finished(database, {"ross": [0.75] * 4 + [0.5] * 3 + [0.0] * 3})
    database.add_corrections([say(run.video_id, "ross", 0, 4, present=True)])

    ross = one(database, "ross")

    # 160 ms for certain; of the other 120 ms half is expected, -+ 1.96 * 120 ms / 2.
    assert ross.duration_us == 280_000
    assert ross.interval_us == (102_402, 337_598)


def test_a_certain_mistake_that_was_corrected_leaves_no_doubt(database: Database) -> None:
    run = finished(database, {"ross": bits("..........")[:4] + bits("###...")})
    database.add_corrections([say(run.video_id, "ross", 4, 7, present=False)])

    assert one(database, "ross").interval_us == (0, 0)


# --- several detectors --------------------------------------------------------------------


def test_a_label_counts_once_and_the_others_are_listed(database: Database) -> None:
    old = finished(database, {"ross": bits("#.........")}, version="1")
    other = finished(database, {"ross": bits("##........")}, detector="other")
    new = finished(database, {"ross": bits("###.......")}, version="2")

    episode = only(database)

    assert [(time.run_id, time.duration_us) for time in episode.screen_times] == [
        (new.run_id, 120_000)
    ]
    assert [(time.run_id, time.duration_us) for time in episode.other_times] == [
        (other.run_id, 80_000),
        (old.run_id, 40_000),
    ]
    assert episode.runs == (new,)
    chosen = only(database, detectors=("other",))
    assert (chosen.screen_times[0].run_id, chosen.other_times) == (other.run_id, ())


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"characters": ("rosss",)}, "unknown label 'rosss'; did you mean ross?"),
        ({"detectors": ("casts",)}, "unknown detector 'casts'; did you mean cast?"),
    ],
)
def test_unknown_names(database: Database, asked: dict[str, object], message: str) -> None:
    finished(database, {"ross": bits("#.........")})

    with pytest.raises(UnknownNameError) as caught:
        only(database, **asked)
    assert str(caught.value) == message


def test_people_who_were_added_by_hand_can_be_asked_for(database: Database) -> None:
    run = finished(database, {"ross": bits("#.........")})
    database.add_corrections([say(run.video_id, "gunther", 0, 1, present=True)])

    [time] = only(database, characters=("gunther",)).screen_times

    assert time.label == "gunther"


# --- scenes -------------------------------------------------------------------------------


def test_scenes_and_shots_tell_who_is_in_them(database: Database) -> None:
    finished(database, {"ross": bits("..####...#"), "rachel": bits(".....####.")})

    first, second = only(database).scenes

    def who(present: tuple[LabelTime, ...]) -> dict[str, int]:
        return {each.label: each.duration_us // FRAME_US for each in present}

    assert (first.start_frame, first.end_frame, first.start_us, first.end_us) == (0, 7, 0, 280_000)
    assert (second.start_frame, second.end_frame) == (7, 10)
    assert [who(shot.present) for shot in first.shots] == [{"ross": 2}, {"rachel": 2, "ross": 2}]
    assert who(first.present) == {"ross": 4, "rachel": 2}
    assert who(second.present) == {"rachel": 2, "ross": 1}
    assert list(who(second.present)) == ["rachel", "ross"]
    assert len(only(database).shots) == 3
    assert only(database, detail=False).scenes == ()


def test_who_is_together(database: Database) -> None:
    finished(
        database,
        {"ross": bits("..####...."), "rachel": bits(".....##..."), "monica": bits("#.........")},
    )

    together = only(database).copresence

    assert together == CoPresence(
        labels=("ross", "rachel", "monica"),
        together_us=((160_000, 40_000, 0), (40_000, 80_000, 0), (0, 0, 40_000)),
    )


# --- added up -----------------------------------------------------------------------------


def season(database: Database) -> None:
    where = [("Friends", 1, 1), ("Friends", 1, 2), ("Friends", 2, 1), (None, None, None)]
    for number, (series, season, episode) in enumerate(where):
        scores = {"ross": [0.75] * 4 + bits("###...")}
        if number == 1:
            scores["rachel"] = bits("..........")
        finished(
            database,
            scores,
            video=f"{number}.mp4",
            episode=Episode(series=series, season=season, episode=episode),
        )


def test_seasons_and_series_add_up(database: Database) -> None:
    season(database)

    report = build_report(database)

    assert [(group.name, group.videos) for group in report.seasons] == [
        ("Friends season 1", 2),
        ("Friends season 2", 1),
    ]
    [friends] = report.series
    assert (friends.name, friends.videos, friends.duration_us) == ("Friends", 3, 1_200_000)
    ross, rachel = friends.totals
    assert (ross.duration_us, ross.count, ross.videos) == (840_000, 3, 3)
    assert ross.detectors == ("cast",)
    assert (rachel.duration_us, rachel.count, rachel.videos) == (0, 0, 0)
    assert report.total is not None
    assert (report.total.name, report.total.videos) == ("in all", 4)
    assert report.total.totals[0].duration_us == 1_120_000
    assert friends.copresence.labels == ("ross", "rachel")
    assert friends.copresence.together_us == ((840_000, 0), (0, 0))


def test_the_interval_of_a_sum_is_narrower_than_the_sum_of_intervals(database: Database) -> None:
    season(database)

    report = build_report(database, series="Friends", season=1)

    # Each video: expected 240 ms, variance (160 ms)^2 * 3 / 16; two of them are independent.
    [group] = report.seasons
    assert group.totals[0].interval_us == (287_964, 672_036)
    [first, _] = report.episodes
    assert first.screen_times[0].interval_us == (104_210, 375_790)


@pytest.mark.parametrize(
    ("by", "names"),
    [
        (
            "scene",
            [f"Friends S0{code} scene {n}" for code in ("1E01", "1E02", "2E01") for n in (1, 2)]
            + ["3.mp4 scene 1", "3.mp4 scene 2"],
        ),
        ("episode", ["Friends S01E01", "Friends S01E02", "Friends S02E01", "3.mp4"]),
        ("season", ["Friends season 1", "Friends season 2", "(series unknown) season unknown"]),
        ("series", ["Friends", "(series unknown)"]),
    ],
)
def test_groups_are_what_was_asked_for(database: Database, by: str, names: list[str]) -> None:
    season(database)

    report = build_report(database, by=by, detail=False)  # type: ignore[arg-type]

    assert [group.name for group in report.groups] == names
    assert {group.by for group in report.groups} == {by} == {report.by}
    counted = sum(total.duration_us for group in report.groups for total in group.totals)
    assert counted == 1_120_000
    assert sum(group.duration_us for group in report.groups) == 1_600_000


def test_a_group_of_a_scene(database: Database) -> None:
    finished(database, {"ross": bits(".##.#....."), "rachel": bits("..##......")})

    assert {group.cast_us for group in build_report(database, characters=("ross",)).groups} == {
        200_000
    }
    [first, second] = build_report(database, by="scene").groups

    assert first.scene is not None
    assert first.scene.number == 0
    assert first.video is not None
    ross, rachel = first.totals
    assert (ross.label, ross.duration_us, ross.count, ross.interval_us) == (
        "ross", 120_000, 2, (120_000, 120_000),
    )  # fmt: skip
    assert rachel.duration_us == 80_000
    assert first.copresence.together_us == ((120_000, 40_000), (40_000, 80_000))
    assert (first.cast_us, second.cast_us) == (200_000, 0)
    assert second.totals == ()


def test_the_interval_of_a_scene_comes_from_its_own_scores(database: Database) -> None:
    finished(database, {"ross": [0.75] * 4 + [0.0] * 3 + [1.0] * 3})

    [first, second] = build_report(database, by="scene").groups
    [whole] = build_report(database).groups

    # As for the whole video: the other scene is certain.
    assert first.totals[0].interval_us == (0, 255_790)
    assert second.totals[0].interval_us == (120_000, 120_000)
    assert whole.totals[0].interval_us == (104_210, 375_790)


def test_the_interval_of_a_scene_knows_the_sampling(database: Database) -> None:
    finished(database, {"ross": bits("###.......")}, scored=[True, False, False] * 3 + [True])

    [scene] = build_report(database, by="scene", characters=("ross",)).groups[:1]

    # Came or went somewhere in 120 ms: 1.96 * 120 ms / sqrt(12) = 67.9 ms.
    assert scene.totals[0].interval_us == (52_105, 187_895)


def test_a_scene_tells_what_people_moved_in_it(database: Database) -> None:
    run = finished(database, {"ross": [0.75] * 4 + [0.0] * 6})
    database.add_corrections(
        [
            say(run.video_id, "ross", 2, 5, present=False),
            say(run.video_id, "ross", 6, 8, present=True),
            say(run.video_id, "emily", 6, 8, present=True),
        ]
    )

    first, second = build_report(database, by="scene").groups

    moved = [[(t.label, t.added_us, t.removed_us) for t in each.totals] for each in (first, second)]
    assert moved == [
        [("ross", 40_000, 80_000), ("emily", 40_000, 0)],
        [("emily", 40_000, 0), ("ross", 40_000, 0)],
    ]
    intervals = [[total.interval_us for total in each.totals] for each in (first, second)]
    # Frames 0 and 1 are open: 60 ms and 40 ms of what people said, -+ 1.96 * 80 ms * sqrt(3 / 16).
    assert intervals[0] == [(32_105, 167_895), (40_000, 40_000)]
    assert intervals[1] == [(40_000, 40_000), (40_000, 40_000)]


def test_the_definition_says_what_was_counted(database: Database) -> None:
    finished(database, {"ross": bits("#.........")})

    definition = build_report(database).definition
    other = build_report(database, correct=False, detectors=("cast",))

    assert "What people corrected counts as they said." in definition
    assert "follows the newest run of a detector that looks at faces" in definition
    assert "Corrections by people are not applied." in other.definition
    assert "Of detectors, cast alone." in other.definition
    assert definition.endswith(
        "Detectors: cast looks at whole frames and counts from a score of 0.5. "
        "Analysed: 100 % of the videos. Scored: 100 % of the frames."
    )
    assert other.corrected is False
