"""What a model card says: made once, written twice, as Markdown and as a page."""

from __future__ import annotations

from dataclasses import dataclass

# All texts are plain, on one line each; what writes them escapes what its format needs.


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A picture of figures, and the same in words for whoever cannot see it."""

    name: str  # of the file beside the card
    title: str
    alt: str
    png: bytes
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a header; the first cell of a row names it."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands below it, in this order."""

    title: str
    paragraphs: tuple[str, ...] = ()
    command: str = ""
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A model card. Shows no picture of a person: it may be passed on."""

    name: str
    summary: str
    sections: tuple[Section, ...]

    @property
    def plots(self) -> tuple[Plot, ...]:
        """All plots, in order."""
        return tuple(plot for section in self.sections for plot in section.plots)
