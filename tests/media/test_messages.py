from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidtag.media.messages import Alive, Decoded, Finished, Message, Refused, dump, load

TIMES = st.integers(-(1 << 63), (1 << 63) - 1)


@given(TIMES, TIMES)
def test_a_frame_arrives_as_it_was_sent(pts_us: int, end_us: int) -> None:
    message = load(dump(Decoded(pts_us, end_us)))
    assert isinstance(message, Decoded)
    assert message == (pts_us, end_us)


@pytest.mark.parametrize(
    "message", [Alive(), Finished(3, ("a problem",)), Refused("no video", "get another copy")]
)
def test_all_else_arrives_as_it_was_sent(message: Message) -> None:
    assert load(dump(message)) == message
