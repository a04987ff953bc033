"""Which device computes, of those that are there and work."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import onnxruntime
import pytest

from tests.inference.making import brightness
from vidtag.errors import UsageError, VidtagError
from vidtag.inference import CPU, Device, find_device
from vidtag.inference.devices import ACCELERATORS, choose
from vidtag.types import DeviceName

ALL = [CPU.provider, *(device.provider for device in reversed(ACCELERATORS))]
CUDA, COREML, DIRECTML = (device.provider for device in ACCELERATORS)
# No ONNX Runtime has all of them: each belongs to another system.
ABSENT = next(d for d in ACCELERATORS if d.provider not in onnxruntime.get_available_providers())


def chosen(wanted: DeviceName, present: list[str], failing: tuple[str, ...] = ()) -> str:
    def check(device: Device) -> None:
        if device.name in failing:
            raise device.failure("no library")

    return choose(wanted, present=present, check=check).name


@pytest.mark.parametrize(
    ("wanted", "present", "failing", "expected"),
    [
        ("auto", [CPU.provider], (), "cpu"),
        ("auto", ["AzureExecutionProvider", CPU.provider], (), "cpu"),
        ("auto", [DIRECTML, CPU.provider], (), "directml"),
        ("auto", [COREML, CPU.provider], (), "coreml"),
        ("auto", ALL, (), "cuda"),
        ("auto", ALL, ("cuda",), "coreml"),
        ("auto", [CUDA, CPU.provider], ("cuda",), "cpu"),
        ("cpu", ALL, (), "cpu"),
        ("coreml", ALL, ("cuda",), "coreml"),
    ],
)
def test_first_that_is_there_and_works(
    wanted: DeviceName, present: list[str], failing: tuple[str, ...], expected: str
) -> None:
    assert chosen(wanted, present, failing) == expected


@pytest.mark.parametrize(
    ("wanted", "provider", "package"),
    [
        ("cuda", "CUDAExecutionProvider", "onnxruntime-gpu[cuda,cudnn]"),
        ("coreml", "CoreMLExecutionProvider", "onnxruntime on macOS"),
        ("directml", "DmlExecutionProvider", "onnxruntime-directml on Windows"),
    ],
)
def test_absent_one_says_what_to_install(wanted: DeviceName, provider: str, package: str) -> None:
    with pytest.raises(UsageError) as error:
        chosen(wanted, [CPU.provider])
    assert str(error.value) == (
        f"there is no device {wanted}: this ONNX Runtime has no {provider}; "
        f"it comes with {package}; or use --device cpu"
    )


def test_failing_one_is_told_and_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert chosen("auto", [CUDA, CPU.provider], ("cuda",)) == "cpu"
    assert caplog.messages == ["the device cuda failed: no library; it is not used"]


def test_failing_one_that_is_asked_for_is_an_error() -> None:
    with pytest.raises(VidtagError) as error:
        chosen("cuda", [CUDA, CPU.provider], ("cuda",))
    assert str(error.value) == (
        "the device cuda failed: no library; docs/performance.md tells what it needs; "
        "or use --device cpu"
    )


@pytest.fixture
def untried() -> Iterator[None]:
    """As if no device had been looked for yet, before and after."""
    find_device.cache_clear()
    yield
    find_device.cache_clear()


@pytest.mark.filterwarnings("ignore:Specified provider")
def test_one_that_computes_on_the_processor_instead_has_failed(
    untried: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """As ONNX Runtime does when CUDA is listed, but its libraries are not there."""
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ALL)
    with pytest.raises(VidtagError, match=f"^the device {ABSENT.name} failed: "):
        find_device(ABSENT.name)
    assert capfd.readouterr() == ("", "")


def test_device_that_is_found_is_there(untried: None) -> None:
    assert find_device("cpu") == CPU
    assert find_device("auto").provider in onnxruntime.get_available_providers()


@pytest.mark.parametrize("plans", [True, False])
def test_session_is_for_one_size_of_batch(plans: bool) -> None:
    device = replace(CPU, plans_memory=plans)
    session = device.open(brightness().SerializeToString(), batch=4)
    assert session.get_inputs()[0].shape == [4, 2, 2, 3]
    assert session.get_session_options().enable_mem_pattern is plans
    assert session.get_providers() == ["CPUExecutionProvider"]


def test_directml_gets_no_plan_of_memory() -> None:
    assert [d.name for d in ACCELERATORS if not d.plans_memory] == ["directml"]


def test_model_that_cannot_be_loaded_is_one_line() -> None:
    with pytest.raises(VidtagError, match=r"^the device cpu failed: .*; or use --device cpu$"):
        CPU.open(b"\0", batch=1)
