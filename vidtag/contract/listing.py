"""The rule for plugins: to list what one offers costs nearly nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from vidtag.contract.findings import Finding, Rule
from vidtag.errors import UnknownNameError
from vidtag.registry import PluginRecord, Registry

HEAVY = ("numpy", "cv2", "onnxruntime", "tensorflow", "keras", "torch", "jax", "av", "scipy")
TIMEOUT_S = 60

# Run in a process of its own, where nobody has imported anything heavy before.
_LISTING = f"""
import sys
from importlib.metadata import EntryPoint
from vidtag.registry import GROUP, Registry
registry = Registry()
name, module = sys.argv[1:]
registry.register(EntryPoint(name, module, GROUP).load(), name)
for offered in (
    registry.detectors, registry.reporters, registry.exporters, registry.fetchers
):
    offered()
[record] = registry.plugins
if record.problem:
    sys.exit(record.problem)
print(*(name for name in {HEAVY!r} if name in sys.modules))
"""


@dataclass(frozen=True, slots=True)
class _Listing:
    """How a process that lists a plugin's offers went."""

    failed: bool
    imported: tuple[str, ...]  # heavy libraries
    said: str  # everything printed beside that


def check_listing(plugin: str, *, registry: Registry | None = None) -> list[Finding]:
    """Check that importing and listing the plugin called `plugin` imports nothing heavy.

    Args:
        plugin: the name of its entry point.
        registry: the plugins in use; default: those that are installed.

    Raises:
        UnknownNameError: there is no such plugin.
    """
    records = {record.name: record for record in (registry or Registry.load()).plugins}
    if plugin not in records:
        raise UnknownNameError("plugin", plugin, records)
    return [CHEAP.judge(f"plugin {plugin}", records[plugin])]


def _problems(record: PluginRecord) -> Iterator[str]:
    listing = _list_alone(record)
    if listing.failed:
        yield f"it cannot be listed: {listing.said}"
        return
    if listing.imported:
        yield (
            f"it imports {', '.join(listing.imported)} to be listed: "
            "do so inside vidtag_open_detectors"
        )
    if listing.said:
        yield f"it printed {listing.said!r}"


def _list_alone(record: PluginRecord) -> _Listing:
    done = subprocess.run(  # noqa: S603  this Python, on a plugin that is in use anyway
        [sys.executable, "-c", _LISTING, record.name, record.module],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        timeout=TIMEOUT_S,
        check=False,
    )
    *printed, last = done.stdout.splitlines() or [""]
    said = done.stderr.strip().splitlines()[-1:] or printed[:1]
    return _Listing(done.returncode != 0, tuple(last.split()), " ".join(said))


CHEAP: Rule[PluginRecord] = Rule("cheap listing", "listing it imports nothing heavy", _problems)
