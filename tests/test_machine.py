from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vidtag import machine
from vidtag.machine import has_amx_int8, is_amd, usable_cores, yield_to_others


def test_there_is_at_least_one_core_and_no_more_than_there_are() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


INTEL = "processor\t: 0\nvendor_id\t: GenuineIntel\n"
AMD = "processor\t: 0\nvendor_id\t: AuthenticAMD\n"
ARM = "processor\t: 0\nFeatures\t: fp asimd i8mm\nCPU implementer\t: 0x41\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            INTEL + "flags\t\t: fpu amx_bf16 amx_tile amx_int8 avx\n\nprocessor\t: 1\n",
            (False, True),
        ),
        (INTEL + "flags\t\t: fpu avx512_vnni amx_int8_of_old\n", (False, False)),
        (AMD + "flags\t\t: fpu avx512_vnni\n", (True, False)),
        (ARM, (False, False)),
        ("", (False, False)),
    ],
)
def test_the_processor_is_told_from_what_the_kernel_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, expected: tuple[bool, bool]
) -> None:
    monkeypatch.setattr(machine, "_CPUINFO", tmp_path / "cpuinfo")
    (tmp_path / "cpuinfo").write_text(content, encoding="utf-8")
    assert (is_amd(), has_amx_int8()) == expected


def test_nothing_is_told_where_nothing_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_CPUINFO", tmp_path / "missing")
    assert not has_amx_int8()
    assert not is_amd()


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_only_the_thread_that_wants_to_yields() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = niceness()
    with ThreadPoolExecutor(1, initializer=yield_to_others) as threads:
        assert threads.submit(niceness).result() == max(5, before)

    assert niceness() == before
