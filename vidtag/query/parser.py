"""Tokens of a query -> an expression, by recursive descent.

    query   = every { "or" every }
    every   = each { "and" each }
    each    = "not" each | group [ "alone" ]
    group   = item { "with" item }
    item    = NAME | "anyone" | "(" query ")"

So `with` binds closest, then `alone`, `not`, `and`, `or`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import NoReturn

from vidtag.errors import QueryError
from vidtag.query.expression import And, Anyone, Expression, Name, Not, Or, names, same_name
from vidtag.query.lexer import Kind, Token, tokens

DEEPEST = 50  # parentheses and negations inside each other
LONGEST = 10_000  # characters

JOINING = ("and", "or", "with", "alone")
ELSEWHERE = {"&&": "and", "&": "and", "+": "and", ",": "and", "||": "or", "|": "or", "!": "and not"}

_EXAMPLE = "for example: ross and rachel and not monica"


def parse(query: str) -> Expression:
    """What `query` means.

    Raises:
        QueryError: it cannot be understood; tells where.
    """
    if len(query) > LONGEST:
        message = f"the query is longer than {LONGEST:,} characters"
        raise QueryError(message, query=query, start=LONGEST, hint="write it more simply")
    return _Parser(query).whole()


class _Parser:
    def __init__(self, query: str) -> None:
        self._text = query
        self._tokens = tuple(tokens(query))
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        if self._ended():
            raise self._error("the query is empty", self._next, hint=_EXAMPLE)
        expression = self._query()
        if not self._ended():
            self._refuse_rest()
        return expression

    def _query(self) -> Expression:
        operands = [self._every()]
        while self._take("or"):
            operands.append(self._every())
        return _joined(Or, operands)

    def _every(self) -> Expression:
        operands, ends = [self._each()], [self._last]
        while self._take("and"):
            operands.append(self._each())
            ends.append(self._last)
        for operand, end in zip(operands, ends, strict=True):
            self._refuse_company(operand, end, operands)
        return _joined(And, operands)

    def _each(self) -> Expression:
        if self._take("not"):
            return Not(self._deeper(self._each))
        group = self._group()
        if not self._take("alone"):
            return group
        if not names(group):
            raise self._error("alone needs somebody who is named", self._last)
        return And((group, Not(Anyone(_besides(group)))))

    def _group(self) -> Expression:
        together = [self._item()]
        while self._take("with"):
            item = self._item()
            if item == Anyone():  # `ross with anyone`: with somebody else
                item = Anyone(_besides(*together))
            together.append(item)
        return _joined(And, together)

    def _item(self) -> Expression:
        if self._take("name"):
            return Name(self._last.text)
        if self._take("anyone"):
            return Anyone()
        if not self._take("("):
            self._refuse_missing_name()
        opening = self._last
        inside = self._deeper(self._query)
        if not self._take(")"):
            if not self._ended():
                self._refuse_rest()
            raise self._error("this parenthesis is never closed", opening, hint="close it with )")
        return inside

    # --- moving ---------------------------------------------------------------------------

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    @property
    def _last(self) -> Token:
        return self._tokens[self._at - 1]

    def _ended(self) -> bool:
        return self._next.kind == "end"

    def _take(self, kind: Kind) -> bool:
        """Go past the next token if it is of this kind."""
        fits = self._next.kind == kind
        self._at += fits
        return fits

    def _deeper(self, inner: Callable[[], Expression]) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            message = f"more than {DEEPEST} parentheses and negations inside each other"
            raise self._error(message, self._last, hint="write it more simply")
        expression = inner()
        self._depth -= 1
        return expression

    # --- mistakes -------------------------------------------------------------------------

    def _error(self, message: str, token: Token, *, hint: str = "") -> QueryError:
        return QueryError(message, query=self._text, start=token.start, end=token.end, hint=hint)

    def _refuse_missing_name(self) -> NoReturn:
        token = self._next
        if self._ended():
            raise self._error("the query ends where a name should follow", token, hint=_EXAMPLE)
        hint = "" if token.kind in "()" else f'put quotes around a name like "{token.text}"'
        raise self._error(f"{token.text!r} stands where a name should", token, hint=hint)

    def _refuse_rest(self) -> NoReturn:
        token = self._next
        if token.kind == ")":
            raise self._error("this parenthesis was never opened", token, hint="leave it out")
        hint = "join them with and, or, with; put quotes around a name with blanks"
        meant = _meant(token.text) if token.kind == "name" else ""
        hint = f"did you mean {meant}? {hint}" if meant else hint
        raise self._error(f"{token.text!r} does not belong to what is before it", token, hint=hint)

    def _refuse_company(self, operand: Expression, end: Token, others: list[Expression]) -> None:
        """`ross and rachel alone` can never hold, and is not what anybody means."""
        match operand:
            case And((group, Not(Anyone(besides)))):
                allowed = [name.label for name in besides]
            case _:
                return
        for name in (label for other in others for label in _present(other)):
            if not any(same_name(name, label) for label in allowed):
                message = f"{' and '.join(names(group))} alone means without {name}"
                hint = f"write ({' and '.join((name, *names(group)))}) alone"
                raise self._error(message, end, hint=hint)


def _meant(text: str) -> str:
    """The word that `text` was to be, as people write it elsewhere or mistype it; else empty."""
    near = get_close_matches(text.lower(), JOINING, n=1, cutoff=0.6)
    return ELSEWHERE.get(text) or next(iter(near), "")


def _joined(kind: type[And | Or], operands: list[Expression]) -> Expression:
    return operands[0] if len(operands) == 1 else kind(tuple(operands))


def _besides(*together: Expression) -> tuple[Name, ...]:
    return tuple(Name(label) for each in together for label in names(each))


def _present(expression: Expression) -> Iterator[str]:
    """Who must be on screen for `expression` to hold, as far as that is plain."""
    match expression:
        case Name(label):
            yield label
        case And(operands):
            for operand in operands:
                yield from _present(operand)
