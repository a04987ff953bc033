from __future__ import annotations

import os

import pytest

from vidtag.media import ring
from vidtag.media.ring import Layout


@pytest.mark.parametrize(
    ("sizes", "slots"),
    [
        pytest.param([(224, 224)], 16, id="small pictures: as many as help"),
        pytest.param([(1080, 1920)], 10, id="64 MiB in all"),
        pytest.param([(4320, 8192)], 3, id="never fewer than three"),
        pytest.param([], 16, id="no pictures at all"),
    ],
)
def test_slots(sizes: list[tuple[int, int]], slots: int) -> None:
    assert Layout.for_sizes(sizes).slots == slots


def test_views_cover_the_memory_without_overlap() -> None:
    layout = Layout(sizes=((3, 5), (2, 2)), slots=2)
    descriptor = ring.create()
    os.ftruncate(descriptor, layout.total_bytes)
    slots = layout.views(ring.map_memory(descriptor, layout.total_bytes))
    pictures = [picture for slot in slots for picture in slot]
    assert [picture.shape for picture in pictures] == [(3, 5, 3), (2, 2, 3)] * 2
    for value, picture in enumerate(pictures, start=1):
        picture[:] = value
    assert [set(picture.flat) for picture in pictures] == [{1}, {2}, {3}, {4}]


def test_two_mappings_share_the_memory() -> None:
    layout = Layout(sizes=((1, 1),), slots=1)
    descriptor = ring.create()
    os.ftruncate(descriptor, layout.total_bytes)
    other = os.dup(descriptor)
    ((mine,),) = layout.views(ring.map_memory(descriptor, layout.total_bytes))
    ((theirs,),) = layout.views(ring.map_memory(other, layout.total_bytes))
    mine[:] = 77
    assert theirs.tolist() == [[[77, 77, 77]]]
