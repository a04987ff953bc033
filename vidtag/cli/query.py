"""`vidtag query`: when and in which scenes something holds, or ad-hoc SQL."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from vidtag import errors
from vidtag.cli import query_output, sql_output
from vidtag.cli.durations import microseconds
from vidtag.cli.query_output import By
from vidtag.cli.selecting import (
    detector_option,
    episode_options,
    no_corrections_option,
    path_option,
)
from vidtag.cli.state import State, common_options, echo_json, pass_state
from vidtag.errors import QueryError, UsageError

if TYPE_CHECKING:
    from vidtag.report.searching import Look, SearchResult

ROWS = 1000  # of SQL, unless --limit says otherwise
TIMEOUT_S = 30.0
SEARCH_ONLY = (
    "series", "season", "episode", "path", "detectors", "no_corrections", "gap_us", "least_us",
    "by",
)  # fmt: skip
SQL_ONLY = ("as_csv", "timeout_us")


@click.command("query", short_help="When and in which scenes somebody is there, with whom.")
@click.argument("query", required=False)
@click.option("--sql", metavar="STATEMENT", help="Run this SQL instead; it can only read.")
@episode_options
@path_option
@detector_option
@no_corrections_option
@click.option(
    "--merge-gaps",
    "gap_us",
    type=microseconds,
    default="0s",
    metavar="TIME",
    help="Join segments at most this far apart, such as 1s.",
)
@click.option(
    "--at-least",
    "least_us",
    type=microseconds,
    default="0s",
    metavar="TIME",
    help="Leave out shorter segments, such as 2s, 500ms or 1:30.",
)
@click.option(
    "--by",
    type=click.Choice(["segment", "scene", "episode"]),
    default="segment",
    show_default=True,
    help="What to list.",
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="List the first N only.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print as CSV; with --sql only.")
@click.option(
    "--timeout",
    "timeout_us",
    type=microseconds,
    metavar="TIME",
    help="Stop the SQL after this time.  [default: 30s]",
)
@common_options
@pass_state
def command(
    state: State,
    *,
    query: str | None,
    sql: str | None,
    series: str | None,
    season: int | None,
    episode: int | None,
    path: Path | None,
    detectors: tuple[str, ...],
    no_corrections: bool,
    gap_us: int,
    least_us: int,
    by: By,
    limit: int | None,
    as_json: bool,
    as_csv: bool,
    timeout_us: int | None,
) -> int:
    """When, and in which scenes, QUERY holds.

    A query is made of names, and, or, not, parentheses, `alone` (and nobody else who is known),
    `with`, and `anyone`. Names with blanks stand in quotes; capital letters do not matter. `with`
    binds closest, then alone, not, and, or. Where nobody looked for somebody, neither the name nor
    its opposite holds. Exit code 0 also if it holds nowhere.

    \b
    Examples:
      vidtag query "ross and rachel and not monica"
      vidtag query "ross with rachel alone" --series Friends --season 3 --at-least 2s
      vidtag query "'Ross Geller' or (joey and not chandler)" --by scene --json
      vidtag query "anyone" --by episode --merge-gaps 1s
      vidtag query --sql "select label, sum(screen_time_s) from screen_time group by label"
    """
    if sql is not None:
        _refuse_ignored(["query", *SEARCH_ONLY], "not used with --sql; say it in the SQL")
        _run_sql(state, sql, as_json=as_json, as_csv=as_csv, limit=limit, timeout_us=timeout_us)
        return errors.EXIT_OK
    _refuse_ignored(SQL_ONLY, "for --sql only")
    if query is None:
        raise UsageError("expected a query, or --sql", hint='try: vidtag query "ross and rachel"')
    from vidtag.report.searching import Look

    look = Look(
        series=series,
        season=season,
        episode=episode,
        path=path,
        detectors=detectors,
        correct=not no_corrections,
        gap_us=gap_us,
        least_us=least_us,
    )
    try:
        result = _search(state, query, look)
    except QueryError as error:
        return _point_at(state, error)
    _say_what_is_unknown(state, result)
    if as_json:
        echo_json(query_output.as_dict(query, result, by=by, limit=limit))
    else:
        click.echo(query_output.as_text(result, by=by, limit=limit))
    return errors.EXIT_OK


def _refuse_ignored(names: Collection[str], why: str) -> None:
    """Refuse options that were given and would have no effect."""
    context = click.get_current_context()
    for parameter in context.command.params:
        source = context.get_parameter_source(str(parameter.name))
        if parameter.name in names and source is not ParameterSource.DEFAULT:
            name = "a query" if parameter.name == "query" else parameter.opts[0]
            raise UsageError(f"{name} is {why}")


def _search(state: State, query: str, look: Look) -> SearchResult:
    from vidtag.cli.stored import nothing_fits
    from vidtag.query import parse
    from vidtag.report.searching import search

    expression = parse(query)  # its mistakes are told before the database's
    with state.open_database(readonly=True) as database:
        result = search(database, expression, look)
        if not result.searched:
            raise nothing_fits(database, state.db_shown)
    return result


def _point_at(state: State, error: QueryError) -> int:
    """Say what is wrong with the query, and show where."""
    if state.debug:
        raise error
    state.say_error(str(error))
    if error.query.strip():
        width = shutil.get_terminal_size().columns
        click.echo(query_output.pointed_at(error, width=width), err=True)
    return error.exit_code


def _say_what_is_unknown(state: State, result: SearchResult) -> None:
    for name, count in result.not_looked_for.items():
        state.say(f"{name}: not looked for in {count} of {result.searched} videos")


def _run_sql(
    state: State,
    statement: str,
    *,
    as_json: bool,
    as_csv: bool,
    limit: int | None,
    timeout_us: int | None,
) -> None:
    if as_json and as_csv:
        raise UsageError("expected --json or --csv, not both")
    timeout_s = TIMEOUT_S if timeout_us is None else timeout_us / 1e6
    with state.open_database(readonly=True) as database:
        result = database.sql(statement, timeout_s=timeout_s, max_rows=limit or ROWS)
    if as_json:
        echo_json(sql_output.as_dict(result))
    elif as_csv:
        click.echo(sql_output.as_csv(result), nl=False)
    else:
        click.echo(sql_output.as_text(result))
    if not result.complete:
        state.say(f"the first {len(result.rows)} rows only; more with --limit")
