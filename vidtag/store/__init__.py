"""The database: what was found on which frame, kept in SQLite or PostgreSQL.

The only room that opens database sessions. It returns the values of `vidtag.types`.
"""

from __future__ import annotations

from vidtag.store.database import Database
from vidtag.store.inspection import DatabaseInfo
from vidtag.store.migrate import Upgrade, upgrade
from vidtag.store.sessions import wal_is_safe
from vidtag.store.sql import SqlResult

__all__ = ["Database", "DatabaseInfo", "SqlResult", "Upgrade", "upgrade", "wal_is_safe"]
