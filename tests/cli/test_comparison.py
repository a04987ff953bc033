from __future__ import annotations

import pytest

from vidtag.cli.comparison import Matching, match_labels
from vidtag.errors import UnknownNameError, UsageError


def test_labels_of_the_same_name_belong_together() -> None:
    matching = match_labels(["joey", "ross"], ["ross", "monica"])

    assert matching == Matching(truth_of={"ross": "ross"}, unused=("joey",), untold=("monica",))


def test_renamed_and_absent_labels() -> None:
    matching = match_labels(
        ["Ross Geller", "monica"],
        ["ross", "monica", "joey"],
        renamed={"Ross Geller": "ross"},
        absent=["joey"],
    )
    assert matching == Matching(
        truth_of={"ross": "Ross Geller", "monica": "monica", "joey": None}, unused=(), untold=()
    )


def test_the_truth_of_nothing_is_no_truth() -> None:
    assert match_labels([], ["ross"]).truth_of == {}


@pytest.mark.parametrize(
    ("renamed", "absent", "message"),
    [
        ({"rosss": "ross"}, [], "unknown label in the truth 'rosss'; did you mean ross?"),
        ({"ross": "monika"}, [], "unknown label 'monika'; did you mean monica?"),
        ({}, ["monika"], "unknown label 'monika'; did you mean monica?"),
        ({"joey": "ross"}, [], "both 'ross' and 'joey' of the truth mean 'ross'"),
        ({}, ["ross"], "'ross' is in the truth, so it is not absent"),
    ],
)
def test_labels_that_do_not_fit(renamed: dict[str, str], absent: list[str], message: str) -> None:
    with pytest.raises(UsageError) as raised:
        match_labels(["ross", "joey"], ["ross", "monica"], renamed=renamed, absent=absent)
    assert str(raised.value) == message


def test_an_unknown_name_is_of_its_kind() -> None:
    with pytest.raises(UnknownNameError):
        match_labels([], ["ross"], absent=["ros"])
