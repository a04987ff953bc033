"""What the plugins in use offer, by name.

Two plugins that offer the same name are an error, since guessing would make results depend on
chance.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from vidtag.errors import (
    FetchError,
    PluginConflictError,
    PluginError,
    UnknownNameError,
    VidtagError,
)
from vidtag.registry.plugins import PluginRecord, Plugins, described
from vidtag.types import Detector, DetectorInfo, Exporter, Fetcher, Reporter, Settings

if TYPE_CHECKING:
    import click


class Named(Protocol):
    """What plugins offer has a name."""

    @property
    def name(self) -> str:
        """Unique among all plugins."""


N = TypeVar("N", bound=Named)


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
        self._plugins = Plugins()

    @classmethod
    def load(cls, *, disabled: Collection[str] = (), third_party: bool = True) -> Registry:
        """Find the installed plugins.

        Args:
            disabled: names of plugins to leave out.
            third_party: whether to use plugins that do not ship with vidtag.

        Raises:
            UnknownNameError: `disabled` names a plugin that is not installed.
        """
        registry = cls()
        registry._plugins.find(disabled=disabled, third_party=third_party)
        return registry

    def register(self, plugin: object, name: str) -> None:
        """Use `plugin`, a module or object with hook implementations, under `name`."""
        self._plugins.register(plugin, name)

    @property
    def plugins(self) -> tuple[PluginRecord, ...]:
        """Every plugin that was found, in use or not."""
        return self._plugins.records

    def detectors(self) -> Mapping[str, Offer[DetectorInfo]]:
        """Every detector by name."""
        return self._offers("detector", "vidtag_detectors", DetectorInfo)

    def reporters(self) -> Mapping[str, Offer[Reporter]]:
        """Every reporter by name."""
        return self._offers("reporter", "vidtag_reporters", Reporter)

    def exporters(self) -> Mapping[str, Offer[Exporter]]:
        """Every exporter by name."""
        return self._offers("exporter", "vidtag_exporters", Exporter)

    def fetchers(self) -> Mapping[str, Offer[Fetcher]]:
        """Every fetcher by name, in the order in which they are asked."""
        return self._offers("fetcher", "vidtag_fetchers", Fetcher)

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
                self._plugins.call(plugin, "vidtag_open_detectors", names=names, settings=settings)
            )
        except VidtagError:
            raise
        except Exception as error:
            raise PluginError(
                f"plugin {plugin!r} could not open {', '.join(names)}: {described(error)}",
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
        hook = "vidtag_commands"
        for plugin in self._plugins.with_hook(hook):
            self._plugins.guarded(plugin, partial(self._plugins.call, plugin, hook, cli=cli))

    def _offers(self, kind: str, hook: str, protocol: type[N]) -> dict[str, Offer[N]]:
        offers: dict[str, Offer[N]] = {}
        for plugin in self._plugins.with_hook(hook):
            for item in self._plugins.guarded(plugin, partial(self._list, plugin, hook)) or ():
                if isinstance(item, protocol):
                    _add_offer(offers, kind, Offer(plugin, item))
                else:
                    problem = f"it offers {item!r} as a {kind}, which does not fit"
                    self._plugins.blame(plugin, problem)
        return offers

    def _list(self, plugin: str, hook: str) -> list[object]:
        return list(self._plugins.call(plugin, hook))


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
