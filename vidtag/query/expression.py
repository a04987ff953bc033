"""What a query means, as a tree.

`ross alone` is `ross and not anyone else`, and `ross with rachel` is `ross and rachel`, so the tree
needs neither.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from vidtag.errors import UnknownNameError, UsageError


@dataclass(frozen=True, slots=True)
class Name:
    """Somebody is on screen."""

    label: str


@dataclass(frozen=True, slots=True)
class Anyone:
    """At least one known person is on screen who is none of `besides`."""

    besides: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The operand does not hold."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class And:
    """All operands hold."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of the operands holds, or several."""

    operands: tuple[Expression, ...]


Expression: TypeAlias = Name | Anyone | Not | And | Or


def names(expression: Expression) -> tuple[str, ...]:
    """Who is named in `expression`, each once, in order."""
    return tuple(dict.fromkeys(name.label for name in _names(expression)))


def labels_needed(expression: Expression, known: Iterable[str]) -> tuple[str, ...]:
    """Those of the labels `known` that decide whether `expression` holds."""
    asked = frozenset(names(expression))
    everybody = _asks_for_anyone(expression)
    return tuple(label for label in known if everybody or label in asked)


def bind(expression: Expression, known: Collection[str]) -> Expression:
    """`expression` with the names as the labels in `known` are written.

    A name that is a label is that label; else one that differs from it in case alone.

    Raises:
        UnknownNameError: a name is none of `known`, however it is written.
        UsageError: a name is no label, and fits several.
    """
    match expression:
        case Name(label):
            return Name(_find(label, known))
        case Anyone(besides):
            return Anyone(tuple(Name(_find(name.label, known)) for name in besides))
        case Not(operand):
            return Not(bind(operand, known))
        case And(operands) | Or(operands):
            return replace(expression, operands=tuple(bind(each, known) for each in operands))


def same_name(left: str, right: str) -> bool:
    """Whether two names differ in case and Unicode composition at most."""
    return _folded(left) == _folded(right)


def _names(expression: Expression) -> Iterator[Name]:
    match expression:
        case Name():
            yield expression
        case Anyone(besides):
            yield from besides
        case Not(operand):
            yield from _names(operand)
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _names(operand)


def _asks_for_anyone(expression: Expression) -> bool:
    match expression:
        case Name():
            return False
        case Anyone():
            return True
        case Not(operand):
            return _asks_for_anyone(operand)
        case And(operands) | Or(operands):
            return any(map(_asks_for_anyone, operands))


def _find(name: str, known: Collection[str]) -> str:
    if name in known:
        return name
    fitting = sorted(label for label in known if same_name(label, name))
    if not fitting:
        raise UnknownNameError("label", name, known)
    if len(fitting) > 1:
        message = f"{name!r} may be {' or '.join(map(repr, fitting))}"
        raise UsageError(message, hint="write it with the same capital letters")
    return fitting[0]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
