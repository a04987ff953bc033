"""`vidtag evaluate`, as it is typed. In the clip the channel is on in frames 20 to 39."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.videos import damage, grey_steps, plain, write_video
from vidtag.paths import samples

HEADER = "label,start_frame,end_frame\n"


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    """Half of what is found is true, and half of what is true is found."""
    path = tmp_path / "truth.csv"
    path.write_text(HEADER + "r-on,10,30\n")
    return path


def test_tables(vidtag: Run, clip: Path, truth: Path) -> None:
    outcome = vidtag("evaluate", clip, "-p", "r", "--truth", truth, "--every", 1)

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == (
        "clip.mp4  40 frames  1.60 s\n"
        "\n"
        "r 1, every 1\n"
        "SCREEN TIME  TRUTH   FOUND   ERROR            95 % BETWEEN\n"
        "r-on         0.80 s  0.80 s  +0.00 s  +0.0 %  -\n"
        "\n"
        "FRAMES  COUNTED  RIGHT   95 % BETWEEN  PRECISION  RECALL  F1     AP\n"
        "r-on    40       50.0 %  -             0.500      0.500   0.500  0.467\n"
        "\n"
        "WRONG LONGEST  FROM     TO       FOR     FRAMES\n"
        "r-on           0:00.40  0:00.80  0.40 s  10-19   there, not found\n"
        "r-on           0:01.20  0:01.60  0.40 s  30-39   found, not there\n"
    )


def test_as_json(vidtag: Run, clip: Path, truth: Path) -> None:
    value = vidtag("evaluate", clip, "-p", "r", "--truth", truth, "--every", 1, "--json").json

    [run] = value["runs"]
    [label] = run["labels"]
    assert (run["detector"], run["version"], run["sampler"]) == ("r", "1", "every 1")
    assert label["confusion"] == {
        "true_positives": 10, "false_positives": 10, "false_negatives": 10, "true_negatives": 10,
    }  # fmt: skip
    assert (label["label"], label["threshold"], label["frames"]) == ("r-on", 0.5, 40)
    assert [label[key] for key in ("truth_us", "found_us", "error_us", "error_ratio")] == [
        800_000, 800_000, 0, 0.0,
    ]  # fmt: skip
    # The scores rise: the true frames are those at ranks 11 to 30.
    assert label["average_precision"] == pytest.approx(sum(k / (10 + k) for k in range(1, 21)) / 20)
    assert (label["accuracy_interval"], label["error_us_interval"]) == (None, None)
    assert run["worst"][0] == {
        "label": "r-on", "kind": "missed", "start_frame": 10, "end_frame": 20,
        "start_us": 400_000, "end_us": 800_000,
    }  # fmt: skip
    assert value["not_evaluated"] == {"truth": [], "detectors": []}


def test_unknown_frames_are_left_out(vidtag: Run, clip: Path, truth: Path) -> None:
    truth.write_text(HEADER + "r-on,20,30\nr-on?,30,40\n")

    [run] = vidtag("evaluate", clip, "-p", "r", "--truth", truth, "--every", 1, "--json").json[
        "runs"
    ]

    [label] = run["labels"]
    assert (label["frames"], label["frames_unknown"], label["accuracy"]) == (30, 10, 1.0)
    assert (label["truth_us"], label["found_us"], run["worst"]) == (400_000, 400_000, [])


def test_intervals_come_from_the_shots(vidtag: Run, tmp_path: Path) -> None:
    """Four shots of 20 frames, in one of which the truth is another."""
    shots = [(20, 20, 20), (230, 230, 230), (20, 20, 20), (230, 230, 230)]
    pictures = [plain(colour) for colour in shots for _ in range(20)]
    video = write_video(tmp_path / "shots.mp4", pictures)
    truth = tmp_path / "truth.csv"
    truth.write_text("label,start,end\nr-on,0.8,1.6\n")

    value = vidtag("evaluate", video, "-p", "r", "--truth", truth, "--json").json

    [label] = value["runs"][0]["labels"]
    assert (label["accuracy"], label["accuracy_interval"]) == (0.75, [0.25, 1.0])
    assert (label["error_us"], label["error_us_interval"]) == (800_000, [0.0, 2_400_000.0])


def test_what_the_truth_does_not_mention_is_not_evaluated(
    vidtag: Run, clip: Path, truth: Path
) -> None:
    truth.write_text(HEADER + "red,20,40\njoey,0,5\n")
    command = ("evaluate", clip, "-p", "r", "-p", "g", "--truth", truth, "--label", "red=r-on")

    outcome = vidtag(*command, "--json")

    assert [[each["label"] for each in run["labels"]] for run in outcome.json["runs"]] == [
        ["r-on"],
        [],
    ]
    assert outcome.json["not_evaluated"] == {"truth": ["joey"], "detectors": ["g-on"]}
    assert outcome.err == (
        "joey: in the truth, but no detector named here has this label\n"
        "g-on: not evaluated, as the truth does not mention it; "
        "if it is nowhere on screen, say --absent g-on\n"
    )
    assert "g-on" not in vidtag(*command, "-q").out


def test_absent_labels_are_evaluated(vidtag: Run, clip: Path, truth: Path) -> None:
    outcome = vidtag(
        "evaluate", clip, "-p", "r", "-p", "g", "--truth", truth, "--absent", "g-on", "--json"
    )
    [label] = outcome.json["runs"][1]["labels"]
    assert (label["truth_us"], label["found_us"], label["error_ratio"]) == (0, 800_000, None)
    assert (label["recall"], label["precision"], outcome.err) == (None, 0.0, "")


def test_a_scanned_video_is_not_scanned_again(vidtag: Run, clip: Path, truth: Path) -> None:
    vidtag("scan", clip, "-p", "r")
    [scanned] = vidtag("report", "--json").json["episodes"]

    assert vidtag("evaluate", clip, "-p", "r", "--truth", truth).code == 0

    assert vidtag("report", "--json").json["episodes"] == [scanned]
    assert vidtag("db", "info", "--json").json["rows"]["runs"] == 1


def test_notes_about_the_truth(vidtag: Run, clip: Path, truth: Path) -> None:
    truth.write_text(HEADER + "r-on,0,40\n" + "r-on,5,6\n" * 7)

    outcome = vidtag("evaluate", clip, "-p", "r", "--truth", truth)

    assert outcome.err.splitlines() == [
        *(f"truth.csv: line {n}: r-on overlaps line 2; counted once" for n in range(3, 8)),
        "truth.csv: 2 more such notes, all in --json",
    ]


def test_worst_can_be_left_out(vidtag: Run, clip: Path, truth: Path) -> None:
    outcome = vidtag("evaluate", clip, "-p", "r", "--truth", truth, "--worst", 0)

    assert "WRONG" not in outcome.out


def test_a_partial_video_is_code_3(vidtag: Run, tmp_path: Path, truth: Path) -> None:
    whole = write_video(tmp_path / "whole.mp4", grey_steps(40), keyframe_every=5)
    spoilt = damage(whole, tmp_path / "spoilt.mp4", [7, 8])

    outcome = vidtag("evaluate", spoilt, "-p", "r", "--truth", truth)

    assert outcome.code == 3
    assert "vidtag: spoilt.mp4: read in part: " in outcome.err
    assert outcome.out.startswith("spoilt.mp4  ")


@pytest.mark.parametrize(
    ("content", "options", "code", "message"),
    [
        ("r-on,0,42\n", [], 1, "line 2: r-on ends at frame 42, 0.08 s beyond the end"),
        ("r-on,a,42\n", [], 1, "line 2: 'a' is no frame number; frames are counted from 0"),
        ("red,0,40\n", [], 2, "nothing to evaluate: the truth mentions red, the detectors r-on"),
        ("", [], 2, "nothing to evaluate: the truth mentions nobody, the detectors r-on"),
        ("r-on,0,4\n", ["--label", "red=r-on"], 2, "unknown label in the truth 'red'"),
        ("r-on,0,4\n", ["--label", "red"], 2, "'red' is no pair of labels; write TRUTHNAME=LABEL"),
        ("r-on,0,4\n", ["--absent", "g-on"], 2, "unknown label 'g-on'; did you mean r-on?"),
        ("r-on,0,4\n", ["--every", "2", "--rate", "1"], 2, "exclude each other"),
    ],
)
def test_bad_input_is_one_line(
    vidtag: Run, clip: Path, truth: Path, content: str, options: list[str], code: int, message: str
) -> None:
    truth.write_text(HEADER + content)

    outcome = vidtag("evaluate", "-q", clip, "-p", "r", "--truth", truth, *options)

    [line] = outcome.err.splitlines()
    assert line.startswith("vidtag: ")
    assert message in line
    assert (outcome.code, outcome.out) == (code, "")


def test_a_mistake_in_the_truth_is_told_before_the_scan(
    vidtag: Run, clip: Path, truth: Path, tmp_path: Path
) -> None:
    truth.write_text("who,when\n")

    assert vidtag("evaluate", clip, "-p", "r", "--truth", truth).code == 1
    assert list(tmp_path.glob("*.db")) == []


def test_the_sample_episode(vidtag: Run) -> None:
    """At 24000/1001 frames a second. The detectors know nobody: it is the truth that counts."""
    video = samples() / "Kiosk.S01E02.The.Letter.mp4"
    labels = ("--label", "mara=r-on", "--label", "nilo=g-on", "--label", "otto=b-on")

    value = vidtag(
        "evaluate", video, *("-p", "r", "-p", "g", "-p", "b"), *labels, "--json",
        "--truth", video.with_suffix(".truth.csv"),
    ).json  # fmt: skip

    found = [label for run in value["runs"] for label in run["labels"]]
    truth_us = [label["truth_us"] for label in found]
    assert truth_us == pytest.approx([n * 1001e6 / 24000 for n in (283, 323, 276)], abs=10)
    assert [label["frames"] for label in found] == [709] * 3
    assert value["series"] == "Kiosk"


@pytest.mark.material
@pytest.mark.parametrize(
    ("name", "frames", "unknown", "truth_us"),
    [("friends_apartment", 583, 6, 6_798_458), ("friends_sofa", 300, 0, 10_010_000)],
)
def test_real_clips(
    vidtag: Run, material: Path, name: str, frames: int, unknown: int, truth_us: int
) -> None:
    clip = material / "clips" / f"{name}.mp4"

    value = vidtag(
        "evaluate", clip, "-p", "r", "--label", "ross=r-on", "--json",
        "--truth", clip.with_suffix(".labels.csv"),
    ).json  # fmt: skip

    [label] = value["runs"][0]["labels"]
    assert (label["frames"], label["frames_unknown"]) == (frames, unknown)
    assert label["truth_us"] == truth_us
