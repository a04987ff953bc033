from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.videos import grey_steps, write_video


@pytest.fixture
def scanned(vidtag: Run, clip: Path) -> Run:
    """Two runs of the detector `r` and one of `g` on a clip."""
    assert vidtag("scan", clip, "-p", "r", "-p", "g", "--every", 1).code == 0
    assert vidtag("scan", clip, "-p", "r", "--every", 40).code == 0
    return vidtag


def test_what_changed(scanned: Run) -> None:
    outcome = scanned("compare", 1, 3)

    assert (outcome.code, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert lines[:3] == [
        "clip.mp4  40 frames  1.60 s",
        "A  run 1  r 1, every 1",
        "B  run 3  r 1, every 40",
    ]
    assert lines[4].split() == ["SCREEN", "TIME", "IN", "A", "IN", "B", "CHANGE", "GAINED", "LOST"]
    assert lines[5].startswith("r-on         0.80 s")


def test_all_of_it_as_json(scanned: Run) -> None:
    value = scanned("compare", 1, 2, "--json").json

    assert (value["run_a"]["detector"], value["run_b"]["detector"]) == ("r", "g")
    only_a, only_b = value["labels"]
    assert (only_a["label"], only_a["before_us"], only_a["after_us"]) == ("r-on", 800_000, None)
    assert (only_a["lost_us"], only_a["gained"]) == (800_000, [])
    assert (only_b["label"], only_b["before_us"], only_b["after_us"]) == ("g-on", None, 800_000)
    assert sum(end - start for start, end in only_b["gained"]) == only_b["gained_us"] == 800_000


def test_nothing_changed(scanned: Run, clip: Path) -> None:
    scanned("scan", clip, "-p", "r", "--rate", 1000)

    outcome = scanned("compare", 1, 4)

    assert outcome.code == 0
    assert outcome.out.endswith("\nnothing changed\n")


def test_the_longest_changes_come_first_and_the_rest_is_counted(scanned: Run) -> None:
    every = scanned("compare", "r", "g")
    none = scanned("compare", "r", "g", "--longest", 0)

    assert "CHANGED LONGEST  FROM" in every.out
    assert "CHANGED" not in none.out
    assert none.out.splitlines()[-1].endswith("more; all with --json")


def test_detectors_are_their_newest_runs(scanned: Run) -> None:
    value = scanned("compare", "g", "r@1", "clip.mp4", "--json").json

    assert (value["run_a"]["run_id"], value["run_b"]["run_id"]) == (2, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["1", "1"], "1 and 1 are the same run; there are: 1 (r 1), 2 (g 1), 3 (r 1)"),
        (["1", "99"], "unknown run '99'; known: 1, 2, 3,"),
        (["r", "gg"], "unknown run 'gg'; did you mean g?"),
        (["r", "g", "clap.mp4"], "unknown video 'clap.mp4'; did you mean clip.mp4?"),
        (["1", "4"], "no video has both 1 and 4; compare runs on one video"),
        (["r", "r"], "2 videos have both r and r; name the video after them"),
    ],
    ids=" ".join,
)
def test_bad_input_is_one_line(
    scanned: Run, tmp_path: Path, arguments: list[str], message: str
) -> None:
    if arguments in (["1", "4"], ["r", "r"]):
        scanned("scan", write_video(tmp_path / "other.mp4", grey_steps(20)), "-p", "r")

    outcome = scanned("compare", *arguments)

    [line] = outcome.err.splitlines()
    assert message in line
    assert (outcome.code, outcome.out) == (2, "")
