from __future__ import annotations

import pytest

from vidtag.text import one_line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("two\nlines\r\n", "two lines  "),
        ("\x1b[31mred", " [31mred"),
        ("naïve 猫 🐱", "naïve 猫 🐱"),
        ("bad\udcffname", "bad name"),
        ("\u202eright to left", " right to left"),
    ],
    ids=["plain", "line breaks", "escape", "unicode", "not utf-8", "override"],
)
def test_one_line(text: str, expected: str) -> None:
    assert one_line(text) == expected
    assert one_line(text).isprintable()
