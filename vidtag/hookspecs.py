"""The whole extension surface of vidtag, on one page.

A plugin is a Python package with an entry point in the group `vidtag` that names a module with
some of these functions, each marked with `vidtag.api.hookimpl`. It imports `vidtag.api` alone.
The bundled plugins are found in the same way and have no other powers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    import click

    from vidtag.types import Detector, DetectorInfo, Exporter, Fetcher, Reporter, Settings

PROJECT = "vidtag"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def vidtag_detectors() -> Iterable[DetectorInfo]:  # type: ignore[empty-body]
    """Say which detectors this plugin offers.

    Called for every listing, so it must be cheap: read manifests, import nothing heavy.
    """


@hookspec
def vidtag_open_detectors(names: Sequence[str], settings: Settings) -> Iterable[Detector]:  # type: ignore[empty-body]
    """Open those of `names` that are this plugin's.

    One `Detector` may serve several names: ten characters on one backbone cost one forward pass.
    """


@hookspec
def vidtag_reporters() -> Iterable[Reporter]:  # type: ignore[empty-body]
    """Offer formats for `vidtag report --format`."""


@hookspec
def vidtag_exporters() -> Iterable[Exporter]:  # type: ignore[empty-body]
    """Offer formats for `vidtag export --format`, for other programs to read."""


@hookspec
def vidtag_fetchers() -> Iterable[Fetcher]:  # type: ignore[empty-body]
    """Offer ways to download a video for `vidtag fetch`; the first that accepts is used."""


@hookspec
def vidtag_commands(cli: click.Group) -> None:
    """Add commands to `cli`. Import what they need inside the commands, not beside them."""
