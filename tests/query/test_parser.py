from __future__ import annotations

import pytest

from vidtag.errors import QueryError, UnknownNameError, UsageError
from vidtag.query import Expression, bind, names, parse
from vidtag.query.expression import And, Anyone, Name, Not, Or
from vidtag.query.parser import DEEPEST, LONGEST

ROSS, RACHEL, MONICA = Name("ross"), Name("rachel"), Name("monica")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ross", ROSS),
        ("  ROSS\n", Name("ROSS")),
        ("ross and rachel and not monica", And((ROSS, RACHEL, Not(MONICA)))),
        ("ross or rachel and monica", Or((ROSS, And((RACHEL, MONICA))))),
        ("(ross or rachel) and monica", And((Or((ROSS, RACHEL)), MONICA))),
        ("(ross)or(rachel)", Or((ROSS, RACHEL))),
        ("NOT ross And RACHEL", And((Not(ROSS), Name("RACHEL")))),
        ("not not ross", Not(Not(ROSS))),
        ("ross with rachel", And((ROSS, RACHEL))),
        ("ross with (rachel or monica)", And((ROSS, Or((RACHEL, MONICA))))),
        ("ross alone", And((ROSS, Not(Anyone((ROSS,)))))),
        ("not ross alone", Not(And((ROSS, Not(Anyone((ROSS,))))))),
        ("ross with rachel alone", And((And((ROSS, RACHEL)), Not(Anyone((ROSS, RACHEL)))))),
        ("(ross or rachel) alone", And((Or((ROSS, RACHEL)), Not(Anyone((ROSS, RACHEL)))))),
        ("anyone", Anyone()),
        ("not anyone", Not(Anyone())),
        ("ross with anyone", And((ROSS, Anyone((ROSS,))))),
        ("ross and anyone", And((ROSS, Anyone()))),
        ('"Ross Geller"', Name("Ross Geller")),
        ("'and' or \"a (b)\"", Or((Name("and"), Name("a (b)")))),
        ('\'it\'\'s\' or "say ""hi"""', Or((Name("it's"), Name('say "hi"')))),
        ("o'brien or r-on", Or((Name("o'brien"), Name("r-on")))),
        ("ross\N{NO-BREAK SPACE}and rachel", And((ROSS, RACHEL))),
    ],
)
def test_meaning(query: str, expected: Expression) -> None:
    assert parse(query) == expected


@pytest.mark.parametrize(
    ("query", "wrong", "message"),
    [
        ("", "", "the query is empty"),
        (" \t ", "", "the query is empty"),
        ("ross and", "", "the query ends where a name should follow"),
        ("(", "", "the query ends where a name should follow"),
        ("ross and or rachel", "or", "'or' stands where a name should"),
        ("()", ")", "')' stands where a name should"),
        ("alone", "alone", "'alone' stands where a name should"),
        ("ross geller", "geller", "'geller' does not belong to what is before it"),
        ("ross alone alone", "alone", "'alone' does not belong to what is before it"),
        ("ross not rachel", "not", "'not' does not belong to what is before it"),
        ("(ross geller)", "geller", "'geller' does not belong to what is before it"),
        ("ross)", ")", "this parenthesis was never opened"),
        ("x and (ross", "(", "this parenthesis is never closed"),
        ("ross or 'rachel", "'", "this quote is never closed"),
        ("ross or ''", "''", "a name is missing between the quotes"),
        ("anyone alone", "alone", "alone needs somebody who is named"),
        ("ross and rachel alone", "alone", "rachel alone means without ross"),
        ("rachel alone and x with y", "alone", "rachel alone means without x"),
    ],
)
def test_mistake_is_pointed_at(query: str, wrong: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)

    error = caught.value
    assert error.message == message
    assert error.query == query
    assert query[error.start : error.end] == wrong
    assert "\n" not in str(error)


def test_the_first_alone_that_cannot_be_is_pointed_at() -> None:
    with pytest.raises(QueryError) as caught:
        parse("ross and ross alone and (rachel or monica) and monica alone and joey")

    assert caught.value.hint == "write (monica and ross) alone"
    assert caught.value.start == 14


def test_the_same_name_may_be_alone_however_it_is_written() -> None:
    assert names(parse("ross and ROSS alone")) == ("ross", "ROSS")


@pytest.mark.parametrize("opening", ["(", "not "])
def test_depth_is_bounded(opening: str) -> None:
    closing = ")" if opening == "(" else ""
    assert names(parse(opening * DEEPEST + "ross" + closing * DEEPEST)) == ("ross",)
    with pytest.raises(QueryError, match="more than 50 parentheses and negations"):
        parse(opening * 2_000 + "ross" + closing * 2_000)


def test_length_is_bounded() -> None:
    parse("a or " * ((LONGEST - 1) // 5) + "a")
    with pytest.raises(QueryError, match="longer than 10,000 characters"):
        parse("(" * 10_001)


@pytest.mark.parametrize(
    ("query", "known", "expected"),
    [
        ("ROSS and not rachel", {"Ross", "rachel"}, And((Name("Ross"), Not(RACHEL)))),
        ("ross", {"ross", "Ross"}, ROSS),
        ("Zoe\N{COMBINING DIAERESIS}", {"ZO\N{LATIN CAPITAL LETTER E WITH DIAERESIS}"}, None),
        ("ROSS alone", {"ross"}, And((ROSS, Not(Anyone((ROSS,)))))),
    ],
)
def test_names_become_labels(query: str, known: set[str], expected: Expression | None) -> None:
    assert bind(parse(query), known) == (expected or Name(min(known)))


def test_unknown_name_is_suggested() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown label 'rosss'; did you mean ross?"):
        bind(parse("rachel or not rosss"), {"ross", "rachel"})


def test_name_that_fits_two_labels() -> None:
    with pytest.raises(UsageError, match="'rOSS' may be 'ROSS' or 'ross'; write it with the same"):
        bind(parse("rOSS"), {"ross", "ROSS"})


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("ross && rachel", "and"),
        ("ross | rachel", "or"),
        ("ross ! rachel", "and not"),
        ("ross wiht rachel", "with"),
        ("ross And rachel alon", "alone"),
    ],
)
def test_what_was_meant_is_asked(query: str, meant: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse(query)

    assert raised.value.hint.startswith(f"did you mean {meant}? join them with and, or, with;")


@pytest.mark.parametrize("query", ["ross geller", "ross alone alone", "ross not rachel"])
def test_nothing_is_guessed(query: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse(query)

    assert raised.value.hint.startswith("join them with and, or, with;")
