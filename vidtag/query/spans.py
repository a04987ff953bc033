"""Spans: stretches of a video in frames and in time, and what is made of a list of them.

A list of spans is sorted, and no two of them overlap or touch.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The frames `[start_frame, end_frame)` and their time `[start_us, end_us)`."""

    start_frame: int
    end_frame: int
    start_us: int
    end_us: int

    @property
    def duration_us(self) -> int:
        """How long it is."""
        return self.end_us - self.start_us


def merged(spans: Iterable[Span], *, gap_us: int) -> list[Span]:
    """Join the spans that lie at most `gap_us` apart; the gap then counts as well."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.start_us - joined[-1].end_us <= gap_us:
            last = joined.pop()
            span = Span(last.start_frame, span.end_frame, last.start_us, span.end_us)
        joined.append(span)
    return joined


def at_least(spans: Iterable[Span], *, duration_us: int) -> list[Span]:
    """The spans that last `duration_us` or longer."""
    return [span for span in spans if span.duration_us >= duration_us]


def clipped(spans: Iterable[Span], frame: Span) -> list[Span]:
    """The parts of the spans that lie in `frame`."""
    return [
        Span(
            max(span.start_frame, frame.start_frame),
            min(span.end_frame, frame.end_frame),
            max(span.start_us, frame.start_us),
            min(span.end_us, frame.end_us),
        )
        for span in spans
        if span.start_frame < frame.end_frame and frame.start_frame < span.end_frame
    ]
