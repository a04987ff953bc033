from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import SimpleNamespace

import click
import pytest

from vidtag.errors import FetchError, PluginConflictError, PluginError, UnknownNameError
from vidtag.hookspecs import hookimpl
from vidtag.registry import Registry
from vidtag.types import (
    Detector,
    DetectorIdentity,
    DetectorInfo,
    Head,
    Pictures,
    Region,
    Scores,
    Settings,
    Size,
)


class FakeDetector:
    region: Region = "frame"
    input_size: Size = (2, 2)

    def __init__(self, *names: str) -> None:
        self.closed = 0
        self.heads = tuple(
            Head(
                identity=DetectorIdentity(name=name, version="1", weights_sha256=""),
                labels=(name,),
                thresholds={name: 0.5},
            )
            for name in names
        )

    def score(self, crops: Pictures) -> Scores:
        raise NotImplementedError

    def close(self) -> None:
        self.closed += 1


class FakePlugin:
    """Offers `names`, and opens them in one detector."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.asked: list[tuple[str, ...]] = []
        self.opened: list[FakeDetector] = []

    @hookimpl
    def vidtag_detectors(self) -> Iterable[DetectorInfo]:
        for name in self.names:
            yield DetectorInfo(name=name, summary="", labels=(name,), version="1")

    @hookimpl
    def vidtag_open_detectors(self, names: Sequence[str], settings: Settings) -> Iterable[Detector]:
        self.asked.append(tuple(names))
        self.opened.append(FakeDetector(*names))
        return self.opened[-1:]


def registry(**plugins: object) -> Registry:
    made = Registry()
    for name, plugin in plugins.items():
        made.register(plugin, name)
    return made


def problems(made: Registry) -> list[str]:
    return [record.problem for record in made.plugins if record.problem]


def test_each_plugin_is_asked_once_for_its_own_names() -> None:
    a, b = FakePlugin("ross", "rachel"), FakePlugin("joey")

    opened = registry(a=a, b=b).open_detectors(["ross", "joey", "rachel", "ross"], Settings())

    assert a.asked == [("ross", "rachel")]
    assert b.asked == [("joey",)]
    assert opened == [*a.opened, *b.opened]


def test_unknown_detector_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="unknown detector 'rosss'; did you mean ross"):
        registry(a=FakePlugin("ross")).open_detectors(["rosss"], Settings())


def test_the_same_name_twice_is_an_error_that_names_both() -> None:
    with pytest.raises(PluginConflictError) as caught:
        registry(a=FakePlugin("ross"), b=FakePlugin("ross")).detectors()

    assert str(caught.value) == (
        "detector 'ross' is offered twice: by plugin 'a' and by plugin 'b'; "
        "leave one out with --disable-plugin b"
    )


def test_detectors_opened_so_far_are_closed_when_a_later_plugin_fails() -> None:
    good = FakePlugin("ross")

    class Bad(FakePlugin):
        @hookimpl
        def vidtag_open_detectors(
            self, names: Sequence[str], settings: Settings
        ) -> Iterable[Detector]:
            raise RuntimeError("no\nway")

    with pytest.raises(PluginError, match="'b' could not open joey: RuntimeError: no way"):
        registry(a=good, b=Bad("joey")).open_detectors(["ross", "joey"], Settings())
    assert [detector.closed for detector in good.opened] == [1]


def test_a_plugin_that_does_not_open_what_it_offers_is_told_off() -> None:
    class Lazy(FakePlugin):
        @hookimpl
        def vidtag_open_detectors(
            self, names: Sequence[str], settings: Settings
        ) -> Iterable[Detector]:
            return []

    with pytest.raises(PluginError, match="was asked for ross and opened nothing"):
        registry(a=Lazy("ross")).open_detectors(["ross"], Settings())


def test_a_hook_that_raises_is_one_warning_and_the_rest_works(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken:
        @hookimpl
        def vidtag_detectors(self) -> Iterable[DetectorInfo]:
            raise ZeroDivisionError("oh")

    made = registry(broken=Broken(), good=FakePlugin("ross"))

    assert list(made.detectors()) == ["ross"]
    assert list(made.detectors()) == ["ross"]
    [message] = caplog.messages
    assert message == (
        "plugin 'broken' is not in use: ZeroDivisionError: oh; "
        "silence this with --disable-plugin broken"
    )


def test_a_misspelled_hook_is_caught() -> None:
    class Misspelled:
        @hookimpl
        def vidtag_detectorz(self) -> None: ...

    made = registry(oops=Misspelled(), good=FakePlugin("ross"))

    [problem] = problems(made)
    assert "vidtag_detectorz" in problem
    assert list(made.detectors()) == ["ross"]


def test_something_that_is_no_detector_info_is_refused() -> None:
    class Wrong:
        @hookimpl
        def vidtag_detectors(self) -> Iterable[object]:
            return ["ross"]

    made = registry(wrong=Wrong())

    assert made.detectors() == {}
    assert "it offers 'ross' as a detector, which does not fit" in problems(made)[0]


def test_fetchers_are_asked_in_order() -> None:
    def fetcher(name: str, start: str) -> object:
        return SimpleNamespace(
            name=name, accepts=lambda url: url.startswith(start), fetch=lambda *_: None
        )

    class Plugin:
        @hookimpl
        def vidtag_fetchers(self) -> Iterable[object]:
            return [fetcher("first", "https:"), fetcher("second", "http")]

    made = registry(plugin=Plugin())

    assert made.fetcher("https://a").name == "first"
    assert made.fetcher("http://a").name == "second"
    assert made.fetcher("ftp://a", "first").name == "first"
    with pytest.raises(FetchError, match="no fetcher accepts 'ftp://a'"):
        made.fetcher("ftp://a")
    with pytest.raises(UnknownNameError, match="unknown fetcher 'third'"):
        made.fetcher("http://a", "third")


def test_plugins_add_commands_and_a_failure_stays_theirs() -> None:
    class Good:
        @hookimpl
        def vidtag_commands(self, cli: click.Group) -> None:
            cli.add_command(click.Command("extra"))

    class Bad:
        @hookimpl
        def vidtag_commands(self, cli: click.Group) -> None:
            raise OSError("gone")

    made = registry(bad=Bad(), good=Good())
    group = click.Group()
    made.add_commands(group)

    assert list(group.commands) == ["extra"]
    assert "OSError: gone" in problems(made)[0]
