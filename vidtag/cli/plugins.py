"""`vidtag plugins`: what is installed, what each offers, where it comes from."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

from vidtag.cli.state import State, common_options, echo_json, pass_state, readable
from vidtag.errors import UnknownNameError

if TYPE_CHECKING:
    from vidtag.models import ModelFolder
    from vidtag.registry import Offer, PluginRecord, Registry
    from vidtag.types import DetectorInfo

_CARDS = ("card.html", "card.md")  # the first that is there is shown


@click.command("plugins", short_help="Detectors, reporters and fetchers at hand.")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, with all figures.")
@common_options
@pass_state
def command(state: State, *, name: str | None, as_json: bool) -> None:
    """Show the plugins: what each offers, and where it comes from.

    With NAME, show all that is known of that detector: its figures, thresholds, what it has learnt
    from, and where its model card is.

    \b
    Examples:
      vidtag plugins
      vidtag plugins ross
      vidtag plugins --json | jq '.detectors[].name'
    """
    from vidtag.cli.plugins_output import detector_as_text, inventory_as_text

    value = _inventory(state.registry) if name is None else _in_full(state.registry, name)
    if as_json:
        echo_json(value)
    else:
        as_text = inventory_as_text if name is None else detector_as_text
        click.echo(as_text(value, _terminal_width()))


def _terminal_width() -> int | None:
    """Columns of the terminal; `None` where the reader is a program, which cuts lines itself."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _inventory(registry: Registry) -> dict[str, Any]:
    # Asking for what is offered may find that a plugin does not work: ask before listing them.
    detectors = [_detector(offer) for offer in registry.detectors().values()]
    reporters = [
        {"name": name, "plugin": offer.plugin, "suffix": offer.item.suffix}
        for name, offer in registry.reporters().items()
    ]
    exporters = [
        {"name": name, "plugin": offer.plugin, "suffix": offer.item.suffix}
        for name, offer in registry.exporters().items()
    ]
    fetchers = [
        {"name": name, "plugin": offer.plugin} for name, offer in registry.fetchers().items()
    ]
    return {
        "plugins": [_record(record) for record in registry.plugins],
        "detectors": detectors,
        "reporters": reporters,
        "exporters": exporters,
        "fetchers": fetchers,
    }


def _detector(offer: Offer[DetectorInfo]) -> dict[str, Any]:
    return {
        "name": offer.item.name,
        "plugin": offer.plugin,
        "labels": offer.item.labels,
        "version": offer.item.version,
        "region": offer.item.region,
        "summary": offer.item.summary,
        "source": offer.item.source,
        "figures": dict(offer.item.figures),
    }


def _in_full(registry: Registry, name: str) -> dict[str, Any]:
    """One detector with the manifest and the card of its model, if it has one.

    Raises:
        UnknownNameError: nobody offers it.
    """
    offers = registry.detectors()
    if name not in offers:
        raise UnknownNameError("detector", name, offers)
    detector = _detector(offers[name])
    model = _model(detector["source"])
    if model is None:
        return {**detector, "model": None, "card": None}
    cards = [model.path / card for card in _CARDS if (model.path / card).is_file()]
    return {
        **detector,
        "model": model.manifest.to_table(),
        "card": readable(cards[0]) if cards else None,
    }


def _model(source: str) -> ModelFolder | None:
    """The model folder that a detector names as its source; a recognizer names a backbone."""
    from vidtag.models import list_models

    models = [*list_models("classifier"), *list_models("backbone")]
    return next((model for model in models if str(model.path) == source), None)


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
