"""Which values an indexed column holds, without reading each row."""

from __future__ import annotations

from typing import Any

from django.db import connections, router
from django.db.models import Model


def used_values(model: type[Model], field_name: str) -> set[Any]:
    """The values of a column that has an index of its own, but for NULL; one query.

    It steps along the index from each value to the next, so it takes as long as there are values, where
    SELECT DISTINCT would take as long as there are rows (https://wiki.postgresql.org/wiki/Loose_indexscan).
    """
    connection = connections[router.db_for_read(model)]
    quote = connection.ops.quote_name
    field: Any = model._meta.get_field(field_name)
    table, column = quote(model._meta.db_table), quote(field.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE step(value) AS (SELECT MIN({column}) FROM {table} UNION ALL "
            f"SELECT (SELECT MIN({column}) FROM {table} WHERE {column} > step.value) "
            "FROM step WHERE step.value IS NOT NULL) "
            "SELECT value FROM step WHERE value IS NOT NULL"
        )
        return {value for (value,) in cursor.fetchall()}
