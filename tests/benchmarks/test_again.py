from __future__ import annotations

import pytest

from benchmarks.again import Row, beside_first, beside_no_cache
from benchmarks.everything import again_rows


def test_times_are_those_of_the_first_way() -> None:
    one, ten = beside_first(
        [
            Row(way="one", seconds=10, processor_s=20),
            Row(way="ten", seconds=25, processor_s=30),
        ]
    )

    assert (one.times, one.processor_times) == (1.0, 1.0)
    assert (ten.times, ten.processor_times) == (2.5, 1.5)


def test_times_on_the_cpu_are_told_where_they_are_known() -> None:
    [row] = beside_first([Row(way="alone", seconds=10)])

    assert row == Row(way="alone", seconds=10, times=1.0)


def test_the_cache_is_measured_beside_the_same_scan_without() -> None:
    rows = [
        Row(way="first scan", seconds=30),
        Row(way="then another", seconds=4),
        Row(way="then another, --accuracy kept", seconds=2),
        Row(way="then another, --no-cache", seconds=20),
    ]

    assert [row.times for row in beside_no_cache(rows)] == [None, 5.0, 10.0, 1.0]


@pytest.mark.parametrize(("part", "per_s"), [("ten", 36.0), ("first", 0.5)])
def test_figures_become_rows_of_the_common_table(part: str, per_s: float) -> None:
    parts: dict[str, object] = {"ten": [], "again": [], "first": [], "rest": [], "frames": 72}
    parts[part] = [{"way": "some", "seconds": 2.0, "times": 1.5}]

    [row] = again_rows({"640x360": parts})

    assert (row.benchmark, row.way) == (f"{part} 640x360", "some")
    assert (row.per_s, row.ratio) == (per_s, 1.5)
