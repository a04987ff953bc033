"""How `vidtag plugins` shows what is offered: as tables where they fit, else one under another."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.cells import cell_len

from vidtag.cli.format import table
from vidtag.text import one_line

_KINDS = ("reporters", "exporters", "fetchers")
# What tells most about a detector, first; figures are called `ross f1`, `clip: frame accuracy`.
_TELLING = ("f1", "average precision", "accuracy", "screen-time error", "precision", "recall")
_FIGURES_SHOWN = 3
_INDENT = "  "
_LONGEST_NAME = 48  # columns; of longer names the value is on the next line
_LEAST_VALUE = 16  # columns; a value gets a line of its own before it gets fewer

Rows = Sequence[Sequence[str]]


def inventory_as_text(inventory: Mapping[str, Any], width: int | None) -> str:
    """All that is offered, in `width` columns; `None` for as many as it takes."""
    detectors = [
        (
            each["name"],
            ", ".join(each["labels"]),
            each["region"],
            each["version"],
            each["plugin"],
            _few_figures(each["figures"]),
            each["summary"],
        )
        for each in inventory["detectors"]
    ]
    plugins = [
        (each["name"], each["origin"], each["version"], each["problem"] or each["state"])
        for each in inventory["plugins"]
    ]
    header = ("DETECTOR", "LABELS", "LOOKS AT", "VERSION", "PLUGIN", "FIGURES", "SUMMARY")
    return "\n".join((
        _table(detectors, header, width),
        "",
        *(line for kind in _KINDS for line in _wrap(f"{kind}: {_names(inventory[kind])}", width)),
        "",
        _table(plugins, ("PLUGIN", "FROM", "VERSION", "STATE"), width),
    ))  # fmt: skip


def detector_as_text(detector: Mapping[str, Any], width: int | None) -> str:
    """All that is known of one detector, in `width` columns; `None` for as many as it takes."""
    model = detector["model"] or {}
    about = {
        "labels": ", ".join(detector["labels"]),
        "looks at": detector["region"],
        "version": detector["version"],
        "plugin": detector["plugin"],
        "summary": detector["summary"],
        "from": detector["source"],
        "card": detector["card"] or "",
    }
    parts = {
        "figures": {name: f"{value:.3f}" for name, value in detector["figures"].items()},
        "thresholds": {name: f"{value:.3f}" for name, value in model.get("thresholds", {}).items()},
        "learnt from": model.get("training", {}),
    }
    lines = [detector["name"], *_pairs(about, width)]
    for title, values in parts.items():
        if values:
            lines += ["", title, *_pairs(values, width)]
    return "\n".join(lines)


def _few_figures(figures: Mapping[str, float]) -> str:
    """`ross f1 0.912, ...`: those that tell most, and how many there are beside them."""
    ranked = sorted(figures, key=_rank)
    shown = [f"{name} {figures[name]:.3f}" for name in ranked[:_FIGURES_SHOWN]]
    more = [f"{len(ranked) - _FIGURES_SHOWN} more"] if len(ranked) > _FIGURES_SHOWN else []
    return ", ".join(shown + more)


def _rank(name: str) -> int:
    words = name.replace("_", " ")
    places = [place for place, kind in enumerate(_TELLING) if words.endswith(kind)]
    return min(places, default=len(_TELLING))


def _names(offers: Sequence[Mapping[str, str]]) -> str:
    return ", ".join(f"{offer['name']} ({offer['plugin']})" for offer in offers) or "none"


def _table(rows: Rows, header: Sequence[str], width: int | None) -> str:
    """A table, or where it is too wide a block of lines for each row."""
    clean = [[one_line(cell) for cell in row] for row in rows]
    whole = table(clean, header=header)
    if width is None or all(cell_len(line) <= width for line in whole.splitlines()):
        return whole
    names = [name.lower() for name in header[1:]]
    blocks = [
        "\n".join((row[0], *_pairs(dict(zip(names, row[1:], strict=True)), width))) for row in clean
    ]
    return "\n\n".join([f"{header[0]}S", *blocks])


def _pairs(values: Mapping[str, object], width: int | None) -> Iterator[str]:
    """Names and what they stand for, in two columns; what is empty is left out."""
    texts = {one_line(name): one_line(str(value)) for name, value in values.items() if value != ""}
    longest = max(map(cell_len, texts), default=0)
    longest = min(longest, _LONGEST_NAME if width is None else width // 2)
    for name, text in texts.items():
        beside = " " * (longest - cell_len(name))
        first, rest = f"{_INDENT}{name}{beside}  ", " " * (longest + 4)
        if cell_len(name) > longest or (width is not None and width - len(rest) < _LEAST_VALUE):
            yield f"{_INDENT}{name}"
            first = rest = _INDENT * 2
        yield from _wrap(text, width, first=first, rest=rest)


def _wrap(text: str, width: int | None, *, first: str = "", rest: str = _INDENT) -> list[str]:
    """Lines of `text`; a path or a hash stays whole, so that it can be copied."""
    if width is None:
        return [f"{first}{text}"]
    return textwrap.wrap(
        text,
        max(width, len(first) + 1),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
