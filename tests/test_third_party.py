"""Plugins of others, installed as real packages and used through the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `vidtag-shouting` installed in it by pip."""
    target = tmp_path_factory.mktemp("site")
    pip_install(HERE / "third_party" / "shouting", target)
    return target


def pip_install(project: Path, target: Path) -> None:
    """Install `project` into the folder `target`, without a network."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--no-index", "--no-deps", "--no-build-isolation", "--target", str(target)]
    subprocess.run([*pip, *options, str(project)], check=True)


def vidtag(site: Path, folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return python(site, folder, "-c", "from vidtag.cli import main; main()", *arguments)


def python(site: Path, folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run Python in `folder`, with what is installed in `site`."""
    paths = os.pathsep.join(map(str, (site, ROOT, ROOT / "plugins")))
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths},
        check=False,
    )


def install(site: Path, name: str, entry: str, code: str) -> None:
    """Put a one-module distribution into `site` by hand."""
    info = site / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[vidtag]\n{entry} = {name}\n")
    (site / f"{name}.py").write_text(code)


def test_it_is_listed_with_where_it_comes_from(site: Path, tmp_path: Path) -> None:
    value = json.loads(vidtag(site, tmp_path, "plugins", "--json").stdout)

    assert [plugin for plugin in value["plugins"] if plugin["name"] == "shouting"] == [
        {
            "name": "shouting",
            "origin": "vidtag-shouting",
            "version": "2.1",
            "module": "vidtag_shouting",
            "state": "in use",
            "problem": "",
        }
    ]
    [bright] = [one for one in value["detectors"] if one["plugin"] == "shouting"]
    assert (bright["name"], bright["labels"]) == ("bright", ["daylight"])


def test_its_detector_reporter_and_command_work(site: Path, tmp_path: Path, clip: Path) -> None:
    scanned = vidtag(site, tmp_path, "scan", clip, "--plugin", "bright", "--every", 1)
    assert (scanned.returncode, scanned.stderr) == (
        0,
        "clip.mp4: series unknown; say it with --series\n",
    )

    assert vidtag(site, tmp_path, "report", "--format", "shout").stdout == "DAYLIGHT! 800000\n"
    assert vidtag(site, tmp_path, "report", "-o", "a.shout").returncode == 0
    assert (tmp_path / "a.shout").read_text() == "DAYLIGHT! 800000\n"
    assert vidtag(site, tmp_path, "shout", "--quiet").stdout == "HELLO\n"
    assert "  shout " in vidtag(site, tmp_path, "--help").stdout


@pytest.mark.parametrize("option", [["--no-plugins"], ["--disable-plugin", "shouting"]])
def test_it_can_be_left_out(site: Path, tmp_path: Path, option: list[str]) -> None:
    value = json.loads(vidtag(site, tmp_path, "plugins", "--json", *option).stdout)

    states = {plugin["name"]: plugin["state"] for plugin in value["plugins"]}
    assert states["shouting"] == "disabled"
    assert states["reports"] == "in use"
    assert "bright" not in [detector["name"] for detector in value["detectors"]]


def test_a_broken_plugin_is_named_and_the_rest_works(tmp_path: Path) -> None:
    install(tmp_path / "site", "broken", "broken", "import not_there")

    done = vidtag(tmp_path / "site", tmp_path, "plugins")

    assert done.returncode == 0
    assert done.stderr == (
        "vidtag: warning: plugin 'broken' is not in use: ModuleNotFoundError: No module named "
        "'not_there'; silence this with --disable-plugin broken\n"
    )
    assert "reporters: text (reports)" in done.stdout


def test_a_misspelled_hook_is_named(tmp_path: Path) -> None:
    install(
        tmp_path / "site",
        "typo",
        "typo",
        "from vidtag.api import hookimpl\n@hookimpl\ndef vidtag_detektors(): ...\n",
    )

    done = vidtag(tmp_path / "site", tmp_path, "plugins")

    assert "warning: plugin 'typo' is not in use: PluginValidationError: " in done.stderr
    assert "vidtag_detektors" in done.stderr


def test_two_plugins_of_one_name_are_an_error(tmp_path: Path) -> None:
    install(tmp_path / "site", "other", "reports", "")

    done = vidtag(tmp_path / "site", tmp_path, "plugins")

    assert done.returncode == 2
    assert done.stderr == (
        "vidtag: two plugins are called 'reports': vidtag and other; "
        "uninstall one, or leave both out with --disable-plugin reports\n"
    )


def test_leaving_out_an_unknown_plugin_is_an_error(tmp_path: Path) -> None:
    done = vidtag(tmp_path, tmp_path, "plugins", "--disable-plugin", "report")

    assert done.returncode == 2
    assert done.stderr == "vidtag: unknown plugin 'report'; did you mean reports?\n"


def test_it_keeps_the_contract(site: Path, tmp_path: Path) -> None:
    done = vidtag(site, tmp_path, "plugin", "check", "shouting")

    assert (done.returncode, done.stderr) == (0, "")
    assert "FAILED" not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_new_plugin_works_from_its_first_moment(tmp_path: Path, clip: Path) -> None:
    """`plugin new`, install it, run its tests, check it, scan with it."""
    project, target = tmp_path / "vidtag-night-sky", tmp_path / "site"
    assert vidtag(target, tmp_path, "plugin", "new", "night-sky").returncode == 0
    pip_install(project, target)

    tested = python(target, project, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider")
    assert tested.returncode == 0, tested.stdout
    assert "2 passed" in tested.stdout
    checked = json.loads(vidtag(target, tmp_path, "plugin", "check", "night-sky", "--json").stdout)
    assert [one["message"] for one in checked["findings"] if not one["passed"]] == []
    assert checked["passed"]
    scanned = vidtag(target, tmp_path, "scan", clip, "-p", "night-sky", "--series", "x")
    assert scanned.stdout.splitlines()[1:] == [
        "  black-and-white  1.60 s  1 appearance  by night-sky"
    ]


@pytest.mark.parametrize(
    "tool",
    [
        ["ruff", "check", "--isolated", "--line-length=100", "--select=A,B,E,F,I,N,PTH,RUF,SIM,UP"],
        ["ruff", "format", "--isolated", "--line-length=100", "--check"],
        ["mypy", "--strict", "--cache-dir=/dev/null"],
    ],
    ids=lambda tool: " ".join(tool[:2]),
)
def test_a_new_plugin_is_tidy(tmp_path: Path, tool: list[str]) -> None:
    assert vidtag(tmp_path, tmp_path, "plugin", "new", "night-sky").returncode == 0
    project = tmp_path / "vidtag-night-sky"

    done = python(project, project, "-m", *tool, "vidtag_night_sky", "tests")

    assert done.returncode == 0, done.stdout
