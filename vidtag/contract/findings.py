"""What a rule is, and what is found when something is held against it."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")

_KEBAB_CASE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How one rule was kept."""

    subject: str  # "detector ross", "reporter csv", "plugin vgg16"
    check: str  # name of the rule
    passed: bool
    message: str  # the rule if it was kept, else what is wrong

    def __str__(self) -> str:
        return f"{self.subject}: {self.check}: {self.message}"


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """Something that must hold for a `T`."""

    name: str
    meaning: str  # what holds, for a person to read
    problems: Callable[[T], Iterable[str]]  # yields nothing when it holds

    def judge(self, subject: str, value: T) -> Finding:
        """Hold `value` against the rule; an exception that it raises is a problem like others."""
        try:
            problems = list(self.problems(value))
        except Exception as error:  # noqa: BLE001  whatever a plugin raises is its finding
            problems = [describe(error)]
        return self.verdict(subject, problems)

    def verdict(self, subject: str, problems: Sequence[str]) -> Finding:
        """The finding that `problems`, none or several, come to."""
        return Finding(
            subject=subject,
            check=self.name,
            passed=not problems,
            message="; ".join(problems) or self.meaning,
        )


def describe(error: BaseException) -> str:
    """`it raised ValueError: why (module.py:12)`: one line, with where it was raised."""
    text = " ".join(str(error).split())
    kind = type(error).__name__
    where = traceback.extract_tb(error.__traceback__)[-1:]
    place = "".join(f" ({Path(frame.filename).name}:{frame.lineno})" for frame in where)
    return f"it raised {kind}{': ' if text else ''}{text}{place}"


def is_kebab_case(name: str) -> bool:
    """Whether `name` is made of lower-case letters and digits in groups joined by hyphens."""
    return _KEBAB_CASE.fullmatch(name) is not None
