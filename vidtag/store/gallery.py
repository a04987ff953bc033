"""The people of a database, as the rest of vidtag sees them: one transaction for each method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from vidtag.store import erasing, people
from vidtag.store.sessions import Sessions
from vidtag.types import Gallery, NewReference, PersonRecord

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class People:
    """Those that recognizers find. Every method may raise `StoreError`."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def all(self) -> list[PersonRecord]:
        """Everybody with references, the named first, then by name."""
        with self._sessions.reading() as connection:
            return people.find(connection)

    def gallery(self, space: str) -> Gallery:
        """The references in use whose embeddings are of `space`, by person."""
        with self._sessions.reading() as connection:
            return people.gallery(connection, space)

    def embeddings(self, name: str, space: str) -> dict[int, NDArray[np.float32]]:
        """The embeddings of all references of a person, used or not, by the reference's id."""
        with self._sessions.reading() as connection:
            return people.embeddings(connection, name, space)

    def add(
        self, name: str, new: Sequence[NewReference], *, use: Mapping[int, bool] | None = None
    ) -> None:
        """Add references to the person called `name`, who is made known if need be.

        Args:
            name: a label.
            new: what to add.
            use: which of the older references are used from now on, by their ids.
        """
        with self._sessions.writing() as connection:
            people.add(connection, name, new, named=True)
            people.use(connection, (use or {}).items())

    def add_unknown(self, groups: Sequence[Sequence[NewReference]]) -> tuple[str, ...]:
        """Make an unknown person of each group of references. Returns the names given."""
        with self._sessions.writing() as connection:
            return tuple(people.add_unknown(connection, group) for group in groups)

    def rename(self, old: str, new: str) -> None:
        """Give somebody another name, in every label as well; whoever gets one is known by it.

        Raises:
            UnknownNameError: nobody is called `old`.
            StoreError: a label is called `new`.
        """
        with self._sessions.writing() as connection:
            people.rename(connection, old, new)

    def merge(self, old: str, new: str) -> None:
        """Give what is known of `old` to `new`. Scans must be matched again afterwards.

        Raises:
            UnknownNameError: nobody is called `old`.
            UsageError: the two are one already.
        """
        with self._sessions.writing() as connection:
            people.merge(connection, old, new)

    def move(self, reference_ids: Sequence[int], name: str) -> None:
        """Give references to the person called `name`, who is made known if need be."""
        with self._sessions.writing() as connection:
            people.move(connection, reference_ids, name)

    def remove(self, name: str) -> int:
        """Delete somebody's references; labels stay. Returns how many there were.

        Raises:
            UnknownNameError: nobody has that name.
        """
        with self._sessions.writing() as connection:
            return people.remove(connection, name)

    def prune(self) -> int:
        """Delete the unknown people whom no run shows any more. Returns how many there were."""
        with self._sessions.writing() as connection:
            return people.prune(connection)

    def forget(self, name: str, *, dry_run: bool = False) -> Mapping[str, int]:
        """Erase everything that is stored about the label `name`.

        Returns:
            How many rows of each kind there were, by table.

        Raises:
            UnknownNameError: there is no such label.
        """
        with self._sessions.writing() as connection:
            erased = erasing.erase(connection, name, dry_run=dry_run)
        if not dry_run:
            erasing.overwrite(self._sessions)
        return erased
