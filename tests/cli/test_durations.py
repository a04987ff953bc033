from __future__ import annotations

import pytest

from vidtag.cli.durations import microseconds
from vidtag.errors import UsageError


@pytest.mark.parametrize(
    ("text", "us"),
    [
        ("2s", 2_000_000),
        ("2", 2_000_000),
        ("0.0000004", 0),
        ("500ms", 500_000),
        (" 1.5 s ", 1_500_000),
        ("2min", 120_000_000),
        ("1h", 3_600_000_000),
        ("1:30", 90_000_000),
        ("90:05.25", 5_405_250_000),
        ("1:02:03", 3_723_000_000),
    ],
)
def test_lengths(text: str, us: int) -> None:
    assert microseconds(text) == us


@pytest.mark.parametrize("text", ["", "-1s", "1:60", "2 weeks", "s", "1e9", "9" * 30, "٣s"])
def test_what_is_none(text: str) -> None:
    with pytest.raises(UsageError, match="is no length of time; write it as 2s, 500ms or 1:30"):
        microseconds(text)
