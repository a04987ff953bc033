"""What `vidtag query` prints: where a query holds, as text or as JSON."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from vidtag.cli.format import clock, seconds, table, video_as_dict
from vidtag.text import one_line

if TYPE_CHECKING:
    from vidtag.errors import QueryError
    from vidtag.query import Span
    from vidtag.report.searching import SceneHit, SearchResult, VideoHit

By: TypeAlias = Literal["segment", "scene", "episode"]


def pointed_at(error: QueryError, *, width: int) -> str:
    """The query, and under it carets where the mistake is; not wider than `width`."""
    from rich.cells import cell_len, set_cell_size

    room = max(width - 2, 2)
    text = one_line(error.query) + " "
    start = error.start
    while cell_len(text[:start]) > room // 2 and cell_len(text) > room:
        text, start = text[1:], start - 1
    wrong = text[start : start + error.end - error.start]
    before = cell_len(text[:start])
    carets = "^" * max(1, min(cell_len(wrong), room - before))
    shown = set_cell_size(text, room).rstrip()
    return f"  {shown}\n  {' ' * before}{carets}"


def first_hits(hits: Sequence[VideoHit], *, by: By, limit: int | None) -> list[VideoHit]:
    """The first `limit` segments, scenes or videos of `hits`."""
    if limit is None:
        return list(hits)
    if by == "episode":
        return list(hits[:limit])
    kept = []
    for hit in hits:
        kept.append(_shortened(hit, by, limit))
        limit -= len(hit.spans if by == "segment" else hit.scenes)
        if limit <= 0:
            break
    return kept


def _shortened(hit: VideoHit, by: By, limit: int) -> VideoHit:
    if by == "scene":
        return replace(hit, scenes=hit.scenes[:limit])
    spans = hit.spans[:limit]
    end = spans[-1].end_frame
    return replace(
        hit,
        spans=spans,
        scenes=tuple(each for each in hit.scenes if each.spans[0].start_frame < end),
    )


def as_text(result: SearchResult, *, by: By, limit: int | None) -> str:
    """Segments or scenes under their videos, or a line for each video; then the sum."""
    shown = first_hits(result.hits, by=by, limit=limit)
    if by == "episode":
        lines = [table([_video_row(hit) for hit in shown])] if shown else []
    else:
        lines = [line for hit in shown for line in _video_lines(hit, by)]
    total = sum(_count(hit, by) for hit in result.hits)
    seen = sum(_count(hit, by) for hit in shown)
    if seen < total:
        lines.append(f"the first {seen} of {total}; more with --limit")
    return "\n".join([*lines, _sum(result)])


def as_dict(query: str, result: SearchResult, *, by: By, limit: int | None) -> dict[str, Any]:
    """The same for `--json`. The counts are of all that was found, whatever the limit."""
    return {
        "query": query,
        "by": by,
        "videos_searched": result.searched,
        "not_looked_for": dict(result.not_looked_for),
        "videos_found": len(result.hits),
        "scenes_found": sum(len(hit.scenes) for hit in result.hits),
        "segments_found": sum(len(hit.spans) for hit in result.hits),
        "duration_us": sum(hit.duration_us for hit in result.hits),
        "videos": [_video_dict(hit, by) for hit in first_hits(result.hits, by=by, limit=limit)],
    }


def _count(hit: VideoHit, by: By) -> int:
    return {"segment": len(hit.spans), "scene": len(hit.scenes), "episode": 1}[by]


def _sum(result: SearchResult) -> str:
    if not result.hits:
        return f"nowhere in {_counted(result.searched, 'video')}"
    spans = _counted(sum(len(hit.spans) for hit in result.hits), "segment")
    scenes = _counted(sum(len(hit.scenes) for hit in result.hits), "scene")
    videos = f"{len(result.hits)} of {_counted(result.searched, 'video')}"
    length = clock(sum(hit.duration_us for hit in result.hits))
    return f"{length} in {spans}, {scenes}, {videos}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _video_row(hit: VideoHit) -> list[str]:
    return [
        one_line(hit.video.name),
        clock(hit.duration_us),
        _counted(len(hit.spans), "segment"),
        _counted(len(hit.scenes), "scene"),
    ]


def _video_lines(hit: VideoHit, by: By) -> Iterator[str]:
    yield f"{one_line(hit.video.name)}  {clock(hit.duration_us)}"
    rows = map(_scene_row, hit.scenes) if by == "scene" else _span_rows(hit)
    yield from (f"  {line}" for line in table(list(rows)).splitlines())


def _span_rows(hit: VideoHit) -> Iterator[list[str]]:
    starts = [each.scene.start_frame for each in hit.scenes]
    for span in hit.spans:
        first = hit.scenes[bisect_right(starts, span.start_frame) - 1].scene.number + 1
        last = hit.scenes[bisect_right(starts, span.end_frame - 1) - 1].scene.number + 1
        where = f"scene {first}" if first == last else f"scenes {first}-{last}"
        yield [
            clock(span.start_us),
            clock(span.end_us),
            seconds(span.duration_us),
            _frames(span),
            where,
        ]


def _scene_row(hit: SceneHit) -> list[str]:
    first, last = hit.spans[0], hit.spans[-1]
    return [
        f"scene {hit.scene.number + 1}",
        clock(first.start_us),
        clock(last.end_us),
        seconds(hit.duration_us),
        f"[{first.start_frame}, {last.end_frame})",
    ]


def _frames(span: Span) -> str:
    return f"[{span.start_frame}, {span.end_frame})"


def _video_dict(hit: VideoHit, by: By) -> dict[str, Any]:
    found = {**video_as_dict(hit.video), "duration_us": hit.duration_us}
    if by != "episode":
        found["scenes"] = [_scene_dict(each) for each in hit.scenes]
    if by == "segment":
        found["segments"] = [_span_dict(each) for each in hit.spans]
    return found


def _scene_dict(hit: SceneHit) -> dict[str, Any]:
    return {
        "number": hit.scene.number,
        "start_us": hit.scene.start_us,
        "end_us": hit.scene.end_us,
        "start_frame": hit.scene.start_frame,
        "end_frame": hit.scene.end_frame,
        "first_us": hit.spans[0].start_us,
        "last_us": hit.spans[-1].end_us,
        "duration_us": hit.duration_us,
    }


def _span_dict(span: Span) -> dict[str, Any]:
    return {
        **asdict(span),
        "start": clock(span.start_us),
        "end": clock(span.end_us),
        "duration_us": span.duration_us,
    }
