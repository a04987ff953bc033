from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from vidtag.cli.scenes_text import as_text
from vidtag.types import (
    Episode,
    EpisodeReport,
    LabelTime,
    SceneReport,
    ShotReport,
    VideoRecord,
)

SECOND = 1_000_000


def test_a_scanned_clip(vidtag: Run, clip: Path) -> None:
    vidtag("scan", clip, "-p", "r", "--series", "Greys", "--season", 1, "--episode", 2)

    for named in (clip, "clip.mp4", "CLIP", "s01e02"):
        outcome = vidtag("scenes", named)
        assert (outcome.code, outcome.err) == (0, "")
        title, counted, blank, *lines = outcome.out.splitlines()
        assert (title, blank) == ("Greys S01E02  0:01.60", "")
        assert counted.startswith("1 scene, ")
        assert lines[0] == "scene 1   0:00.00  0:01.60  1.60 s  r-on 0.80 s"


def test_as_json(vidtag: Run, clip: Path) -> None:
    vidtag("scan", clip, "-p", "r", "-p", "g")

    value = vidtag("scenes", clip, "--json", "--character", "r-on").json

    assert value["detectors"] == {"r-on": "r"}
    assert value["frames"] == 40
    [scene] = value["scenes"]
    assert scene["present"] == [{"label": "r-on", "duration_us": 800_000}]
    assert sum(shot["end_us"] - shot["start_us"] for shot in scene["shots"]) == 1_600_000


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["scenes", "clap.mp4"], 2, "unknown video 'clap.mp4'; did you mean clip.mp4?"),
        (["scenes", "clip.mp4", "--character", "ron"], 2, "unknown label 'ron'; did you mean"),
        (["scenes", "clip.mp4", "--detector", "q"], 2, "unknown detector 'q'; known: r"),
    ],
)
def test_bad_input_is_one_line(
    vidtag: Run, clip: Path, arguments: list[str], code: int, message: str
) -> None:
    vidtag("scan", clip, "-p", "r")

    outcome = vidtag(*arguments)

    [line] = outcome.err.splitlines()
    assert message in line
    assert (outcome.code, outcome.out) == (code, "")


def test_two_files_of_one_name_need_their_path(vidtag: Run, clip: Path, tmp_path: Path) -> None:
    from tests.videos import grey_steps, write_video

    vidtag("scan", clip, "-p", "r")
    vidtag("scan", write_video(tmp_path / "clip.mp4", grey_steps(20)), "-p", "r")

    assert vidtag("scenes", "clip.mp4").code == 0  # the one in this folder
    assert vidtag("scenes", "Clip.MP4").err.startswith("vidtag: 'Clip.MP4' may be ")


# --- the text -----------------------------------------------------------------------------

LONG = tuple(
    LabelTime(label=f"person {n} \x1b[31m", duration_us=n * SECOND) for n in range(9, 0, -1)
)


def shot(number: int, *present: LabelTime) -> ShotReport:
    return ShotReport(
        number=number,
        start_frame=number * 50,
        end_frame=number * 50 + 50,
        start_us=number * 2 * SECOND,
        end_us=(number + 1) * 2 * SECOND,
        present=present,
    )


def episode(*scenes: SceneReport) -> EpisodeReport:
    video = VideoRecord(
        video_id=1,
        sha256="0" * 64,
        path=Path("/v/猫.mp4"),
        episode=Episode(),
        width_px=640,
        height_px=360,
        frames=100,
        start_us=0,
        end_us=4 * SECOND,
    )
    return EpisodeReport(
        video=video, runs=(), screen_times=(), scenes=scenes, frame_rate=Fraction(25)
    )


SCENE = SceneReport(
    number=0,
    start_frame=0,
    end_frame=100,
    start_us=0,
    end_us=4 * SECOND,
    present=LONG,
    shots=(shot(0, *LONG), shot(1)),
)


def test_text() -> None:
    cat = LabelTime(label="猫", duration_us=1_500_000)
    scene = SceneReport(
        number=0, start_frame=0, end_frame=100, start_us=0, end_us=4 * SECOND, present=(cat,),
        shots=(shot(0, cat), shot(1)),
    )  # fmt: skip

    assert as_text(episode(scene), width=80).splitlines() == [
        "猫.mp4  0:04.00",
        "1 scene, 2 shots",
        "",
        "scene 1   0:00.00  0:04.00  4.00 s  猫 1.50 s",
        "  shot 1  0:00.00  0:02.00  2.00 s  猫 1.50 s",
        "  shot 2  0:02.00  0:04.00  2.00 s  -",
    ]
    assert as_text(episode(scene), width=40).splitlines()[3:] == [
        "1    0:00.00  猫 1.50 s",
        "  1  0:00.00  猫 1.50 s",
        "  2  0:02.00  -",
    ]


def test_text_without_scenes() -> None:
    assert as_text(episode(), width=80) == "猫.mp4  0:04.00\n0 scenes, 0 shots"


@pytest.mark.parametrize("width", [40, 59, 60, 80, 200])
def test_text_fits_the_terminal_and_has_no_control_characters(width: int) -> None:
    lines = as_text(episode(SCENE), width=width).splitlines()

    assert max(map(len, lines)) <= width
    assert all(line.isprintable() for line in lines)
    assert sum("person" in line for line in lines) >= 2
