"""The options by which commands choose of what there is in the database, said once for all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def episode_options(function: F) -> F:
    """Add `--series`, `--season` and `--episode`."""
    for decorate in reversed(_EPISODE):
        function = decorate(function)
    return function


_EPISODE = (
    click.option("--series", help="This series only."),
    click.option("--season", type=int, help="This season only."),
    click.option("--episode", type=int, help="This episode only."),
)

path_option = click.option("--path", type=click.Path(path_type=Path), help="This video file only.")
character_option = click.option(
    "--character",
    "characters",
    multiple=True,
    metavar="LABEL",
    help="This character only; may be given several times.",
)
detector_option = click.option(
    "--detector",
    "detectors",
    multiple=True,
    metavar="NAME",
    help="What this detector says only; may be given several times.",
)
no_corrections_option = click.option(
    "--no-corrections", is_flag=True, help="What detectors found, uncorrected."
)
