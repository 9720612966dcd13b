"""Insert-or-replace, which SQLite and PostgreSQL spell alike and SQLAlchemy keeps apart."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows; where the primary key is there already, replace the other columns."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key.columns]
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # costs 5 MB, which a SQLite hub does not pay

        theirs = postgresql.insert(table)
        values = {name: theirs.excluded[name] for name in rows[0] if name not in keys}
        connection.execute(theirs.on_conflict_do_update(index_elements=keys, set_=values), list(rows))
        return
    ours = sqlite.insert(table)
    values = {name: ours.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(ours.on_conflict_do_update(index_elements=keys, set_=values), list(rows))
