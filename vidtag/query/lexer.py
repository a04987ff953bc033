"""Text of a query -> tokens.

A bare name goes up to the next blank, parenthesis or quote; a name in quotes (single or double) may
hold anything, and the quote itself when it is doubled: `"Joey ""Doctor"" Tribbiani"`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from vidtag.errors import QueryError

Kind: TypeAlias = Literal["and", "or", "not", "with", "alone", "anyone", "(", ")", "name", "end"]

_WORDS: dict[str, Kind] = {
    "and": "and",
    "or": "or",
    "not": "not",
    "with": "with",
    "alone": "alone",
    "anyone": "anyone",
    "(": "(",
    ")": ")",
}
_TOKEN = re.compile(
    r"""(?P<word>[()]|[^\s()"']+(?:'[^\s()"']+)*)"""  # an apostrophe inside a word is no quote
    r"""|"(?P<double>(?:[^"]|"")*)"|'(?P<single>(?:[^']|'')*)'"""
)
_BLANK = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a query."""

    kind: Kind
    text: str  # a name without its quotes; otherwise as it was written
    start: int  # where it stands in the query
    end: int


def tokens(query: str) -> Iterator[Token]:
    """The words of `query`, and `end` after the last.

    Raises:
        QueryError: a quote is not closed, or there is nothing between two.
    """
    at = _skip_blank(query, 0)
    while at < len(query):
        found = _TOKEN.match(query, at)
        if found is None:
            hint = "close it, or leave it out"
            raise QueryError("this quote is never closed", query=query, start=at, hint=hint)
        yield _token(query, found)
        at = _skip_blank(query, found.end())
    yield Token("end", "", len(query), len(query))


def _token(query: str, found: re.Match[str]) -> Token:
    start, end = found.span()
    word, double, single = found.group("word", "double", "single")
    if word is not None:
        return Token(_WORDS.get(word.lower(), "name"), word, start, end)
    name = single.replace("''", "'") if double is None else double.replace('""', '"')
    if not name:
        raise QueryError("a name is missing between the quotes", query=query, start=start, end=end)
    return Token("name", name, start, end)


def _skip_blank(query: str, at: int) -> int:
    blank = _BLANK.match(query, at)
    return at if blank is None else blank.end()
