"""`vidtag db`: look after the database."""

from __future__ import annotations

import dataclasses

import click

from vidtag.cli.state import State, common_options, echo_json, pass_state
from vidtag.errors import StoreError


@click.group("db", short_help="Upgrade, check or describe the database.")
@common_options
def command() -> None:
    """Upgrade, check or describe the database.

    \b
    Examples:
      vidtag db info
      vidtag db upgrade --db postgresql://localhost/vidtag
    """


@command.command()
@common_options
@pass_state
def upgrade(state: State) -> None:
    """Bring the database to this version of vidtag, or make a new one.

    A SQLite file with data is copied beside itself first. What older versions did not store with
    their scans, and reports would work out each time, is worked out once.
    """
    from vidtag import store
    from vidtag.report import complete

    click.echo(f"{state.db_shown}: {store.upgrade(state.db)}")
    with state.open_database() as database:
        completed = complete(database)
    if completed:
        runs = "one older run" if completed == 1 else f"{completed} older runs"
        click.echo(f"{state.db_shown}: worked out the intervals of {runs}")


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
@pass_state
def check(state: State, *, as_json: bool) -> None:
    """Look for damage and contradictions; exit code 1 if there are any."""
    with state.open_database(readonly=True) as database:
        problems = database.check()
    if as_json:
        echo_json({"database": state.db_shown, "problems": problems})
    if problems:
        raise StoreError(
            f"{state.db_shown}: {'; '.join(problems)}", hint="restore a backup, or scan again"
        )
    if not as_json:
        click.echo(f"{state.db_shown}: sound")


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@common_options
@pass_state
def info(state: State, *, as_json: bool) -> None:
    """Describe the database: version, size, what is in it."""
    from vidtag.cli.format import table

    with state.open_database(readonly=True) as database:
        facts = dataclasses.asdict(database.info())
    if as_json:
        echo_json(facts)
        return
    rows = facts.pop("rows", {})
    click.echo(table([(name.replace("_", " "), str(value)) for name, value in facts.items()]))
    click.echo()
    click.echo(table([(name, str(count)) for name, count in rows.items()]))
