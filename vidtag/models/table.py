"""Typed reading of a TOML table, with errors that a person can act on."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from vidtag.errors import ModelError
from vidtag.types import Size

_ABSENT = object()
_T = TypeVar("_T", bound=str)


class Table:
    """One table of `file`. Each key is taken once; `finish` complains about the others."""

    def __init__(self, values: Mapping[str, object], *, file: Path, prefix: str = "") -> None:
        self._left = dict(values)
        self._file = file
        self._prefix = prefix

    def wrong(self, key: str, expected: str, received: object) -> ModelError:
        """The error for `key`, to be raised."""
        found = "nothing" if received is _ABSENT else f"{received!r:.80}"
        return ModelError(
            f"{self._file}: {self._prefix}{key} must be {expected}, found {found}",
            hint="correct the manifest or make the model again",
        )

    def __iter__(self) -> Iterator[str]:
        """Keys not taken yet."""
        return iter(tuple(self._left))

    def finish(self) -> None:
        """Raise ModelError if a key was never asked for: most likely it is misspelled."""
        for key in self._left:
            raise ModelError(
                f"{self._file}: unknown key {self._prefix}{key}",
                hint="correct the manifest or upgrade vidtag",
            )

    def text(self, key: str) -> str:
        """A string with something in it."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "a text", value)
        return value

    def matching(self, key: str, pattern: re.Pattern[str], expected: str) -> str:
        """A string that `pattern` matches as a whole."""
        value = self._take(key)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise self.wrong(key, expected, value)
        return value

    def choice(self, key: str, choices: tuple[_T, ...]) -> _T:
        """One of `choices`."""
        value = self._take(key)
        for choice in choices:
            if value == choice:
                return choice
        raise self.wrong(key, f"one of {', '.join(choices)}", value)

    def texts(self, key: str) -> tuple[str, ...]:
        """At least one string, none twice."""
        value = self._take(key)
        if not isinstance(value, list | tuple) or not value or len({*map(str, value)}) < len(value):
            raise self.wrong(key, "a list of different texts", value)
        if not all(isinstance(item, str) and item.strip() for item in value):
            raise self.wrong(key, "a list of different texts", value)
        return tuple(value)

    def integer(self, key: str, *, minimum: int) -> int:
        """A whole number, at least `minimum`."""
        value = self._take(key)
        if not _is_whole(value) or value < minimum:
            raise self.wrong(key, f"a whole number from {minimum}", value)
        return int(value)

    def number(self, key: str, *, minimum: float = -math.inf, maximum: float = math.inf) -> float:
        """A finite number in [minimum, maximum]."""
        value = self._take(key)
        if not _is_finite(value) or not minimum <= value <= maximum:
            limits = "" if math.isinf(minimum) else f" from {minimum:g} to {maximum:g}"
            raise self.wrong(key, f"a number{limits}", value)
        return float(value)

    def size(self, key: str) -> Size:
        """(height, width) in pixels."""
        value = self._take(key)
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise self.wrong(key, "[height, width] in pixels", value)
        height, width = value
        if not (_is_whole(height) and _is_whole(width) and min(height, width) > 0):
            raise self.wrong(key, "[height, width] in pixels", value)
        return height, width

    def table(self, key: str) -> Table:
        """The table called `key`; an absent one reads as empty."""
        return Table(self.free(key), file=self._file, prefix=f"{self._prefix}{key}.")

    def free(self, key: str) -> Mapping[str, Any]:
        """A table of anything, for others to check; empty when absent."""
        value = self._left.pop(key, {})
        if not isinstance(value, Mapping):
            raise self.wrong(key, "a table", value)
        return value

    def numbers(self, key: str) -> dict[str, float]:
        """A table of finite numbers."""
        table = self.table(key)
        return {name: table.number(name) for name in table}

    def scalars(self, key: str) -> dict[str, str | int | float]:
        """A table of strings and finite numbers."""
        table = self.table(key)
        return {name: table.scalar(name) for name in table}

    def scalar(self, key: str) -> str | int | float:
        """A string or a finite number."""
        value = self._take(key)
        if isinstance(value, str) or _is_whole(value) or _is_finite(value):
            return value  # type: ignore[no-any-return]
        raise self.wrong(key, "a text or a number", value)

    def _take(self, key: str) -> Any:
        return self._left.pop(key, _ABSENT)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
