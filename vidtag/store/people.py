"""People and the faces they are recognised by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Connection, delete, insert, select, update

from vidtag.errors import StoreError, UnknownNameError, UsageError
from vidtag.store.records import insert_into
from vidtag.store.schema import corrections, faces, labels, people, tracks
from vidtag.store.tracks import from_blob, to_blob
from vidtag.types import Gallery, NewReference, Person, PersonRecord, Reference

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sqlalchemy import RowMapping

CLUSTER = "cluster-"  # an unknown person is called `cluster-1` and so on, until somebody knows


def find(connection: Connection) -> list[PersonRecord]:
    """Everybody with references, the named first, then by name."""
    statement = (
        select(people.c.id.label("person"), labels.c.name, people.c.named, faces)
        .join(labels, labels.c.id == people.c.label_id)
        .join(faces, faces.c.person_id == people.c.id, isouter=True)
        .order_by(people.c.named.desc(), labels.c.name, faces.c.id)
    )
    rows = connection.execute(statement).mappings()
    return [
        _person(name, named, [row for row in group if row["id"] is not None])
        for (name, named), group in groupby(rows, key=lambda row: (row["name"], row["named"]))
    ]


def gallery(connection: Connection, space: str) -> Gallery:
    """The references in use whose embeddings are of `space`, by person."""
    statement = (
        select(labels.c.name, people.c.named, faces.c.embedding)
        .join(people, people.c.label_id == labels.c.id)
        .join(faces, faces.c.person_id == people.c.id)
        .where(faces.c.space == space, faces.c.used)
        .order_by(people.c.named.desc(), labels.c.name, faces.c.id)
    )
    rows = connection.execute(statement).all()
    return Gallery(
        tuple(
            Person(name, np.stack([from_blob(embedding) for *_, embedding in group]), named)
            for (name, named), group in groupby(rows, key=lambda row: (row[0], row[1]))
        )
    )


def embeddings(connection: Connection, name: str, space: str) -> dict[int, NDArray[np.float32]]:
    """All embeddings of somebody, used or not, by the reference's id."""
    statement = (
        select(faces.c.id, faces.c.embedding)
        .join(people, people.c.id == faces.c.person_id)
        .join(labels, labels.c.id == people.c.label_id)
        .where(labels.c.name == name, faces.c.space == space)
        .order_by(faces.c.id)
    )
    return {key: from_blob(blob) for key, blob in connection.execute(statement)}


def add(connection: Connection, name: str, new: Sequence[NewReference], *, named: bool) -> None:
    """Add references to somebody, who is made known if need be."""
    person_id = _make(connection, name, named=named)
    rows = [
        {
            "person_id": person_id,
            "space": each.space,
            "embedding": to_blob(each.embedding),
            "source": each.source,
            "image_sha256": each.image_sha256,
            "used": each.used,
        }
        for each in new
    ]
    if rows:
        connection.execute(insert(faces), rows)


def add_unknown(connection: Connection, new: Sequence[NewReference]) -> str:
    """Make an unknown person with these references. Returns the name given."""
    statement = select(labels.c.name).where(labels.c.name.startswith(CLUSTER, autoescape=True))
    numbers = [name.removeprefix(CLUSTER) for name in connection.scalars(statement)]
    highest = max((int(number) for number in numbers if number.isdecimal()), default=0)
    name = f"{CLUSTER}{highest + 1}"
    add(connection, name, new, named=False)
    return name


def use(connection: Connection, used: Iterable[tuple[int, bool]]) -> None:
    """Say which references are used: pairs of a reference's id and whether it is."""
    for reference_id, is_used in used:
        connection.execute(update(faces).where(faces.c.id == reference_id).values(used=is_used))


def rename(connection: Connection, old: str, new: str) -> None:
    """Give somebody another name, in every label as well.

    Raises:
        StoreError: something else has that name.
    """
    label_id, _ = known(connection, old)
    if connection.scalar(select(labels.c.id).where(labels.c.name == new)) is not None:
        raise StoreError(f"there is a label {new!r} already", hint="merge the two")
    connection.execute(update(labels).where(labels.c.id == label_id).values(name=new))
    connection.execute(update(people).where(people.c.label_id == label_id).values(named=True))


def merge(connection: Connection, old: str, new: str) -> None:
    """Give the references and corrections of `old` to `new`, and forget the name `old`.

    What runs say of `old` stays until they are matched again.

    Raises:
        UnknownNameError: nobody is called `old`.
        UsageError: the two are one already.
    """
    if old == new:
        raise UsageError(f"{old!r} cannot be merged with itself", hint="name two people")
    old_label, old_person = known(connection, old)
    new_person = _make(connection, new, named=True)
    new_label, _ = known(connection, new)
    connection.execute(
        update(faces).where(faces.c.person_id == old_person).values(person_id=new_person)
    )
    connection.execute(
        update(corrections).where(corrections.c.label_id == old_label).values(label_id=new_label)
    )
    connection.execute(delete(people).where(people.c.id == old_person))


def move(connection: Connection, reference_ids: Sequence[int], name: str) -> None:
    """Give references to somebody else."""
    person_id = _make(connection, name, named=True)
    connection.execute(
        update(faces).where(faces.c.id.in_(reference_ids)).values(person_id=person_id)
    )


def remove(connection: Connection, name: str) -> int:
    """Delete somebody's references. Labels stay. Returns how many references there were."""
    _, person_id = known(connection, name)
    count = connection.execute(delete(faces).where(faces.c.person_id == person_id)).rowcount
    connection.execute(delete(people).where(people.c.id == person_id))
    return int(count)


def prune(connection: Connection) -> int:
    """Delete unknown people whom no track shows, and whom nobody has said anything about."""
    shown = select(tracks.c.label_id).where(tracks.c.label_id.is_not(None))
    told = select(corrections.c.label_id)
    found = select(people.c.label_id).where(
        ~people.c.named, people.c.label_id.not_in(shown), people.c.label_id.not_in(told)
    )
    gone = list(connection.scalars(found))
    connection.execute(delete(labels).where(labels.c.id.in_(gone)))
    return len(gone)


def known(connection: Connection, name: str) -> tuple[int, int]:
    """The ids of somebody's label and person.

    Raises:
        UnknownNameError: nobody has that name.
    """
    statement = select(labels.c.name, labels.c.id, people.c.id).join(
        people, people.c.label_id == labels.c.id
    )
    table = {row[0]: (row[1], row[2]) for row in connection.execute(statement)}
    if name not in table:
        raise UnknownNameError("person", name, table)
    return table[name]


def _make(connection: Connection, name: str, *, named: bool) -> int:
    connection.execute(insert_into(connection, labels).values(name=name).on_conflict_do_nothing())
    label_id = connection.execute(select(labels.c.id).filter_by(name=name)).scalar_one()
    row = {"label_id": label_id, "named": named}
    connection.execute(insert_into(connection, people).values(row).on_conflict_do_nothing())
    if named:
        connection.execute(update(people).where(people.c.label_id == label_id).values(named=True))
    return int(connection.execute(select(people.c.id).filter_by(label_id=label_id)).scalar_one())


def _person(name: str, named: bool, rows: Sequence[RowMapping]) -> PersonRecord:
    references = [
        Reference(
            reference_id=row["id"],
            space=row["space"],
            source=row["source"],
            image_sha256=row["image_sha256"],
            used=row["used"],
        )
        for row in rows
    ]
    return PersonRecord(name=name, named=named, references=tuple(references))
