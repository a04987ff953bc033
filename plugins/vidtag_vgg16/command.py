"""`vidtag train`: make a classifier from sorted pictures."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidtag.api import ModelError, Settings, UsageError, is_name, model_dirs
from vidtag_vgg16.terminal import say, track

if TYPE_CHECKING:
    from vidtag.api import ModelFolder, Region
    from vidtag_vgg16.learning import Lesson
    from vidtag_vgg16.recipes import Recipe, RecipeName, SplitBy
    from vidtag_vgg16.saving import About

_SKIPPED_SHOWN = 20
_FOLDER = click.Path(path_type=Path)
_LEAKS = (
    "single pictures are held out: neighbouring frames are nearly the same picture, and some of "
    "them are now learnt from and others held out; the figures show how well it remembers, not how "
    "well it knows a face in the next episode"
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
    "--recipe",
    "recipe_name",
    type=click.Choice(["default", "classic"]),
    default="default",
    show_default=True,
    help="How to learn; classic is the original way, to compare with.",
)
@click.option(
    "--fine-tune", is_flag=True, help="Train the last block of the network too; takes long."
)
@click.option(
    "--split",
    type=click.Choice(["shot", "random"]),
    help="What stays together when pictures are held out.  [default: shot; classic: random]",
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
    region: Region,
    recipe_name: RecipeName,
    fine_tune: bool,
    split: SplitBy | None,
    threads: int | None,
    offline: bool,
    as_json: bool,
) -> None:
    """Make the classifier NAME from the pictures in the folder DATA.

    DATA has a folder per class: ross and no_ross, or one for each character. With --region face
    the largest face of each picture is learnt from, and scans look at faces. Features are computed
    once per picture and kept: stop whenever you like, the same command goes on.

    \b
    Examples:
      vidtag train ross data/
      vidtag train friends data/ --out models/ --seed 3
      vidtag train ross data/ --region face
      vidtag train ross-classic data/ --recipe classic
      vidtag scan s01e02.mp4 --plugin ross
    """
    from vidtag_vgg16.card import write_mistakes
    from vidtag_vgg16.command_output import as_json_text, as_text, readable

    folder = _free_folder(name, out or own_models(), force=force)
    how = _how(recipe_name, split, seed, region, fine_tune=fine_tune)
    if how.by == "random":
        say(_LEAKS)
    model, lesson = _make(
        folder, data, how, backbone=backbone, settings=Settings(threads=threads, offline=offline)
    )
    for skipped in lesson.dataset.skipped[:_SKIPPED_SHOWN]:
        say(f"{readable(skipped.path)}: skipped: {skipped.reason}")
    mistakes = write_mistakes(model, lesson)
    if as_json:
        click.echo(as_json_text(model, lesson, mistakes))
    else:
        click.echo(as_text(model, lesson, mistakes))
    if out is not None and out.resolve() not in [each.resolve() for each in model_dirs()]:
        say(f"so that it is found, put {out} into VIDTAG_MODELS")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _How:
    """What was asked for, of the way to learn."""

    recipe: Recipe
    by: SplitBy
    seed: int
    region: Region


def _how(
    name: RecipeName, split: SplitBy | None, seed: int, region: Region, *, fine_tune: bool
) -> _How:
    from vidtag_vgg16.recipes import FINE_TUNING, RECIPES

    recipe = RECIPES[name]
    if name == "classic" and split == "shot":
        raise UsageError(
            "the classic recipe holds out single pictures", hint="leave out --split shot"
        )
    if name == "classic" and region == "face":
        raise UsageError("the classic recipe looks at whole frames", hint="leave out --region face")
    if name == "classic" and fine_tune:
        raise UsageError(
            "the classic recipe keeps the backbone frozen", hint="leave out --fine-tune"
        )
    if fine_tune:
        recipe = replace(recipe, tuning=FINE_TUNING)
    return _How(recipe=recipe, by=split or recipe.split, seed=seed, region=region)


def _make(
    folder: Path, data: Path, how: _How, *, backbone: str, settings: Settings
) -> tuple[ModelFolder, Lesson]:
    from vidtag.api import read_dataset
    from vidtag_vgg16.backbones import find_backbone
    from vidtag_vgg16.card import check_matplotlib
    from vidtag_vgg16.classes import check_classes
    from vidtag_vgg16.features import Extractor
    from vidtag_vgg16.learning import learn
    from vidtag_vgg16.looking import input_size, open_cutter
    from vidtag_vgg16.provenance import about

    dataset = read_dataset(data)
    check_classes(dataset, how.recipe)
    stands_on = find_backbone(backbone, settings=settings)
    _import_keras()  # where it is missing, say so before the long part
    check_matplotlib()
    cutter = open_cutter(how.region, resize=how.recipe.resize, settings=settings)
    extractor = Extractor(
        stands_on,
        pooling=how.recipe.spec.pooling,
        preprocessing=how.recipe.preprocessing or stands_on.manifest.preprocessing,
        input_size=input_size(how.region, stands_on),
        cutter=cutter,
        settings=settings,
    )
    lesson = learn(dataset, extractor, recipe=how.recipe, by=how.by, seed=how.seed, track=track)
    told = about(
        lesson,
        recipe=how.recipe,
        by=how.by,
        seed=how.seed,
        facts=cutter.facts(lesson.dataset.samples),
    )
    return _save(folder, lesson, stands_on, how, told), lesson


def _import_keras() -> None:
    from vidtag_vgg16.keras_network import import_keras

    # Otherwise TensorFlow adds in another order on every processor, and says so on the terminal;
    # and in another order with every number of threads, so that is not left to the machine.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "8")
    import_keras()


def _save(
    folder: Path, lesson: Lesson, backbone: ModelFolder, how: _How, told: About
) -> ModelFolder:
    from vidtag_vgg16.card import card_files
    from vidtag_vgg16.looking import input_size
    from vidtag_vgg16.saving import save_classifier

    try:
        return save_classifier(
            folder,
            lesson.head,
            about=told,
            backbone=backbone,
            region=how.region,
            preprocessing=how.recipe.preprocessing or backbone.manifest.preprocessing,
            input_size=input_size(how.region, backbone),
            dtype=how.recipe.stored_as,
            block5=lesson.block5,
            notes=lambda manifest: card_files(manifest, lesson),
        )
    except OSError as error:
        raise ModelError(
            f"{folder}: cannot be written: {error.strerror or error}",
            hint="make room, or choose another folder with --out; the features are kept",
        ) from error
