"""What the commands that run detectors over a video have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from vidtag.cli.inputs import frames_a_second
from vidtag.cli.recognizing import gallery_for
from vidtag.cli.state import State
from vidtag.errors import UnknownNameError, UsageError
from vidtag.paths import cache_dir
from vidtag.types import Settings

if TYPE_CHECKING:
    from vidtag.cli.progress import ScanBars
    from vidtag.regions.finders import FaceFinder
    from vidtag.sampling import Sampler
    from vidtag.scan import FeatureCache
    from vidtag.store import Database
    from vidtag.types import Detector, DeviceName, Runtime, ScanProgress

F = TypeVar("F", bound=Callable[..., Any])


def detecting_options(function: F) -> F:
    """Add the options that choose detectors and frames, and how to compute."""
    for decorate in reversed(_OPTIONS):
        function = decorate(function)
    return function


def check_names(state: State, names: Sequence[str]) -> None:
    """See that detectors are named, and that somebody offers each.

    Raises:
        UsageError: none was named, or one is not known.
    """
    offers = state.registry.detectors()
    if not names:
        known = ", ".join(offers) or "none"
        raise UsageError("no detector was named", hint=f"choose with --plugin from: {known}")
    for name in names:
        if name not in offers:
            raise UnknownNameError("detector", name, offers)


def open_detectors(
    state: State,
    names: Sequence[str],
    settings: Settings,
    database: Database,
    stack: ExitStack,
) -> list[Detector]:
    """The detectors called `names`; those that recognise know the people of `database`.

    `stack` closes them.

    Raises:
        UnknownNameError: one is not known.
    """
    settings = replace(settings, gallery=gallery_for(state, names, database))
    detectors = state.registry.open_detectors(names, settings)
    for detector in detectors:
        stack.callback(detector.close)
    return detectors


def open_finder(detectors: Sequence[Detector], settings: Settings) -> FaceFinder | None:
    """What finds faces for `detectors`; `None` where none of them looks at faces."""
    if all(detector.region != "face" for detector in detectors):
        return None
    from vidtag import finding

    return finding.open_finder(offline=settings.offline)


def choose_sampler(
    every: int | None, rate: Fraction | None, accuracy: Sampler | None, *, shared: bool
) -> Sampler | None:
    """What `--every`, `--rate`, `--accuracy` and `--shared` come to; `None`: nobody chose.

    Raises:
        UsageError: more was given than goes together.
    """
    from vidtag.sampling import DEFAULT_SAMPLER, Adaptive, Every, Rate, Shared

    given = {"--every": every, "--rate": rate, "--accuracy": accuracy}
    names = [name for name, value in given.items() if value is not None]
    if len(names) > 1:
        raise UsageError(f"{' and '.join(names)} exclude each other", hint="give one of them")
    if shared:
        chosen = accuracy or DEFAULT_SAMPLER
        if every is not None or rate is not None or not isinstance(chosen, Adaptive):
            raise UsageError(
                f"--shared does not go with {names[0]}{'' if accuracy is None else ' kept'}",
                hint="leave it out: all look at the same frames there anyway",
            )
        return Shared(chosen.per_second)
    if every is not None:
        return Every(every)
    if rate is not None:
        return Rate(rate)
    return accuracy


def choose_settings(
    *, runtime: Runtime, device: DeviceName, threads: int | None, offline: bool
) -> Settings:
    """What the options that say how to compute come to.

    Raises:
        UsageError: they exclude each other.
    """
    if runtime == "keras" and device != "auto":
        raise UsageError(
            f"--device {device} is not for --runtime keras",
            hint="TensorFlow chooses its device itself; leave one of them out",
        )
    return Settings(runtime=runtime, device=device, threads=threads, offline=offline)


def _accuracy(text: str) -> Sampler:
    from vidtag.sampling import ACCURACIES, ONLY_KEPT, Adaptive

    if text == str(ONLY_KEPT):
        return ONLY_KEPT
    if text.isalpha() and text not in ACCURACIES:
        names = ", ".join([*ACCURACIES, str(ONLY_KEPT)])
        raise click.BadParameter(
            f"{text!r} is none; choose {names}, or a number of frames a second"
        )
    return Adaptive(ACCURACIES[text] if text in ACCURACIES else frames_a_second(text))


def feature_cache() -> FeatureCache:
    """Where the features of frames that were scored are kept."""
    from vidtag.scan import FeatureCache

    return FeatureCache(cache_dir() / "frames")


def scan_bars(state: State) -> AbstractContextManager[ScanBars | None]:
    """Progress bars, where a person sees them."""
    if not state.shows_progress:
        return nullcontext()
    from vidtag.cli.progress import ScanBars

    return ScanBars()


@contextmanager
def scan_progress(state: State) -> Iterator[ScanProgress | None]:
    """A single progress bar, where a person sees it."""
    with scan_bars(state) as bars:
        yield bars.add() if bars else None


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
        help="Score this many frames a second.  [default for faces: 8]",
    ),
    click.option(
        "--accuracy",
        type=_accuracy,
        metavar="low|normal|high|FPS|kept",
        help="Score this many frames a second (low 1/4, normal 1/2, high 2), and more where scores "
        "change or labels may be wrong; kept: go by the frames that were scored by earlier scans "
        "with the same network, which takes a moment; not for faces.  [default: normal]",
    ),
    click.option(
        "--shared",
        is_flag=True,
        help="Look at the same frames for all classifiers on one network: ten take little longer "
        "than one, and tell less exactly when something changes.",
    ),
    click.option(
        "--runtime",
        type=click.Choice(["onnx", "onnx-float32", "keras"]),
        default="onnx",
        show_default=True,
        help="What computes; onnx takes 8-bit integers where a model is fit for them, keras is the "
        "slow reference.",
    ),
    click.option(
        "--device",
        type=click.Choice(["auto", "cpu", "cuda", "coreml", "directml"]),
        default="auto",
        show_default=True,
        help="Where classifiers compute; auto takes an accelerator where there is one, in float32.",
    ),
    click.option("--threads", type=click.IntRange(1), help="Threads to compute with."),
    click.option("--offline", is_flag=True, help="Download nothing, not even published weights."),
)
