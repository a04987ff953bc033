"""Questions about who is on screen: `ross and rachel and not monica`.

    text -> lexer -> parser -> expression -> bound to the labels that are known
         -> evaluated on each video -> spans of frames and of time

Pure: knows of no database, no file and no terminal.
"""

from __future__ import annotations

from vidtag.query.evaluation import Presence, evaluate
from vidtag.query.expression import Expression, bind, labels_needed, names
from vidtag.query.parser import parse
from vidtag.query.spans import Span, at_least, clipped, merged

__all__ = [
    "Expression",
    "Presence",
    "Span",
    "at_least",
    "bind",
    "clipped",
    "evaluate",
    "labels_needed",
    "merged",
    "names",
    "parse",
]
