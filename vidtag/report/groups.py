"""Reports about several videos added up: seasons, series, everything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from vidtag.report.episodes import Answered
from vidtag.timeline import add, interval_us
from vidtag.types import CoPresence, Group, Grouping, LabelTotal, ScreenTime

UNKNOWN = "(series unknown)"


def episodes(answered: Iterable[Answered]) -> Iterator[Group]:
    """One group for each video."""
    for each in answered:
        where = each.report.video.episode
        yield _group(
            [each], name=each.report.video.name, by="episode", series=where.series,
            season=where.season,
        )  # fmt: skip


def seasons(answered: Iterable[Answered]) -> Iterator[Group]:
    """One group for each season of a series, in viewing order; the unknown are groups as well."""
    groups: dict[tuple[str | None, int | None], list[Answered]] = defaultdict(list)
    for each in answered:
        where = each.report.video.episode
        groups[where.series, where.season].append(each)
    for (series, season), members in groups.items():
        name = f"{series or UNKNOWN} season {'unknown' if season is None else season}"
        yield _group(members, name=name, by="season", series=series, season=season)


def series(answered: Iterable[Answered]) -> Iterator[Group]:
    """One group for each series, in viewing order; the unknown is one as well."""
    groups: dict[str | None, list[Answered]] = defaultdict(list)
    for each in answered:
        groups[each.report.video.episode.series].append(each)
    for name, members in groups.items():
        yield _group(members, name=name or UNKNOWN, by="series", series=name, season=None)


def everything(answered: Sequence[Answered]) -> Group:
    """All videos as one group."""
    return _group(answered, name="in all", by="series", series=None, season=None)


def _group(
    members: Sequence[Answered], *, name: str, by: Grouping, series: str | None, season: int | None
) -> Group:
    totals = _totals(members)
    return Group(
        name=name,
        by=by,
        series=series,
        season=season,
        video=members[0].report.video if by == "episode" else None,
        scene=None,
        videos=len(members),
        duration_us=sum(each.report.video.duration_us for each in members),
        totals=totals,
        copresence=_copresence([total.label for total in totals], members),
        cast_us=sum(each.report.cast_us for each in members),
    )


def _totals(members: Sequence[Answered]) -> tuple[LabelTotal, ...]:
    found: dict[str, list[tuple[Answered, ScreenTime]]] = defaultdict(list)
    for each in members:
        for time in each.report.screen_times:
            found[time.label].append((each, time))
    totals = [_total(label, pairs) for label, pairs in found.items()]
    return tuple(sorted(totals, key=lambda total: (-total.duration_us, total.label)))


def _total(label: str, pairs: Sequence[tuple[Answered, ScreenTime]]) -> LabelTotal:
    times = [time for _, time in pairs]
    duration_us = sum(time.duration_us for time in times)
    return LabelTotal(
        label=label,
        detectors=tuple(sorted({time.detector for time in times if time.detector is not None})),
        duration_us=duration_us,
        interval_us=interval_us(
            duration_us,
            add(each.estimates[label] for each, _ in pairs),
            analysed_us=sum(each.report.video.duration_us for each, _ in pairs),
        ),
        count=sum(time.count for time in times),
        videos=sum(1 for time in times if time.appearances),
        added_us=sum(time.added_us for time in times),
        removed_us=sum(time.removed_us for time in times),
    )


def _copresence(labels: Sequence[str], members: Iterable[Answered]) -> CoPresence:
    place = {label: at for at, label in enumerate(labels)}
    sums = [[0] * len(labels) for _ in labels]
    for each in members:
        own = each.report.copresence
        places = [place[label] for label in own.labels]
        for row, times in zip(places, own.together_us, strict=True):
            for column, time_us in zip(places, times, strict=True):
                sums[row][column] += time_us
    return CoPresence(labels=tuple(labels), together_us=tuple(tuple(row) for row in sums))
