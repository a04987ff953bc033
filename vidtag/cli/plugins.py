"""`vidtag plugins`: what is installed, what each offers, where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vidtag.cli.state import State, common_options, echo_json, pass_state

if TYPE_CHECKING:
    from vidtag.registry import PluginRecord, Registry


@click.command("plugins", short_help="Detectors, reporters and fetchers at hand.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
@pass_state
def command(state: State, *, as_json: bool) -> None:
    """Show the plugins: what each offers, and where it comes from.

    \b
    Examples:
      vidtag plugins
      vidtag plugins --json | jq '.detectors[].name'
    """
    inventory = _inventory(state.registry)
    if as_json:
        echo_json(inventory)
    else:
        click.echo(_as_text(inventory))


def _inventory(registry: Registry) -> dict[str, Any]:
    # Asking for what is offered may find that a plugin does not work: ask before listing them.
    detectors = [
        {
            "name": name,
            "plugin": offer.plugin,
            "labels": offer.item.labels,
            "version": offer.item.version,
            "region": offer.item.region,
            "summary": offer.item.summary,
            "source": offer.item.source,
            "figures": dict(offer.item.figures),
        }
        for name, offer in registry.detectors().items()
    ]
    reporters = [
        {"name": name, "plugin": offer.plugin, "suffix": offer.item.suffix}
        for name, offer in registry.reporters().items()
    ]
    fetchers = [
        {"name": name, "plugin": offer.plugin} for name, offer in registry.fetchers().items()
    ]
    return {
        "plugins": [_record(record) for record in registry.plugins],
        "detectors": detectors,
        "reporters": reporters,
        "fetchers": fetchers,
    }


def _record(record: PluginRecord) -> dict[str, Any]:
    return {
        "name": record.name,
        "origin": "bundled" if record.bundled else record.distribution,
        "version": record.version,
        "module": record.module,
        "state": _state(record),
        "problem": record.problem,
    }


def _state(record: PluginRecord) -> str:
    if record.problem:
        return "broken"
    return "disabled" if record.disabled else "in use"


def _as_text(inventory: dict[str, Any]) -> str:
    from vidtag.cli.format import table

    detectors = [
        (d["name"], ", ".join(d["labels"]), d["region"], d["version"], d["plugin"], d["summary"])
        for d in inventory["detectors"]
    ]
    plugins = [
        (p["name"], p["origin"], p["version"], p["problem"] or p["state"])
        for p in inventory["plugins"]
    ]
    names = {
        kind: ", ".join(f"{item['name']} ({item['plugin']})" for item in inventory[kind]) or "none"
        for kind in ("reporters", "fetchers")
    }
    return "\n".join(
        (
            table(detectors, header=("DETECTOR", "LABELS", "LOOKS AT", "VERSION", "PLUGIN", "")),
            "",
            f"reporters: {names['reporters']}",
            f"fetchers: {names['fetchers']}",
            "",
            table(plugins, header=("PLUGIN", "FROM", "VERSION", "STATE")),
        )
    )
