"""Everything that goes by one name, checked."""

from __future__ import annotations

from vidtag.contract.detectors import check_detector
from vidtag.contract.findings import Finding
from vidtag.contract.listing import check_listing
from vidtag.contract.reporters import check_exporter, check_reporter
from vidtag.errors import PluginError, UnknownNameError, UsageError
from vidtag.registry import Registry


def check(name: str, *, registry: Registry | None = None) -> list[Finding]:
    """Hold what is called `name` against every rule of the contract.

    Args:
        name: of a detector, a reporter, an exporter, or a plugin: then all its offers are checked.
        registry: the plugins in use; default: those that are installed.

    Returns:
        The findings: of the plugins concerned, then of detectors, of reporters, of exporters.

    Raises:
        UnknownNameError: nothing is called that.
        PluginError: the plugin called that does not work.
        UsageError: the plugin called that is left out.
        PluginConflictError: two plugins offer the same name.
    """
    registry = registry or Registry.load()
    detectors, reporters = registry.detectors(), registry.reporters()
    _require_known(name, registry)
    chosen = {n: o.plugin for n, o in detectors.items() if name in (n, o.plugin)}
    formats = {n: o.plugin for n, o in reporters.items() if name in (n, o.plugin)}
    exports = {n: o.plugin for n, o in registry.exporters().items() if name in (n, o.plugin)}
    plugins = [record.name for record in registry.plugins if record.name == name]
    findings: list[Finding] = []
    for plugin in dict.fromkeys((*plugins, *chosen.values(), *formats.values(), *exports.values())):
        findings += check_listing(plugin, registry=registry)
    for detector in chosen:
        findings += check_detector(detector, registry=registry)
    for reporter in formats:
        findings += check_reporter(reporter, registry=registry)
    for exporter in exports:
        findings += check_exporter(exporter, registry=registry)
    return findings


def _require_known(name: str, registry: Registry) -> None:
    records = {record.name: record for record in registry.plugins}
    if name in records and (problem := records[name].problem):
        raise PluginError(f"plugin {name!r} is not in use: {problem}")
    if name in records and records[name].disabled:
        raise UsageError(f"plugin {name!r} is left out", hint="run again without leaving it out")
    known = {*records, *registry.detectors(), *registry.reporters(), *registry.exporters()}
    if name not in known:
        raise UnknownNameError("detector, reporter, exporter or plugin", name, known)
