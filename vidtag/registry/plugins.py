"""The plugins that are installed: found, loaded, and called one at a time.

One at a time, so that the failure of one stays one plugin's: it is named in a logged warning, and
the rest works.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

import pluggy

from vidtag import hookspecs
from vidtag.errors import PluginConflictError, UnknownNameError
from vidtag.text import one_line

log = logging.getLogger(__name__)

GROUP = "vidtag"
BUNDLED_DISTRIBUTION = "vidtag"

T = TypeVar("T")


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


class Plugins:
    """Every plugin that was found, and the hooks of those in use."""

    def __init__(self) -> None:
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        self._records: dict[str, PluginRecord] = {}

    @property
    def records(self) -> tuple[PluginRecord, ...]:
        """Every plugin, in use or not."""
        return tuple(self._records.values())

    def find(self, *, disabled: Collection[str], third_party: bool) -> None:
        """Load those that are installed.

        Args:
            disabled: names of plugins to leave out.
            third_party: whether to use plugins that do not ship with vidtag.

        Raises:
            UnknownNameError: `disabled` names a plugin that is not installed.
            PluginConflictError: two have the same name.
        """
        found = sorted(entry_points(group=GROUP), key=_bundled_first)
        for name in disabled:
            if name not in {point.name for point in found}:
                raise UnknownNameError("plugin", name, (point.name for point in found))
        for point in found:
            wanted = third_party or _is_bundled(point)
            self._add(point, disabled=point.name in disabled or not wanted)

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
            self.blame(record.name, described(error))

    def blame(self, name: str, problem: str) -> None:
        """Note what is wrong with a plugin, and warn of it once."""
        if self._records[name].problem != problem:
            self._records[name] = replace(self._records[name], problem=problem)
            log.warning("%s", self._records[name].warning)

    def with_hook(self, hook: str) -> list[str]:
        """Names of the plugins in use that implement `hook`, in the order of asking."""
        implementations = getattr(self._manager.hook, hook).get_hookimpls()
        names = {implementation.plugin_name for implementation in implementations}
        return [name for name in self._records if name in names]

    def call(self, plugin: str, hook: str, **arguments: object) -> Iterable[Any]:
        """What `hook` of one plugin alone returns, as it returned it; nothing for `None`."""
        others = [p for n, p in self._manager.list_name_plugin() if n != plugin and p is not None]
        caller = self._manager.subset_hook_caller(hook, remove_plugins=others)
        results = caller(**arguments)
        return results[0] if results else ()

    def guarded(self, plugin: str, call: Callable[[], T]) -> T | None:
        """What `call` returns; if it raises, that is the fault of `plugin`, and `None`."""
        try:
            return call()
        except Exception as error:
            log.debug("plugin %s failed", plugin, exc_info=True)
            self.blame(plugin, described(error))
            return None


def _bundled_first(point: EntryPoint) -> tuple[bool, str]:
    return (not _is_bundled(point), point.name)


def _is_bundled(point: EntryPoint) -> bool:
    return _distribution(point) == BUNDLED_DISTRIBUTION


def _distribution(point: EntryPoint) -> str:
    return point.dist.name if point.dist else ""


def described(error: BaseException) -> str:
    """An exception in one line."""
    text = one_line(str(error)).strip()
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
