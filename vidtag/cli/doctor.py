"""`vidtag doctor`: what this machine has, and where things lie."""

from __future__ import annotations

import importlib.util
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click

from vidtag import __version__
from vidtag.cli.state import State, common_options, echo_json, pass_state
from vidtag.errors import VidtagError

LIBRARIES = (
    "av", "numpy", "onnxruntime", "opencv-python-headless", "pluggy", "scenedetect-headless",
    "sqlalchemy", "yt-dlp",
)  # fmt: skip


@click.command("doctor", short_help="Versions, runtimes, and where things lie.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
@pass_state
def command(state: State, *, as_json: bool) -> None:
    """Show what a bug report should tell: versions, runtimes, models, and where things lie.

    \b
    Examples:
      vidtag doctor
      vidtag doctor --json > doctor.json
    """
    facts = {
        "vidtag": _program(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "runtimes": _runtimes(),
        "sqlite": _sqlite(),
        "database": _database(state),
        "models": _models(),
    }
    if as_json:
        echo_json(facts)
    else:
        click.echo(_as_text(facts))


def _program() -> dict[str, Any]:
    import vidtag

    return {
        "version": __version__,
        "location": Path(vidtag.__file__).parent,
        "python": f"{platform.python_version()} at {sys.executable}",
        "platform": platform.platform(),
    }


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "missing"


def _runtimes() -> dict[str, str]:
    import onnxruntime

    from vidtag.inference import find_device

    found = importlib.util.find_spec("tensorflow") is not None
    return {
        "onnx": f"{onnxruntime.__version__}: {', '.join(onnxruntime.get_available_providers())}",
        "device": find_device().name,
        "keras": "installed" if found else "not installed; pip install 'vidtag[train]' to train",
    }


def _sqlite() -> dict[str, str]:
    import sqlite3

    from vidtag.store import wal_is_safe

    info = sqlite3.sqlite_version_info
    safe = wal_is_safe((info[0], info[1], info[2]))
    return {
        "version": sqlite3.sqlite_version,
        "journal": "WAL" if safe else "DELETE (this build has the WAL-reset bug; mended in 3.51.3)",
    }


def _database(state: State) -> dict[str, Any]:
    try:
        with state.open_database(readonly=True) as database:
            info = database.info()
    except VidtagError as error:
        return {"location": state.db_shown, "state": str(error)}
    return {"location": info.url, "state": "usable", "journal": info.journal_mode}


def _models() -> dict[str, Any]:
    from vidtag.models import list_models
    from vidtag.paths import cache_dir, model_dirs

    return {
        "search path": [str(folder) for folder in model_dirs()],
        "cache": cache_dir(),
        "classifiers": [folder.manifest.name for folder in list_models("classifier")],
        "backbones": [folder.manifest.name for folder in list_models("backbone")],
    }


def _as_text(facts: dict[str, dict[str, Any]]) -> str:
    from vidtag.cli.format import table

    rows = [
        (part if first else "", key, _as_cell(value))
        for part, values in facts.items()
        for first, (key, value) in zip([True, *[False] * len(values)], values.items(), strict=False)
    ]
    return table(rows)


def _as_cell(value: object) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)
