"""`vidtag enroll`: show vidtag somebody, by some photos."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vidtag.cli.inputs import FilePath, check_person_name, find_pictures
from vidtag.cli.recognizing import open_recognizer
from vidtag.cli.state import State, common_options, echo_json, pass_state, readable
from vidtag.errors import UsageError
from vidtag.text import one_line
from vidtag.types import Box, NewReference, Settings

if TYPE_CHECKING:
    from vidtag.photos import Choice, PhotoFace, Unusable
    from vidtag.regions.finders import FaceFinder
    from vidtag.store import Database
    from vidtag.types import Embeddings, PersonRecord, Recognizer

LEAST_PHOTOS = 3


def _box(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Box | None:
    if value is None:
        return None
    try:
        left, top, width, height = (int(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter("is LEFT,TOP,WIDTH,HEIGHT in pixels") from None
    if width < 1 or height < 1:
        raise click.BadParameter("has no area")
    return Box(left, top, width, height)


@click.command("enroll", short_help="Show vidtag somebody, by some photos.")
@click.argument("name")
@click.argument("photos", nargs=-1, required=True, type=FilePath(), metavar="PHOTOS...")
@click.option("--largest", is_flag=True, help="Of several faces in a photo, take the largest.")
@click.option(
    "--box",
    callback=_box,
    metavar="L,T,W,H",
    help="Take the face in this box, in pixels; for a single photo.",
)
@click.option("--threads", type=click.IntRange(1), help="Threads to compute with.")
@click.option("--offline", is_flag=True, help="Download nothing, not even published weights.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@common_options
@pass_state
def command(
    state: State,
    *,
    name: str,
    photos: tuple[Path, ...],
    largest: bool,
    box: Box | None,
    threads: int | None,
    offline: bool,
    as_json: bool,
) -> None:
    """Show vidtag who NAME is, by three photos or more, to be found in videos from now on.

    Photos of different days, lights and angles help; each should show one face. What cannot be used
    is listed. A photo that does not look like the others is left out. No picture is stored, only
    the 128 numbers that each face is compared by. Old scans are matched again.

    \b
    Examples:
      vidtag enroll ross photos/ross/*.jpg
      vidtag enroll rachel party.jpg --box 120,80,90,90
      vidtag scan s03e02.mp4 --plugin gallery
    """
    from vidtag.enrolment import look_alikes
    from vidtag.finding import open_finder
    from vidtag.scan import rematch_all

    check_person_name(name)
    paths = find_pictures(photos)
    if box is not None and len(paths) != 1:
        raise UsageError("--box is for a single photo", hint="enrol the photos one by one")
    choice: Choice = box or ("largest" if largest else "only")
    settings = Settings(threads=threads, offline=offline)
    with (
        state.open_database(create=True) as database,
        open_recognizer(state, database, settings=settings) as recognizer,
    ):
        added = _enrol(name, paths, choice, open_finder(offline=offline), database, recognizer)
        rematch_all(database, recognizer)
        people = database.people.gallery(recognizer.space)
        near = look_alikes(name, people, recognizer.match)
    if as_json:
        echo_json(_as_dict(added, near))
    else:
        click.echo(_as_text(added, near))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Added:
    """What became of the photos."""

    name: str
    given: int
    unusable: tuple[Unusable, ...]
    left_out: tuple[str, ...]  # photos that do not look like the others
    new: int  # photos that are used
    used: int  # of all that there are


def _enrol(
    name: str,
    paths: Sequence[Path],
    choice: Choice,
    finder: FaceFinder,
    database: Database,
    recognizer: Recognizer,
) -> _Added:

    from vidtag.enrolment import select
    from vidtag.photos import PhotoFace, Unusable, read_faces

    found = list(read_faces(paths, finder, size=recognizer.input_size, choice=choice))
    unusable = [each for each in found if isinstance(each, Unusable)]
    if len(unusable) == len(found):
        raise UsageError(
            f"none of the photos of {name!r} can be used{_first_reason(unusable)}",
            hint="add photos that show one sharp face each",
        )
    photos = [each for each in found if isinstance(each, PhotoFace)]
    faces, known = _without_known(photos, name, recognizer.space, database.people.all())
    unusable += known
    before = database.people.embeddings(name, recognizer.space)
    new = _embeddings(recognizer, faces)
    selection = select([*before.values(), *new], recognizer.match)
    used_before, used_new = selection[: len(before)], selection[len(before) :]
    if sum(selection) < LEAST_PHOTOS:
        count = sum(selection)
        raise UsageError(
            f"{count} photo{'' if count == 1 else 's'} of {name!r} can be used, {LEAST_PHOTOS} "
            "are needed"
            f"{_first_reason(unusable)}",
            hint="add photos that show one sharp face each",
        )
    database.people.add(
        name,
        [
            NewReference(
                space=recognizer.space,
                embedding=embedding,
                source=face.path.name,
                image_sha256=face.sha256,
                used=used,
            )
            for face, embedding, used in zip(faces, new, used_new, strict=True)
        ],
        use=dict(zip(before, used_before, strict=True)),
    )
    return _Added(
        name=name,
        given=len(paths),
        unusable=tuple(unusable),
        left_out=tuple(
            face.path.name for face, used in zip(faces, used_new, strict=True) if not used
        ),
        new=sum(used_new),
        used=sum(selection),
    )


def _without_known(
    photos: Iterable[PhotoFace], name: str, space: str, people: Iterable[PersonRecord]
) -> tuple[list[PhotoFace], list[Unusable]]:
    """The photos that are new, and those that somebody was enrolled with before.

    One that was left out, because it does not look like somebody else's, may show `name`. What
    another network made of a photo does not count.
    """
    from vidtag.photos import Unusable

    known = {
        reference.image_sha256: person.name
        for person in people
        for reference in person.references
        if reference.image_sha256
        and reference.space == space
        and (reference.used or person.name == name)
    }
    new: list[PhotoFace] = []
    again: list[Unusable] = []
    for photo in photos:
        if photo.sha256 in known:
            reason = f"enrolled already, as {one_line(known[photo.sha256])}"
            again.append(Unusable(photo.path, reason))
        else:
            new.append(photo)
    return new, again


def _embeddings(recognizer: Recognizer, faces: Sequence[PhotoFace]) -> Embeddings:
    import numpy as np

    if not faces:
        return np.empty((0, 0), np.float32)
    widths_px = np.array([each.face.width_px for each in faces], np.float32)
    return recognizer.embed(np.stack([each.crop for each in faces]), widths_px)


def _first_reason(unusable: Sequence[Unusable]) -> str:
    if not unusable:
        return ""
    first = unusable[0]
    more = f" and {len(unusable) - 1} more" if len(unusable) > 1 else ""
    return f" ({one_line(readable(first.path))}: {first.reason}{more})"


def _as_text(added: _Added, near: Sequence[tuple[str, float]]) -> str:
    lines = [
        f"{one_line(added.name)}  {added.new} of {added.given} photos added, {added.used} in use"
    ]
    lines += [f"  {one_line(readable(each.path))}: {each.reason}" for each in added.unusable]
    lines += [f"  {one_line(name)}: left out: looks like somebody else" for name in added.left_out]
    lines += [
        f"  looks like {one_line(name)}: {share:.0%} of the faces of one would be taken for the "
        "other; if they are one person, use `vidtag people merge`"
        for name, share in near
    ]
    return "\n".join(lines)


def _as_dict(added: _Added, near: Sequence[tuple[str, float]]) -> dict[str, Any]:
    return {
        "name": added.name,
        "photos": added.given,
        "added": added.new,
        "in_use": added.used,
        "unusable": [{"path": each.path, "reason": each.reason} for each in added.unusable],
        "left_out": list(added.left_out),
        "looks_like": [{"name": name, "share": share} for name, share in near],
    }
