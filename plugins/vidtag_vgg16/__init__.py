"""Character classifiers by transfer learning on VGG16: a plugin of vidtag.

A model is a folder with a manifest and weights. Several classifiers on one backbone share one pass
over each picture. Importing this package imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from vidtag.api import hookimpl

if TYPE_CHECKING:
    import click

    from vidtag.api import Detector, DetectorInfo, Settings


@hookimpl
def vidtag_detectors() -> Iterable[DetectorInfo]:
    """Every VGG16 classifier on the search path of models."""
    from vidtag_vgg16 import catalog

    return catalog.detector_infos()


@hookimpl
def vidtag_open_detectors(names: Sequence[str], settings: Settings) -> Iterable[Detector]:
    """Open those of `names` that are VGG16 classifiers, one detector per shared backbone."""
    from vidtag_vgg16 import catalog

    folders = catalog.classifiers()
    wanted = [folders[name] for name in names if name in folders]
    if not wanted:
        return ()
    from vidtag_vgg16 import detector

    return detector.open_detectors(wanted, settings)


@hookimpl
def vidtag_commands(cli: click.Group) -> None:
    """Add `vidtag train`."""
    from vidtag_vgg16 import command

    cli.add_command(command.train)
