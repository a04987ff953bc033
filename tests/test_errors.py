from __future__ import annotations

import pytest

from vidtag import errors
from vidtag.errors import UnknownNameError, VidtagError


def test_message_and_hint_make_one_line() -> None:
    error = VidtagError("a.mp4: no video in it", hint="is it an audio file?")

    assert str(error) == "a.mp4: no video in it; is it an audio file?"
    assert str(VidtagError("that is all")) == "that is all"


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("rosss", ["ross", "rachel"], "unknown detector 'rosss'; did you mean ross?"),
        ("zzz", ["ross", "rachel"], "unknown detector 'zzz'; known: rachel, ross"),
        ("ross", [], "unknown detector 'ross'; there is no detector at all"),
    ],
    ids=["near", "far", "none"],
)
def test_unknown_name_says_what_to_do(name: str, known: list[str], expected: str) -> None:
    assert str(UnknownNameError("detector", name, known)) == expected


def test_exit_codes_are_those_of_the_docstring() -> None:
    """The tree drawn in the module's docstring is the tree in the code."""
    drawn = {}
    for line in (errors.__doc__ or "").splitlines():
        words = line.replace("│", " ").replace("├──", " ").replace("└──", " ").split()
        if len(words) > 1 and words[0].endswith("Error") and words[1].isdigit():
            drawn[words[0]] = int(words[1])
    real = {
        name: value.exit_code
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, VidtagError)
    }

    assert drawn == real
