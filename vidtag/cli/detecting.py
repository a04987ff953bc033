"""What the commands that run detectors over a video have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from vidtag.cli.inputs import frames_a_second
from vidtag.cli.state import State
from vidtag.errors import UsageError

if TYPE_CHECKING:
    from vidtag.sampling import Sampler
    from vidtag.types import Detector, ScanProgress, Settings

F = TypeVar("F", bound=Callable[..., Any])


def detecting_options(function: F) -> F:
    """Add the options that choose detectors and frames, and how to compute."""
    for decorate in reversed(_OPTIONS):
        function = decorate(function)
    return function


def open_detectors(
    state: State, names: Sequence[str], settings: Settings, stack: ExitStack
) -> list[Detector]:
    """The detectors called `names`; `stack` closes them.

    Raises:
        UsageError: none was named, or one is not known.
    """
    if not names:
        known = ", ".join(state.registry.detectors()) or "none"
        raise UsageError("no detector was named", hint=f"choose with --plugin from: {known}")
    detectors = state.registry.open_detectors(names, settings)
    for detector in detectors:
        stack.callback(detector.close)
    return detectors


def choose_sampler(every: int | None, rate: Fraction | None) -> Sampler:
    """What `--every` and `--rate` come to.

    Raises:
        UsageError: both were given.
    """
    from vidtag.sampling import DEFAULT_SAMPLER, Every, Rate

    if every is not None and rate is not None:
        raise UsageError("--every and --rate exclude each other", hint="give one of them")
    if every is not None:
        return Every(every)
    return DEFAULT_SAMPLER if rate is None else Rate(rate)


def scan_progress(state: State) -> AbstractContextManager[ScanProgress | None]:
    """A progress bar, where a person sees it."""
    if not state.shows_progress:
        return nullcontext()
    from vidtag.cli.progress import ScanBar

    return ScanBar()


def _complete_plugin(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    offers = ctx.ensure_object(State).registry.detectors()
    return [CompletionItem(name) for name in offers if name.startswith(incomplete)]


_OPTIONS = (
    click.option(
        "-p",
        "--plugin",
        "names",
        multiple=True,
        metavar="DETECTOR",
        shell_complete=_complete_plugin,
        help="Detector to use; may be given several times.  See `vidtag plugins`.",
    ),
    click.option("--every", type=click.IntRange(1), metavar="N", help="Score each N-th frame."),
    click.option(
        "--rate",
        type=frames_a_second,
        metavar="FPS",
        help="Score this many frames a second.  [default: 4]",
    ),
    click.option(
        "--runtime",
        type=click.Choice(["onnx", "keras"]),
        default="onnx",
        show_default=True,
        help="What computes; keras is the slow reference.",
    ),
    click.option("--threads", type=click.IntRange(1), help="Threads to compute with."),
    click.option("--offline", is_flag=True, help="Download nothing, not even published weights."),
)
