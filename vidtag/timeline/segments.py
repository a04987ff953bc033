"""Segments of time as sets of instants. What is returned is sorted, and nothing in it touches.

    a                   [----)    [--)  [-------)
    b                      [-------)       [--)
    union(a, b)         [------------)  [-------)
    intersection(a, b)     [-)    [)       [--)
    difference(a, b)    [--)       [-)  [--)  [-)
    gaps(a)                  [----)  [--)
    support(a, 3)       [----)    [-------------)   gaps of at most 3 are filled
    at_least(a, 5)      [----)          [-------)   5 or longer

`union`, `intersection` and `difference` take segments in any order, also overlapping ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from vidtag.types import Segment


def union(*sets: Iterable[Segment]) -> tuple[Segment, ...]:
    """Instants that are in one of `sets`: what overlaps or touches is joined."""
    return support((each for segments in sets for each in segments), 0)


def support(segments: Iterable[Segment], collar_us: int) -> tuple[Segment, ...]:
    """`segments`, with the gaps of at most `collar_us` between them filled.

    Raises:
        ValueError: `collar_us` is negative.
    """
    if collar_us < 0:
        raise ValueError(f"expected a collar of 0 or more, got {collar_us} us")
    joined: list[Segment] = []
    for segment in sorted(segments):
        if joined and segment.start_us - joined[-1].end_us <= collar_us:
            last = joined.pop()
            segment = Segment(last.start_us, max(last.end_us, segment.end_us))
        joined.append(segment)
    return tuple(joined)


def intersection(a: Iterable[Segment], b: Iterable[Segment]) -> tuple[Segment, ...]:
    """Instants that are in both."""
    return tuple(_common(union(a), union(b)))


def _common(a: Sequence[Segment], b: Sequence[Segment]) -> Iterator[Segment]:
    i = j = 0
    while i < len(a) and j < len(b):
        start = max(a[i].start_us, b[j].start_us)
        end = min(a[i].end_us, b[j].end_us)
        if start < end:
            yield Segment(start, end)
        if a[i].end_us < b[j].end_us:
            i += 1
        else:
            j += 1


def complement(segments: Iterable[Segment], within: Segment) -> tuple[Segment, ...]:
    """Instants of `within` that are in none of `segments`."""
    inside = intersection(segments, [within])
    starts = [within.start_us, *(each.end_us for each in inside)]
    ends = [*(each.start_us for each in inside), within.end_us]
    return tuple(Segment(*pair) for pair in zip(starts, ends, strict=True) if pair[0] < pair[1])


def difference(a: Iterable[Segment], b: Iterable[Segment]) -> tuple[Segment, ...]:
    """Instants that are in `a` and not in `b`."""
    parts = union(a)
    if not parts:
        return ()
    return intersection(parts, complement(b, Segment(parts[0].start_us, parts[-1].end_us)))


def gaps(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """What lies between the segments."""
    return tuple(Segment(one.end_us, two.start_us) for one, two in pairwise(union(segments)))


def at_least(segments: Iterable[Segment], minimum_us: int) -> tuple[Segment, ...]:
    """Those of the joined `segments` that last at least `minimum_us`."""
    return tuple(each for each in union(segments) if each.duration_us >= minimum_us)


def total_us(segments: Iterable[Segment]) -> int:
    """Time that `segments` cover, overlaps counted once."""
    return sum(segment.duration_us for segment in union(segments))
