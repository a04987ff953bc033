"""How a detector is held against the rules.

It is opened, tried and closed twice. What a library prints or sets once, as it is first imported,
is not the plugin's doing: of that, only the second time counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from vidtag.contract import declared, recognizing, scoring
from vidtag.contract.declared import Declared
from vidtag.contract.examples import example_crops
from vidtag.contract.findings import Finding, Rule, describe
from vidtag.contract.recognizing import Meeting
from vidtag.contract.scoring import Trial
from vidtag.contract.watch import SideEffects, watch
from vidtag.errors import UnknownNameError, VidtagError
from vidtag.registry import Registry
from vidtag.types import Detector, DetectorInfo, Recognizer, Scores, Settings

SETTINGS = Settings(offline=True)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a detector can be opened."""

    registry: Registry
    name: str

    @property
    def info(self) -> DetectorInfo:
        """What its plugin says of it."""
        return self.registry.detectors()[self.name].item

    def open(self) -> Detector:
        """Open it alone."""
        [detector] = self.registry.open_detectors([self.name], SETTINGS)
        return detector

    def siblings(self) -> list[str]:
        """Other detectors of the same plugin, as far as they can be opened on this machine."""
        offers = self.registry.detectors()
        plugin = offers[self.name].plugin
        names = [n for n, offer in offers.items() if offer.plugin == plugin and n != self.name]
        return [name for name in names if Source(self.registry, name).opens()]

    def opens(self) -> bool:
        """Whether it can be opened here."""
        try:
            self.open().close()
        except VidtagError:
            return False
        return True


def check_detector(name: str, *, registry: Registry | None = None) -> list[Finding]:
    """Hold the detector called `name` against every rule for detectors.

    Args:
        name: what `vidtag scan --plugin` would select.
        registry: the plugins in use; default: those that are installed.

    Returns:
        A finding for each rule. Rules that cannot be judged are left out: all others where it
        does not open, those about scores where its input size is not usable.

    Raises:
        UnknownNameError: nobody offers it.
        PluginConflictError: two plugins offer the same name.
    """
    source = Source(registry or Registry.load(), name)
    offers = source.registry.detectors()
    if name not in offers:
        raise UnknownNameError("detector", name, offers)
    subject = f"detector {name}"
    with watch() as first:
        try:
            detector = source.open()
        except Exception as error:  # noqa: BLE001  whatever a plugin raises is its finding
            return [OPENS.verdict(subject, [describe(error)])]
        findings = [OPENS.verdict(subject, []), *_try(subject, Declared(source.info, detector))]
    with watch() as second:
        if declared.has_usable_size(detector):
            findings += [rule.judge(subject, source) for rule in (REOPENS, TOGETHER)]
    # Imports happen the first time only: what they print, warn of and set is not judged.
    seen = (replace(first, output="", warnings=[], variables=[]), second)
    return [*findings, NO_SIDE_EFFECTS.judge(subject, seen)]


def _try(subject: str, opened: Declared) -> Iterator[Finding]:
    says = [rule.judge(subject, opened) for rule in declared.RULES]
    yield from says
    if opened.info.space or isinstance(opened.detector, Recognizer):
        yield recognizing.SPACE.judge(subject, opened)
    if declared.has_usable_size(opened.detector):
        trial = _trial(opened.detector)
        yield from (rule.judge(subject, trial) for rule in scoring.RULES)
        yield scoring.measure_speed(subject, trial)
        if isinstance(opened.detector, Recognizer):
            meeting = Meeting(opened.detector, trial.crops)
            yield from (rule.judge(subject, meeting) for rule in recognizing.RULES)
    yield CLOSES.judge(subject, opened.detector)


def _trial(detector: Detector) -> Trial:
    return Trial(detector, example_crops(detector.input_size))


def _closes(detector: Detector) -> Iterator[str]:
    detector.close()
    yield from ()


def _reopens(source: Source) -> Iterator[str]:
    first, second = _scores(source), _scores(source)
    yield from scoring.differences(second, first, "by one opened again")


def _together(source: Source) -> Iterator[str]:
    others = source.siblings()
    if not others:
        return
    with _all_open(source.registry, [source.name, *others]) as detectors:
        shared = _scores_of(source.name, detectors)
    how = f"by one opened together with {', '.join(others)}"
    yield from scoring.differences(shared, _scores(source), how)


def _scores(source: Source) -> Scores:
    with _all_open(source.registry, [source.name]) as [detector]:
        return _trial(detector).score()


def _scores_of(name: str, detectors: list[Detector]) -> Scores:
    """The columns of the head called `name`."""
    for detector in detectors:
        column = 0
        for head in detector.heads:
            if head.identity.name == name:
                return _trial(detector).score()[:, column : column + len(head.labels)]
            column += len(head.labels)
    raise AssertionError(f"the registry opened {name} without its head")


@contextmanager
def _all_open(registry: Registry, names: list[str]) -> Iterator[list[Detector]]:
    with ExitStack() as stack:
        detectors = registry.open_detectors(names, SETTINGS)
        for detector in detectors:
            stack.callback(detector.close)
        yield detectors


def _side_effects(seen: tuple[SideEffects, ...]) -> Iterator[str]:
    yield from dict.fromkeys(problem for effects in seen for problem in effects.problems())


OPENS: Rule[Source] = Rule("opens", "what is offered can be opened", lambda _: ())
CLOSES: Rule[Detector] = Rule("closes", "it can be closed", _closes)
REOPENS: Rule[Source] = Rule("opens again", "opened again, it says the same", _reopens)
TOGETHER: Rule[Source] = Rule(
    "together", "opened with others of its plugin, it says the same", _together
)
NO_SIDE_EFFECTS: Rule[tuple[SideEffects, ...]] = Rule(
    "no side effects", "it prints, writes, changes and fetches nothing", _side_effects
)
