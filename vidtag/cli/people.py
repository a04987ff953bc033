"""`vidtag people`: who is known, and what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vidtag.cli.inputs import check_person_name
from vidtag.cli.recognizing import open_recognizer, rematch
from vidtag.cli.state import State, common_options, echo_json, pass_state
from vidtag.errors import UnknownNameError, UsageError
from vidtag.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vidtag.enrolment import Separation
    from vidtag.types import PersonRecord, Reference


@click.group(
    "people", invoke_without_command=True, short_help="Who is known; names for the unknown."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
@pass_state
@click.pass_context
def command(ctx: click.Context, state: State, *, as_json: bool) -> None:
    """Who is known: how many reference faces, and how well they are told apart.

    \b
    Examples:
      vidtag people
      vidtag people name cluster-7 gunther
      vidtag people merge cluster-9 gunther
    """
    if ctx.invoked_subcommand is None:
        _list(state, as_json=as_json)


@command.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
@pass_state
def show(state: State, *, name: str, as_json: bool) -> None:
    """Show the reference faces of NAME.

    \b
    Examples:
      vidtag people show ross
    """
    with state.open_database(readonly=True) as database:
        person = _find(database.people.all(), name)
    if as_json:
        echo_json([_reference_as_dict(each) for each in person.references])
        return
    for each in person.references:
        left_out = "" if each.used else "  left out: does not look like the others"
        click.echo(f"{each.reference_id:>6}  {one_line(each.source)}{left_out}")


@command.command("name")
@click.argument("old")
@click.argument("new")
@common_options
@pass_state
def give_name(state: State, *, old: str, new: str) -> None:
    """Say who the unknown person OLD is: somebody called NEW.

    Where NEW is known already, OLD's faces are added to NEW's. Old scans are matched again, without
    decoding the videos.

    \b
    Examples:
      vidtag people name cluster-7 gunther
    """
    check_person_name(new)
    with state.open_database() as database:
        known = {person.name for person in database.people.all()}
        if new in known:
            database.people.merge(old, new)
        else:
            database.people.rename(old, new)
        rematch(state, database)
    state.say(f"{one_line(old)} is {one_line(new)}")


@command.command("rename")
@click.argument("old")
@click.argument("new")
@common_options
@pass_state
def rename(state: State, *, old: str, new: str) -> None:
    """Call OLD by the name NEW, in every label as well.

    \b
    Examples:
      vidtag people rename ross "Ross Geller"
    """
    check_person_name(new)
    with state.open_database() as database:
        database.people.rename(old, new)
        rematch(state, database)
    state.say(f"{one_line(old)} is now called {one_line(new)}")


@command.command("merge")
@click.argument("old")
@click.argument("new")
@common_options
@pass_state
def merge(state: State, *, old: str, new: str) -> None:
    """Say that OLD and NEW are one person, called NEW. Old scans are matched again.

    \b
    Examples:
      vidtag people merge cluster-9 gunther
    """
    with state.open_database() as database:
        _find(database.people.all(), new)
        database.people.merge(old, new)
        rematch(state, database)
    state.say(f"{one_line(old)} and {one_line(new)} are one person now: {one_line(new)}")


@command.command("split")
@click.argument("name")
@click.argument("new")
@click.option(
    "--reference",
    "references",
    type=int,
    multiple=True,
    required=True,
    metavar="ID",
    help="A reference face that shows NEW; may be given several times.",
)
@common_options
@pass_state
def split(state: State, *, name: str, new: str, references: tuple[int, ...]) -> None:
    """Say that some reference faces of NAME show somebody else: NEW. Old scans are matched again.

    \b
    Examples:
      vidtag people show ross
      vidtag people split ross russ --reference 12 --reference 15
    """
    check_person_name(new)
    if name == new:
        raise UsageError(f"{name!r} cannot be split from itself", hint="name two people")
    with state.open_database() as database:
        person = _find(database.people.all(), name)
        own = {each.reference_id for each in person.references}
        if strange := sorted(set(references) - own):
            raise UsageError(
                f"{name!r} has no reference {strange[0]}", hint="see `vidtag people show`"
            )
        if own == set(references):
            raise UsageError(
                f"these are all references of {name!r}", hint="use `vidtag people rename`"
            )
        database.people.move(references, new)
        rematch(state, database)
    count = len(set(references))
    moved = "1 reference" if count == 1 else f"{count} references"
    state.say(f"{moved} of {one_line(name)} now show{'s' if count == 1 else ''} {one_line(new)}")


@command.command("remove")
@click.argument("name")
@common_options
@pass_state
def remove(state: State, *, name: str) -> None:
    """Stop recognising NAME: delete the reference faces. Old scans are matched again.

    To erase what is known of a person everywhere, use `vidtag forget`.

    \b
    Examples:
      vidtag people remove cluster-3
    """
    with state.open_database() as database:
        count = database.people.remove(name)
        rematch(state, database)
    state.say(f"{one_line(name)}: {count} references removed")


def _find(people: Sequence[PersonRecord], name: str) -> PersonRecord:
    known = {person.name: person for person in people}
    if name not in known:
        raise UnknownNameError("person", name, known)
    return known[name]


def _list(state: State, *, as_json: bool) -> None:
    from vidtag.enrolment import separations

    with state.open_database(readonly=True) as database:
        people = database.people.all()
        with open_recognizer(state, database) as recognizer:
            gallery = database.people.gallery(recognizer.space)
            told = separations(gallery, recognizer.match)
    if as_json:
        echo_json([_as_dict(person, told) for person in people])
        return
    if not people:
        state.say("nobody is known yet: show some photos with `vidtag enroll NAME PHOTOS`")
    width = max((len(one_line(person.name)) for person in people), default=0)
    for person in people:
        click.echo(_as_line(person, told, width))


def _as_line(person: PersonRecord, told: Mapping[str, Separation], width: int) -> str:
    used = sum(reference.used for reference in person.references)
    left_out = len(person.references) - used
    parts = [one_line(person.name).ljust(width), f"{used} reference{'' if used == 1 else 's'}"]
    if left_out:
        parts.append(f"{left_out} left out")
    if person.name in told:
        parts.append(str(told[person.name]))
    return "  ".join(parts)


def _as_dict(person: PersonRecord, told: Mapping[str, Separation]) -> dict[str, Any]:
    separation = told.get(person.name)
    return {
        "name": person.name,
        "named": person.named,
        "references": [_reference_as_dict(each) for each in person.references],
        "recognised": None if separation is None else separation.recognised,
        "nearest": None if separation is None else separation.nearest,
        "confused": None if separation is None else separation.confused,
    }


def _reference_as_dict(reference: Reference) -> dict[str, Any]:
    return {
        "id": reference.reference_id,
        "source": reference.source,
        "image_sha256": reference.image_sha256 or None,
        "used": reference.used,
    }
