"""Writing many rows by few statements.

Django's bulk_create and bulk_update build one long statement of placeholders for each hundred rows: 50,000
changed rows took over a minute, with SQLite's write lock held. Here the driver repeats one prepared statement
on SQLite, and PostgreSQL gets one array for each column. Values are those that Field.get_db_prep_save gives,
JSON as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections, models, router
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

Rows = Sequence[Sequence[Any]]


def connection_for(model: type[models.Model]) -> Any:
    return connections[router.db_for_write(model)]


def insert(model: type[models.Model], fields: Sequence[models.Field], rows: Rows) -> None:
    """Insert rows with the values of these fields, in their order."""
    if not rows:
        return
    connection = connection_for(model)
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names, source = _arrays(fields, connection)
            sql = f"INSERT INTO {table} ({columns}) SELECT {', '.join(names)} FROM {source}"
            cursor.execute(sql, _turned(rows))
        else:
            marks = ", ".join(["%s"] * len(fields))
            _many(cursor, f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)


def update(model: type[models.Model], fields: Sequence[models.Field], rows: Rows) -> None:
    """Change rows: each begins with its primary key, the values of the fields follow."""
    if not rows:
        return
    connection = connection_for(model)
    quote = connection.ops.quote_name
    table, pk = quote(model._meta.db_table), quote(model._meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names, source = _arrays([model._meta.pk, *fields], connection)
            told = zip(fields, names[1:], strict=True)
            changes = ", ".join(f"{quote(field.column)} = {name}" for field, name in told)
            sql = f"UPDATE {table} SET {changes} FROM {source} WHERE {table}.{pk} = {names[0]}"
            cursor.execute(sql, _turned(rows))
        else:
            changes = ", ".join(f"{quote(field.column)} = %s" for field in fields)
            sql = f"UPDATE {table} SET {changes} WHERE {pk} = %s"
            _many(cursor, sql, [(*row[1:], row[0]) for row in rows])


def next_pks(model: type[models.Model], count: int) -> Sequence[int]:
    """Primary keys for so many new rows, to be called in the transaction that inserts them."""
    if not count:
        return ()
    connection = connection_for(model)
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), column, count],
            )
            return [pk for (pk,) in cursor.fetchall()]
        # The write lock is ours from the transaction's start; the counter follows what is inserted.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    last = found[0] if found else 0
    return range(last + 1, last + 1 + count)


def one_at_a_time(model: type[models.Model]) -> None:
    """Wait until no other import of these records is being written; to the end of the transaction.

    Two imports could not see each other's new rows. SQLite has one writer anyway.
    """
    connection = connection_for(model)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import {model._meta.label}"])


def lock_in_order(rows: QuerySet) -> None:
    """Lock rows in the order of their keys, as everybody does who locks many: so none waits for another.

    Nothing on SQLite, where the whole database is ours by then.
    """
    if connections[rows.db].vendor == "postgresql":
        ids = rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
        for _pk in ids.iterator(20_000):
            pass


def _many(cursor: CursorWrapper, sql: str, rows: Iterable[Sequence[Any]]) -> None:
    cursor.executemany(sql, list(rows))


def _turned(rows: Rows) -> list[list[Any]]:
    """One list for each column."""
    return [list(column) for column in zip(*rows, strict=True)]


def _arrays(fields: Sequence[models.Field], connection: Any) -> tuple[list[str], str]:
    """Names of the columns of the arrays, cast where needed, and the arrays as a table."""
    names, arrays = [], []
    for place, field in enumerate(fields):
        kind = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
        # A cast to varchar(80) would cut in silence what is longer: as text it is refused.
        is_text = isinstance(field, (models.CharField, models.TextField, models.JSONField))
        arrays.append(f"%s::{'text' if is_text else kind}[]")
        names.append(f"s.c{place}::jsonb" if isinstance(field, models.JSONField) else f"s.c{place}")
    columns = ", ".join(f"c{place}" for place in range(len(fields)))
    return names, f"unnest({', '.join(arrays)}) AS s({columns})"
