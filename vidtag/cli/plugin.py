"""`vidtag plugin`: start a plugin of your own, and hold any plugin against the contract."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidtag.cli.state import State, common_options, echo_json, pass_state
from vidtag.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vidtag.contract import Finding
    from vidtag.registry import Registry


@click.group("plugin", short_help="Start a plugin of your own, or check one.")
@common_options
def command() -> None:
    """Start a plugin of your own, or check any against the contract.

    \b
    Examples:
      vidtag plugin new my-detector
      vidtag plugin check my-detector
    """


@command.command(short_help="Write a plugin project that works.")
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path(),
    help="Folder to make it in.  [default: the current one]",
)
@click.option("--author", metavar="NAME", help="For licence and package: 'Name <address>'.")
@common_options
@pass_state
def new(state: State, *, name: str, into: Path, author: str | None) -> None:
    """Write a plugin project that works, in the new folder vidtag-NAME, and print its path.

    \b
    Examples:
      vidtag plugin new my-detector
      vidtag plugin new my-detector --author 'Ada Lovelace <ada@example.org>'
    """
    from vidtag.scaffold import new_plugin

    folder = new_plugin(name, into=into, author=author, taken=_taken(state.registry))
    click.echo(folder)
    state.say(f"next: cd {shlex.quote(str(folder))} && pip install -e '.[dev]' && pytest")


@command.command(short_help="Hold a plugin against the contract.")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
@pass_state
def check(state: State, *, name: str, as_json: bool) -> None:
    """Check what NAME, a detector, reporter, exporter or plugin, does against the contract.

    Of a plugin, all that it offers is checked. Speed is measured and not judged. Exit code 1 if any
    rule is broken.

    \b
    Examples:
      vidtag plugin check my-detector
      vidtag plugin check my-detector --json | jq '.findings[] | select(.passed | not)'
    """
    from vidtag import contract

    findings = contract.check(name, registry=state.registry)
    failed = sum(not finding.passed for finding in findings)
    if as_json:
        values = [asdict(finding) for finding in findings]
        echo_json({"name": name, "passed": not failed, "findings": values})
    else:
        click.echo(_as_text(findings))
    if failed:
        raise PluginError(
            f"{name}: {failed} of {len(findings)} checks failed",
            hint="docs/plugins.md explains the rules",
        )


def _taken(registry: Registry) -> set[str]:
    offered = {*registry.detectors(), *registry.reporters()}
    offered |= {*registry.exporters(), *registry.fetchers()}
    return offered | {record.name for record in registry.plugins}


def _as_text(findings: Sequence[Finding]) -> str:
    from vidtag.cli.format import table

    rows = [
        (one.subject, one.check, "passed" if one.passed else "FAILED", one.message)
        for one in findings
    ]
    return table(rows, header=("SUBJECT", "CHECK", "RESULT", ""))
