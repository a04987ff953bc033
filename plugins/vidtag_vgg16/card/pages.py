"""Writing a card as Markdown and as a page, by the templates beside this file.

Names come from folders and files of strangers: whatever is put into a template is escaped.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment

    from vidtag_vgg16.card.mistakes import LabelMistakes
    from vidtag_vgg16.card.values import Card

_MARKDOWN = re.compile(r"([\\`*_#$<>\[\]|&~])")


def card_as_markdown(card: Card) -> str:
    """The card as Markdown, with its plots as files beside it."""
    return _environment(html=False).get_template("card.md.jinja").render(card=card)


def card_as_page(card: Card) -> str:
    """The card as one HTML page that needs nothing else: no file, no script, no network."""
    return _environment(html=True).get_template("card.html.jinja").render(card=card)


def mistakes_as_page(name: str, sha256: str, mistakes: Sequence[LabelMistakes]) -> str:
    """The worst mistakes of the model `name` as one HTML page, with the pictures in it."""
    template = _environment(html=True).get_template("mistakes.html.jinja")
    return template.render(name=name, sha256=sha256, mistakes=mistakes)


@cache
def _environment(*, html: bool) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("vidtag_vgg16.card"),
        autoescape=html,  # noqa: S701  Markdown has an escaping of its own
        finalize=None if html else _escape_markdown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["data_url"] = _data_url
    return environment


def _escape_markdown(value: object) -> str:
    return str(value) if isinstance(value, Markup) else _MARKDOWN.sub(r"\\\1", str(value))


def _data_url(content: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
