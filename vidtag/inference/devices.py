"""What can compute: the processor, or an accelerator that ONNX Runtime has a provider for."""

from __future__ import annotations

import functools
import io
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import onnxruntime

from vidtag.errors import UsageError, VidtagError
from vidtag.inference.nodes import Nodes
from vidtag.text import one_line

if TYPE_CHECKING:
    from vidtag.types import DeviceName

_log = logging.getLogger(__name__)

_QUIET, _WARNINGS = 4, 2  # severities of ONNX Runtime: fatal alone; its default


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Something that computes, and how ONNX Runtime is to use it."""

    name: str  # in the identity of runs
    provider: str
    options: Mapping[str, str] = field(default_factory=dict)
    plans_memory: bool = True  # whether it may be told where values will lie
    package: str = "onnxruntime"  # brings it

    def open(self, model: bytes, *, batch: int) -> onnxruntime.InferenceSession:
        """Load `model` for exactly `batch` pictures at a time.

        Where the libraries of the provider do not load, ONNX Runtime may compute on the processor
        instead and say nothing: `get_providers` of the session tells.

        Raises:
            VidtagError: the device cannot run it.
        """
        onnxruntime.disable_telemetry_events()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # what the accelerator leaves to the processor is little
        options.use_deterministic_compute = True
        options.enable_mem_pattern = self.plans_memory
        options.add_free_dimension_override_by_name(Nodes.BATCH, batch)
        try:
            return onnxruntime.InferenceSession(
                model,
                options,
                providers=[(self.provider, dict(self.options))],  # and the processor, always
                enable_fallback=0,
            )
        except Exception as error:
            raise self.failure(error) from error

    def failure(self, reason: object) -> VidtagError:
        """What to say when it fails; the errors of ONNX Runtime have no class of their own."""
        return VidtagError(
            f"the device {self.name} failed: {one_line(str(reason))}",
            hint="docs/performance.md tells what it needs; or use --device cpu",
        )


CPU = Device(name="cpu", provider="CPUExecutionProvider")

# In the order in which they are tried. All compute in real float32: not in TF32 on CUDA, nor in the
# float16 of Apple's Neural Engine. cuDNN's own trials of kernels would choose others each time.
ACCELERATORS = (
    Device(
        name="cuda",
        provider="CUDAExecutionProvider",
        options={"use_tf32": "0", "cudnn_conv_algo_search": "HEURISTIC"},
        package="onnxruntime-gpu[cuda,cudnn]",
    ),
    Device(
        name="coreml",
        provider="CoreMLExecutionProvider",
        options={"ModelFormat": "MLProgram", "MLComputeUnits": "CPUAndGPU"},
        package="onnxruntime on macOS",
    ),
    Device(
        name="directml",
        provider="DmlExecutionProvider",
        plans_memory=False,
        package="onnxruntime-directml on Windows",
    ),
)


@functools.cache  # so that it is tried, and told, once
def find_device(wanted: DeviceName = "auto") -> Device:
    """The device called `wanted`; for `auto` the first accelerator that works, else the processor.

    One that is there and fails is told in a warning.

    Raises:
        UsageError: it is asked for and not there.
        VidtagError: it is asked for and fails.
    """
    return choose(wanted, present=onnxruntime.get_available_providers(), check=_check)


def choose(
    wanted: DeviceName, *, present: Collection[str], check: Callable[[Device], None]
) -> Device:
    """`find_device` among the providers `present`; `check` raises what is wrong with a device."""
    if wanted == "auto":
        there = (device for device in ACCELERATORS if device.provider in present)
        return next((device for device in there if _works(device, check)), CPU)
    [device] = (device for device in (CPU, *ACCELERATORS) if device.name == wanted)
    if device.provider not in present:
        raise UsageError(
            f"there is no device {wanted}: this ONNX Runtime has no {device.provider}",
            hint=f"it comes with {device.package}; or use --device cpu",
        )
    check(device)
    return device


def _works(device: Device, check: Callable[[Device], None]) -> bool:
    try:
        check(device)
    except VidtagError as error:
        _log.warning("%s; it is not used", error.message)
        return False
    return True


def _check(device: Device) -> None:
    """Try `device` on next to nothing; raises `VidtagError` where it fails."""
    if device == CPU:
        return
    nodes = Nodes()
    nodes.node("Relu", nodes.pixels(), output=Nodes.OUTPUT)
    model = nodes.model(
        "trial", input_shape=[Nodes.BATCH, 1, 1, 3], output_shape=[Nodes.BATCH, 3, 1, 1]
    )
    with _quiet():
        complaint = _load_cuda() if device.name == "cuda" else ""
        session = device.open(model.SerializeToString(), batch=1)
    if device.provider not in session.get_providers():
        raise device.failure(complaint or "its libraries or its driver do not load")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep ONNX Runtime from telling of libraries that do not load; but with --debug it tells."""
    loud = _log.isEnabledFor(logging.DEBUG)
    onnxruntime.set_default_logger_severity(_WARNINGS if loud else _QUIET)
    try:
        yield
    finally:
        onnxruntime.set_default_logger_severity(_WARNINGS)


def _load_cuda() -> str:
    """Load the libraries of CUDA from where pip puts them; returns the first complaint."""
    with redirect_stdout(io.StringIO()) as said:
        onnxruntime.preload_dlls()
    return next(iter(said.getvalue().splitlines()), "")
