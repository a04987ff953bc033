"""What Alembic runs: the migrations, on the connection and in the transaction it is given.

For a new revision, change `vidtag/store/schema.py` and run, with `VIDTAG_DB` naming a scratch
database at the last revision:

    alembic -c migrations/alembic.ini revision --autogenerate --rev-id 0003 -m "what changes"

A revision that changes a table under a view drops the view first and makes it again.
"""

from __future__ import annotations

import os
from contextlib import closing

from alembic import context
from sqlalchemy import Connection

from vidtag.store.schema import VERSION_TABLE, metadata
from vidtag.store.sessions import connect, parse


def migrate(connection: Connection) -> None:
    """Run the migrations that were asked for."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table=VERSION_TABLE,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    url = parse(os.environ.get("VIDTAG_DB", "vidtag.db"))
    sessions = connect(url, mode="rwc", foreign_keys=False)
    with closing(sessions), sessions.writing() as own:
        migrate(own)
