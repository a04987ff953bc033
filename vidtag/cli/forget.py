"""`vidtag forget`: erase a person."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import click

from vidtag.cli.state import State, common_options, echo_json, pass_state, readable
from vidtag.errors import UsageError, VidtagError

# What training and pictures leave in the cache: features, where faces are, pages of mistakes.
_CACHED = ("features", "faces", "mistakes")

_IN_WORDS = {
    "sightings": "places of a face on a frame",
    "tracks": "tracks of a face, with embedding",
    "faces": "reference faces, with embedding",
    "people": "entry in the gallery",
    "frame_labels": "labels of frames",
    "appearances": "appearances",
    "corrections": "corrections",
    "run_labels": "labels of runs",
    "runs": "runs that looked for nobody else",
    "labels": "name",
}


@click.command("forget", short_help="Erase a person: labels, sightings, embeddings, references.")
@click.argument("name")
@click.option("-n", "--dry-run", is_flag=True, help="Count only.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@common_options
@pass_state
def command(state: State, *, name: str, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Erase everything that is stored about NAME, and what was computed from pictures.

    Labels, appearances, sightings, embeddings, reference faces and corrections go from the
    database, which is then rewritten so that nothing can be read from its file any more. What
    training has kept of pictures goes from the cache: features, thumbnails, places of faces.
    Videos, photos and datasets of yours stay, and so do copies of the database and classifiers that
    were trained.

    \b
    Examples:
      vidtag forget ross --dry-run
      vidtag forget ross --yes
    """
    with state.open_database() as database:
        counts = database.people.forget(name, dry_run=True)
        if not dry_run and not yes:
            _ask(state, name, counts)
        if not dry_run:
            counts = database.people.forget(name)
    files = _clear_caches(dry_run=dry_run)
    if as_json:
        echo_json({"name": name, "erased": not dry_run, "rows": counts, "files": files})
    else:
        click.echo(_as_text(name, counts, files, dry_run=dry_run))


def _ask(state: State, name: str, counts: Mapping[str, int]) -> None:
    if not state.interactive:
        raise UsageError(
            "nothing was erased, because nobody could be asked", hint="say --yes, or --dry-run"
        )
    rows = sum(counts.values())
    click.confirm(f"Erase {name!r}: {rows:,} rows? This cannot be undone", abort=True, err=True)


def _clear_caches(*, dry_run: bool) -> int:
    """Remove what was computed from pictures of people: it does not say of whom.

    Returns:
        How many files that is.
    """
    from vidtag.paths import cache_dir

    folders = [cache_dir() / name for name in _CACHED]
    files = sum(path.is_file() for folder in folders for path in folder.rglob("*"))
    if not dry_run:
        for folder in folders:
            _remove(folder)
    return files


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise VidtagError(
            f"{readable(folder)}: cannot be removed: {error.strerror}", hint="remove it by hand"
        ) from error


def _as_text(name: str, counts: Mapping[str, int], files: int, *, dry_run: bool) -> str:
    heading = f"{name}: would be erased" if dry_run else f"{name}: erased"
    width = max(len(f"{count:,}") for count in (*counts.values(), files))
    lines = [f"  {count:>{width},}  {_IN_WORDS.get(t, t)}" for t, count in counts.items()]
    lines.append(f"  {files:>{width},}  files of the cache")
    return "\n".join([heading, *lines])
