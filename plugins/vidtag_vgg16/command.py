"""`vidtag train`: make a classifier from sorted pictures."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from vidtag.api import ModelError, Settings, UsageError, is_name, model_dirs

if TYPE_CHECKING:
    from vidtag.api import ModelFolder, Sample
    from vidtag_vgg16.features import Extractor
    from vidtag_vgg16.learning import Lesson, SplitBy

_log = logging.getLogger(__name__)

_SKIPPED_SHOWN = 20
_FOLDER = click.Path(path_type=Path)
_LEAKS = (
    "--split random: neighbouring frames are nearly the same picture, and some of them are now "
    "learnt from and others held out; the figures show how well it remembers, not how well it "
    "knows a face in the next episode"
)


@click.command("train", short_help="Make a classifier from sorted pictures.")
@click.argument("name")
@click.argument("data", type=_FOLDER)
@click.option(
    "-o", "--out", type=_FOLDER, help="Folder of models to put it in.  [default: your own]"
)
@click.option("--force", is_flag=True, help="Replace an older model of that name.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True)
@click.option(
    "--backbone",
    default="bundled",
    show_default=True,
    metavar="bundled|imagenet",
    help="Frozen network to stand on; imagenet is downloaded once.",
)
@click.option(
    "--region",
    type=click.Choice(["frame", "face"]),
    default="frame",
    show_default=True,
    help="What to look at.",
)
@click.option(
    "--split",
    "by",
    type=click.Choice(["shot", "random"]),
    default="shot",
    show_default=True,
    help="What stays together when pictures are held out.",
)
@click.option("--threads", type=click.IntRange(1), help="Threads to compute features with.")
@click.option("--offline", is_flag=True, help="Download nothing, not even published weights.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def train(
    *,
    name: str,
    data: Path,
    out: Path | None,
    force: bool,
    seed: int,
    backbone: str,
    region: Literal["frame", "face"],
    by: SplitBy,
    threads: int | None,
    offline: bool,
    as_json: bool,
) -> None:
    """Make the classifier NAME from the pictures in the folder DATA.

    DATA has a folder per class: ross and no_ross, or one for each character. Features are computed
    once per picture and kept: stop whenever you like, the same command goes on.

    \b
    Examples:
      vidtag train ross data/
      vidtag train friends data/ --out models/ --seed 3
      vidtag scan s01e02.mp4 --plugin ross
    """
    if region == "face":
        raise UsageError("classifiers of faces cannot be trained yet", hint="use --region frame")
    folder = _free_folder(name, out or own_models(), force=force)
    if by == "random":
        _say(_LEAKS)
    settings = Settings(threads=threads, offline=offline)
    model, lesson = _make(folder, data, backbone=backbone, by=by, seed=seed, settings=settings)
    for skipped in lesson.dataset.skipped[:_SKIPPED_SHOWN]:
        _say(f"{_readable(skipped.path)}: skipped: {skipped.reason}")
    if as_json:
        _print_json(_as_dict(model, lesson))
    else:
        click.echo(_as_text(model, lesson))
    if out is not None and out.resolve() not in [each.resolve() for each in model_dirs()]:
        _say(f"so that it is found, put {out} into VIDTAG_MODELS")


def own_models() -> Path:
    """The user's own folder of models: the last but one on the search path, before the bundled."""
    return model_dirs()[-2]


def _free_folder(name: str, models: Path, *, force: bool) -> Path:
    if not is_name(name):
        raise UsageError(f"{name!r} is no name for a model", hint="names are like ross-geller")
    folder = models / name
    if folder.exists() and not force:
        raise UsageError(
            f"there is a model {name!r} already, in {folder}",
            hint="choose another name, or replace it with --force",
        )
    return folder


def _make(
    folder: Path, data: Path, *, backbone: str, by: SplitBy, seed: int, settings: Settings
) -> tuple[ModelFolder, Lesson]:
    from vidtag.api import read_dataset
    from vidtag_vgg16.backbones import find_backbone
    from vidtag_vgg16.keras_network import import_keras
    from vidtag_vgg16.learning import check_classes, learn

    dataset = read_dataset(data)
    check_classes(dataset)
    stands_on = find_backbone(backbone, settings=settings)
    import_keras()  # where it is missing, say so before the long part
    extractor = _extractor(stands_on, settings)
    lesson = learn(dataset, extractor, by=by, seed=seed, track=_track)
    return _save(folder, lesson, stands_on, by=by, seed=seed), lesson


def _extractor(backbone: ModelFolder, settings: Settings) -> Extractor:
    from vidtag_vgg16.features import Extractor
    from vidtag_vgg16.heads import HeadSpec

    return Extractor(
        backbone,
        pooling=HeadSpec().pooling,
        preprocessing=backbone.manifest.preprocessing,
        input_size=backbone.manifest.input_size,
        settings=settings,
    )


def _save(
    folder: Path, lesson: Lesson, backbone: ModelFolder, *, by: SplitBy, seed: int
) -> ModelFolder:
    from vidtag_vgg16.provenance import about, write_card
    from vidtag_vgg16.saving import save_classifier

    try:
        model = save_classifier(
            folder,
            lesson.head,
            about=about(lesson, by=by, seed=seed),
            backbone=backbone,
            region="frame",
            preprocessing=backbone.manifest.preprocessing,
            input_size=backbone.manifest.input_size,
        )
        write_card(model, lesson, by=by)
    except OSError as error:
        raise ModelError(
            f"{folder}: cannot be written: {error.strerror or error}",
            hint="choose another folder with --out",
        ) from error
    return model


def _track(samples: Sequence[Sample], what: str) -> Iterable[Sample]:
    """Show on a terminal how far it is."""
    from rich.console import Console
    from rich.progress import track

    hidden = _is_quiet() or not sys.stderr.isatty()
    return track(samples, what, console=Console(stderr=True), transient=True, disable=hidden)


def _is_quiet() -> bool:
    """Whether `--quiet` was given: then nothing below an error is logged."""
    return not _log.isEnabledFor(logging.WARNING)


def _say(text: str) -> None:
    if not _is_quiet():
        click.echo(text, err=True)


def _as_text(model: ModelFolder, lesson: Lesson) -> str:
    lines = [f"{model.manifest.name}  {_readable(model.path)}", f"  {lesson.worth}"]
    for name, value in model.manifest.metrics.items():
        lines.append(f"  {name}  {value:.3f}")
    for label, threshold in model.manifest.thresholds.items():
        lines.append(f"  {label}  present from {threshold:.3f}")
    if skipped := len(lesson.dataset.skipped):
        lines.append(f"  {skipped} file{'' if skipped == 1 else 's'} skipped")
    return "\n".join(lines)


def _as_dict(model: ModelFolder, lesson: Lesson) -> dict[str, Any]:
    manifest = model.manifest
    return {
        "name": manifest.name,
        "path": _readable(model.path),
        "labels": manifest.labels,
        "worth": lesson.worth,
        "held_out": lesson.held_out,
        "leaks": lesson.leaks,
        "metrics": dict(manifest.metrics),
        "thresholds": dict(manifest.thresholds),
        "training": dict(manifest.training),
        "skipped": [
            {"path": _readable(path), "reason": reason} for path, reason in lesson.dataset.skipped
        ],
    }


def _readable(path: Path) -> str:
    """`path` as text that can be printed; a name need not be UTF-8."""
    return os.fsencode(path).decode(errors="replace")


def _print_json(value: object) -> None:
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=False))
