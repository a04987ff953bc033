from __future__ import annotations

import os

from vidtag.machine import usable_cores


def test_there_is_at_least_one_core_and_no_more_than_there_are() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)
