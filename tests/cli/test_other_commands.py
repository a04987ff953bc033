from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from vidtag import __version__
from vidtag.cli.inputs import episode_from_name, parse_code
from vidtag.cli.main import COMMANDS
from vidtag.cli.state import State
from vidtag.errors import UsageError
from vidtag.types import Episode

ROOT = Path(__file__).parents[2]


def test_plugins_lists_what_is_offered(vidtag: Run) -> None:
    outcome = vidtag("plugins")

    assert outcome.code == 0
    lines = [line.split() for line in outcome.out.splitlines()]
    assert ["r", "r-on", "frame", "1", "channels", "a", "channel"] in lines
    assert "reporters: text (channels), json (channels), csv (channels)" in outcome.out


def test_plugins_as_json(vidtag: Run) -> None:
    value = vidtag("plugins", "--json").json

    assert [detector["name"] for detector in value["detectors"]] == ["r", "g", "b"]
    assert value["plugins"][0]["state"] == "in use"


def test_db_commands(vidtag: Run, clip: Path) -> None:
    assert vidtag("db", "check").code == 1
    vidtag("scan", clip, "-p", "r")

    assert vidtag("db", "check").out == "vidtag.db: sound\n"
    rows = dict(line.split() for line in vidtag("db", "info").out.splitlines()[-12:] if line)
    assert (rows["videos"], rows["frames"], rows["frame_labels"]) == ("1", "40", "40")
    assert vidtag("db", "info", "--json").json["rows"]["runs"] == 1
    assert vidtag("db", "upgrade").code == 0


def test_db_upgrade_makes_a_new_database(vidtag: Run, tmp_path: Path) -> None:
    assert vidtag("db", "upgrade", "--db", "new.db").code == 0
    assert (tmp_path / "new.db").is_file()
    assert vidtag("db", "check", "--db", "new.db").out == "new.db: sound\n"


def test_doctor(vidtag: Run) -> None:
    value = vidtag("doctor", "--json").json

    assert value["vidtag"]["version"] == __version__
    assert "CPUExecutionProvider" in value["runtimes"]["onnx"]
    assert "there is no database" in value["database"]["state"]
    assert vidtag("doctor").code == 0


def test_a_password_is_not_shown() -> None:
    state = State(db="postgresql://ann:s:e@cret@localhost/vidtag")

    assert state.db_shown == "postgresql://ann:***@localhost/vidtag"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(vidtag: Run, shell: str) -> None:
    outcome = vidtag("completion", shell)

    assert outcome.code == 0
    assert "_VIDTAG_COMPLETE" in outcome.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_or_nothing_to_show(vidtag: Run, name: str) -> None:
    outcome = vidtag(name, "--help")

    assert outcome.code == 0
    assert "Examples:" in outcome.out or name == "demo"


def test_every_command_is_documented() -> None:
    manual = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")

    assert [name for name in COMMANDS if f"## vidtag {name}\n" not in manual] == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Friends.S03E02.720p.mkv", Episode(series="Friends", season=3, episode=2)),
        ("friends 3x02.mp4", Episode(series="friends", season=3, episode=2)),
        ("clip.mp4", None),
        ("Friends.mp4", None),
        ("Friends.S03.mp4", None),
        ("Friends.S03E02E03.mp4", None),
        ("2026-01-01 party.mov", None),
        ("rotate_270.mp4", None),
        ("clip 1920x1080.mp4", None),
        ("Friends Season 3 Episode 2.mp4", Episode(series="Friends", season=3, episode=2)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_episode_from_name(name: str, expected: Episode | None) -> None:
    assert episode_from_name(Path(name)) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [("", (None, None)), ("S03E02", (3, 2)), (" s3e12 ", (3, 12)), ("3x2", (3, 2))],
)
def test_parse_code(code: str, expected: tuple[int | None, int | None]) -> None:
    assert parse_code(code) == expected


def test_parse_code_refuses_what_is_none() -> None:
    with pytest.raises(UsageError, match="'next' is no episode; write it as S03E02 or 3x2"):
        parse_code("next")
