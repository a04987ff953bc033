"""The plugin manager: finds plugins, and is the one typed place that calls their hooks.

A plugin that fails, on import or in a hook, is named in a logged warning and the rest works. Two
plugins that offer the same name are an error, since guessing would make results depend on chance.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import pluggy

from vidtag import hookspecs
from vidtag.errors import (
    FetchError,
    PluginConflictError,
    PluginError,
    UnknownNameError,
    VidtagError,
)
from vidtag.text import one_line
from vidtag.types import Detector, DetectorInfo, Exporter, Fetcher, Reporter, Settings

if TYPE_CHECKING:
    import click

log = logging.getLogger(__name__)

GROUP = "vidtag"
BUNDLED_DISTRIBUTION = "vidtag"

T = TypeVar("T")


class Named(Protocol):
    """What plugins offer has a name."""

    @property
    def name(self) -> str:
        """Unique among all plugins."""


N = TypeVar("N", bound=Named)


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginRecord:
    """One plugin that was found: where it comes from, and why it is not in use if it is not."""

    name: str
    module: str
    distribution: str = ""
    version: str = ""
    problem: str = ""  # empty when it works
    disabled: bool = False

    @property
    def bundled(self) -> bool:
        """Whether it ships with vidtag."""
        return self.distribution == BUNDLED_DISTRIBUTION

    @property
    def warning(self) -> str:
        """What to tell the person when it does not work."""
        return (
            f"plugin {self.name!r} is not in use: {self.problem}; "
            f"silence this with --disable-plugin {self.name}"
        )


@dataclass(frozen=True, slots=True)
class Offer(Generic[N]):
    """Something a plugin offers, with the plugin's name."""

    plugin: str
    item: N


class Registry:
    """The plugins in use.

    Make one with `Registry.load`; tests may `register` modules or objects directly.
    """

    def __init__(self) -> None:
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._records: dict[str, PluginRecord] = {}

    @classmethod
    def load(cls, *, disabled: Collection[str] = (), third_party: bool = True) -> Registry:
        """Find the installed plugins.

        Args:
            disabled: names of plugins to leave out.
            third_party: whether to use plugins that do not ship with vidtag.

        Raises:
            UnknownNameError: `disabled` names a plugin that is not installed.
        """
        found = sorted(entry_points(group=GROUP), key=_bundled_first)
        for name in disabled:
            if name not in {point.name for point in found}:
                raise UnknownNameError("plugin", name, (point.name for point in found))
        registry = cls()
        for point in found:
            wanted = third_party or _is_bundled(point)
            registry._add(point, disabled=point.name in disabled or not wanted)
        return registry

    def register(self, plugin: object, name: str) -> None:
        """Use `plugin`, a module or object with hook implementations, under `name`."""
        record = PluginRecord(name=name, module=getattr(plugin, "__name__", repr(plugin)))
        self._records[name] = record
        self._attach(record, lambda: plugin)

    def _add(self, point: EntryPoint, *, disabled: bool) -> None:
        if point.name in self._records:
            first = self._records[point.name]
            raise PluginConflictError(
                f"two plugins are called {point.name!r}: {first.distribution} and "
                f"{_distribution(point)}",
                hint=f"uninstall one, or leave both out with --disable-plugin {point.name}",
            )
        record = PluginRecord(
            name=point.name,
            module=point.value,
            distribution=_distribution(point),
            version=point.dist.version if point.dist else "",
            disabled=disabled,
        )
        self._records[point.name] = record
        if not disabled:
            self._attach(record, point.load)

    def _attach(self, record: PluginRecord, load: Callable[[], object]) -> None:
        """Load and register one plugin; whatever it raises becomes its `problem`."""
        try:
            plugin = load()
            self._manager.register(plugin, name=record.name)
            self._manager.check_pending()
        except Exception as error:
            log.debug("plugin %s failed to load", record.name, exc_info=True)
            if self._manager.has_plugin(record.name):
                self._manager.unregister(name=record.name)
            self._fail(record.name, _described(error))

    def _fail(self, name: str, problem: str) -> None:
        if self._records[name].problem != problem:
            self._records[name] = replace(self._records[name], problem=problem)
            log.warning("%s", self._records[name].warning)

    # --- what is there ---

    @property
    def plugins(self) -> tuple[PluginRecord, ...]:
        """Every plugin that was found, in use or not."""
        return tuple(self._records.values())

    def detectors(self) -> Mapping[str, Offer[DetectorInfo]]:
        """Every detector by name."""
        return self._offers("detector", self._manager.hook.vidtag_detectors, DetectorInfo)

    def reporters(self) -> Mapping[str, Offer[Reporter]]:
        """Every reporter by name."""
        return self._offers("reporter", self._manager.hook.vidtag_reporters, Reporter)

    def exporters(self) -> Mapping[str, Offer[Exporter]]:
        """Every exporter by name."""
        return self._offers("exporter", self._manager.hook.vidtag_exporters, Exporter)

    def fetchers(self) -> Mapping[str, Offer[Fetcher]]:
        """Every fetcher by name, in the order in which they are asked."""
        return self._offers("fetcher", self._manager.hook.vidtag_fetchers, Fetcher)

    # --- use of it ---

    def open_detectors(self, names: Sequence[str], settings: Settings) -> list[Detector]:
        """Open the detectors called `names`; the caller closes each.

        Raises:
            UnknownNameError: nobody offers one of `names`.
            PluginError: a plugin failed, or did not open what it offers.
            ModelError: a model folder is missing or damaged.
        """
        offers = self.detectors()
        for name in names:
            if name not in offers:
                raise UnknownNameError("detector", name, offers)
        with ExitStack() as opened:
            detectors: list[Detector] = []
            for plugin in dict.fromkeys(offers[name].plugin for name in names):
                own = tuple(dict.fromkeys(n for n in names if offers[n].plugin == plugin))
                for detector in self._open(plugin, own, settings):
                    opened.callback(detector.close)
                    detectors.append(detector)
            opened.pop_all()
        return detectors

    def _open(self, plugin: str, names: tuple[str, ...], settings: Settings) -> list[Detector]:
        try:
            detectors = list(
                self._of(plugin, self._manager.hook.vidtag_open_detectors)(
                    names=names, settings=settings
                )
            )
        except VidtagError:
            raise
        except Exception as error:
            raise PluginError(
                f"plugin {plugin!r} could not open {', '.join(names)}: {_described(error)}",
                hint="run again with --debug for the traceback",
            ) from error
        served = [head.identity.name for detector in detectors for head in detector.heads]
        if sorted(served) != sorted(names):
            raise PluginError(
                f"plugin {plugin!r} was asked for {', '.join(names)} "
                f"and opened {', '.join(served) or 'nothing'}",
                hint="this is a defect of the plugin: tell its author",
            )
        return detectors

    def reporter(self, name: str) -> Reporter:
        """The reporter called `name`.

        Raises:
            UnknownNameError: nobody offers it.
        """
        return _pick("format", name, self.reporters())

    def exporter(self, name: str) -> Exporter:
        """The exporter called `name`.

        Raises:
            UnknownNameError: nobody offers it.
        """
        return _pick("format", name, self.exporters())

    def fetcher(self, url: str, name: str | None = None) -> Fetcher:
        """The fetcher called `name`, or the first that accepts `url`.

        Raises:
            UnknownNameError: nobody offers `name`.
            FetchError: nobody accepts `url`.
        """
        offers = self.fetchers()
        if name is not None:
            return _pick("fetcher", name, offers)
        for offer in offers.values():
            if offer.item.accepts(url):
                return offer.item
        raise FetchError(f"no fetcher accepts {url!r}", hint="addresses start with http or https")

    def add_commands(self, cli: click.Group) -> None:
        """Let plugins add their commands to `cli`."""
        hook = self._manager.hook.vidtag_commands
        for plugin in self._implementers(hook):
            self._guarded(plugin, partial(self._of(plugin, hook), cli=cli))

    # --- calling hooks one plugin at a time, so that one failure stays one plugin's ---

    def _offers(self, kind: str, hook: pluggy.HookCaller, protocol: type[N]) -> dict[str, Offer[N]]:
        offers: dict[str, Offer[N]] = {}
        for plugin in self._implementers(hook):
            for item in self._guarded(plugin, partial(self._list, plugin, hook)) or ():
                if isinstance(item, protocol):
                    _add_offer(offers, kind, Offer(plugin, item))
                else:
                    self._fail(plugin, f"it offers {item!r} as a {kind}, which does not fit")
        return offers

    def _list(self, plugin: str, hook: pluggy.HookCaller) -> list[object]:
        return list(self._of(plugin, hook)())

    def _guarded(self, plugin: str, call: Callable[[], T]) -> T | None:
        try:
            return call()
        except Exception as error:
            log.debug("plugin %s failed", plugin, exc_info=True)
            self._fail(plugin, _described(error))
            return None

    def _implementers(self, hook: pluggy.HookCaller) -> list[str]:
        names = {implementation.plugin_name for implementation in hook.get_hookimpls()}
        return [name for name in self._records if name in names]

    def _of(self, plugin: str, hook: pluggy.HookCaller) -> Callable[..., Iterable[Any]]:
        """`hook` of one plugin alone; its result comes as that plugin returned it."""
        others = [p for n, p in self._manager.list_name_plugin() if n != plugin and p is not None]
        caller = self._manager.subset_hook_caller(hook.name, remove_plugins=others)

        def call(**arguments: object) -> Iterable[Any]:
            results = caller(**arguments)
            return results[0] if results else ()

        return call


def _pick(kind: str, name: str, offers: Mapping[str, Offer[N]]) -> N:
    if name not in offers:
        raise UnknownNameError(kind, name, offers)
    return offers[name].item


def _add_offer(offers: dict[str, Offer[N]], kind: str, offer: Offer[N]) -> None:
    name = offer.item.name
    if name in offers:
        raise PluginConflictError(
            f"{kind} {name!r} is offered twice: by plugin {offers[name].plugin!r} "
            f"and by plugin {offer.plugin!r}",
            hint=f"leave one out with --disable-plugin {offer.plugin}",
        )
    offers[name] = offer


def _bundled_first(point: EntryPoint) -> tuple[bool, str]:
    return (not _is_bundled(point), point.name)


def _is_bundled(point: EntryPoint) -> bool:
    return _distribution(point) == BUNDLED_DISTRIBUTION


def _distribution(point: EntryPoint) -> str:
    return point.dist.name if point.dist else ""


def _described(error: BaseException) -> str:
    text = one_line(str(error)).strip()
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
