"""The index of words: triggers in the database that keep RecordWords true, made from the search fields.

They are taken down before migrations, which may change the columns they read, and put up again after; then
the words are compared with the rows once. See docs/decisions/record-lists.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connections, models, router, transaction

from cms.models import RecordWords
from cms.sources import sources
from cms.sources.guessing import field_at
from cms.sources.letters import LETTERS, plain_letters_sql, replacing_in_sqlite
from cms.sources.source import RecordSource

WORDS = RecordWords._meta.db_table
__all__ = [
    "LETTERS",
    "indexed_kinds",
    "is_indexed",
    "own_columns",
    "put_up",
    "take_down",
    "written_at_once",
]
TEXTS = (models.CharField, models.TextField)


@dataclass(frozen=True)
class Indexed:
    """A kind of record whose words are kept: its table, key and searched columns."""

    kind: str
    table: str
    key: str
    columns: tuple[str, ...]

    @property
    def trigger(self) -> str:
        return f"cms_words_{self.table}"

    def joined(self, row: str) -> str:
        """The SQL of a row's texts, one after the other. `row`: the prefix of its columns."""
        return "(" + " || ' ' || ".join(f"coalesce({row}\"{column}\", '')" for column in self.columns) + ")"

    def text(self, vendor: str, row: str) -> str:
        """The SQL of a row's words; on SQLite those with accents are made plain afterwards."""
        texts = self.joined(row)
        return plain_letters_sql(texts) if vendor == "postgresql" else f"lower({texts})"


def own_columns(source: RecordSource) -> tuple[str, ...]:
    """The searched fields that stand on the record itself and hold text."""
    fields = [field_at(source.model, path) for path in source.search_fields if "__" not in path]
    return tuple(field.name for field in fields if isinstance(field, TEXTS) and field.column)


def is_indexed(source: RecordSource | None) -> bool:
    """Whether the words of a kind of record are kept: it has a number as its key, and searched texts."""
    return bool(source and isinstance(source.model._meta.pk, models.IntegerField) and own_columns(source))


def indexed_kinds() -> Iterator[Indexed]:
    for key, source in sources.items():
        if is_indexed(source):
            meta: Any = source.model._meta
            columns = tuple(meta.get_field(name).column for name in own_columns(source))
            yield Indexed(key, meta.db_table, meta.pk.column, columns)


def take_down(using: str = "default", **_kwargs) -> None:
    """Remove all triggers of the index."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT proname FROM pg_proc WHERE proname LIKE 'cms\\_words\\_%%'", [])
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP FUNCTION "{name}" CASCADE')
        else:
            for name in _triggers_on(cursor):
                cursor.execute(f'DROP TRIGGER "{name}"')


def put_up(using: str = "default", **_kwargs) -> None:
    """Make the triggers, and bring the words of the rows that are there up to date. Safe to repeat."""
    connection = connections[using]
    take_down(using)
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if WORDS not in tables:
            return
        kinds = [kind for kind in indexed_kinds() if kind.table in tables]
        for kind in kinds:
            there = {
                column.name for column in connection.introspection.get_table_description(cursor, kind.table)
            }
            if not {kind.key, *kind.columns} <= there:
                continue  # a migration that stopped half-way; the next one comes by again
            with transaction.atomic(using):
                for statement in _statements(connection.vendor, kind):
                    cursor.execute(statement)
        kept = [kind.kind for kind in kinds]
        RecordWords.objects.using(using).exclude(kind__in=kept).delete()


@contextmanager
def written_at_once(model: type[models.Model]) -> Iterator[list[int]]:
    """For a transaction that writes very many rows of a kind: give the list the keys of those written.

    On SQLite a trigger costs three times what the row itself does, with the only write lock held. There the
    triggers rest meanwhile, and all words are made at the end by few statements. PostgreSQL's go on: to rest
    them would shut out other writers.
    """
    connection = connections[router.db_for_write(model)]
    kind = next((kind for kind in indexed_kinds() if kind.kind == model._meta.label_lower), None)
    written: list[int] = []
    if connection.vendor != "sqlite" or kind is None:
        yield written
        return
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        for name in _triggers_on(cursor, kind.table):
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield written
        keys = json.dumps(list(written))
        for statement in _words_written("sqlite", kind, "(SELECT value FROM json_each(%s))"):
            cursor.execute(statement, [keys])
        for statement in _triggers("sqlite", kind):
            cursor.execute(statement)


def _triggers_on(cursor: Any, table: str = "") -> list[str]:
    """The index's triggers on SQLite: all, or those of one table."""
    cursor.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 10) = 'cms_words_' "
        "AND %s IN ('', tbl_name)",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]


def _statements(vendor: str, kind: Indexed) -> Iterator[str]:
    yield from _triggers(vendor, kind)
    yield from _words_written(vendor, kind)
    yield (
        f"DELETE FROM \"{WORDS}\" WHERE kind = '{kind.kind}' "
        f'AND NOT EXISTS (SELECT 1 FROM "{kind.table}" r WHERE r."{kind.key}" = row_id)'
    )


def _write(values: str) -> str:
    return (
        f'INSERT INTO "{WORDS}" (kind, row_id, text) {values} ON CONFLICT (kind, row_id) '
        f'DO UPDATE SET text = excluded.text WHERE "{WORDS}".text <> excluded.text'
    )


def _triggers(vendor: str, kind: Indexed) -> Iterator[str]:
    new = f"VALUES ('{kind.kind}', NEW.\"{kind.key}\", {kind.text(vendor, 'NEW.')})"
    gone = f'DELETE FROM "{WORDS}" WHERE kind = \'{kind.kind}\' AND row_id = OLD."{kind.key}"'
    yield from (_postgresql if vendor == "postgresql" else _sqlite)(kind, _write(new), gone)


def _words_written(vendor: str, kind: Indexed, keys: str = "") -> Iterator[str]:
    """Statements that write the words of all rows, or of those whose keys an SQL subquery gives."""
    which = f'r."{kind.key}" IN {keys}' if keys else "true"
    yield _write(
        f"SELECT '{kind.kind}', r.\"{kind.key}\", {kind.text(vendor, 'r.')} "
        f'FROM "{kind.table}" r WHERE {which}'
    )
    if vendor == "sqlite":
        yield from _made_plain(kind, f"row_id IN {keys}" if keys else "true")


def _sqlite(kind: Indexed, write: str, gone: str) -> Iterator[str]:
    table, row = f'"{kind.table}"', f'row_id = NEW."{kind.key}"'
    changed = " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in kind.columns)
    is_plain = f"length({kind.joined('NEW.')}) = length(CAST({kind.joined('NEW.')} AS BLOB))"
    with_accents = "; ".join([write, *_made_plain(kind, row)])
    for name, event, when in (("new", "INSERT", ""), ("set", "UPDATE", f"({changed}) AND ")):
        # Most texts have no accent, and are spared the long way.
        for words, condition, body in (("plain", is_plain, write), ("", f"NOT {is_plain}", with_accents)):
            yield (
                f'CREATE TRIGGER "{kind.trigger}_{name}{words}" AFTER {event} ON {table} '
                f"WHEN {when}{condition} BEGIN {body}; END"
            )
    yield f'CREATE TRIGGER "{kind.trigger}_gone" AFTER DELETE ON {table} BEGIN {gone}; END'


def _made_plain(kind: Indexed, which: str) -> Iterator[str]:
    """Statements that take the accents out of words just written."""
    for replaced in replacing_in_sqlite("text"):
        yield (
            f"UPDATE \"{WORDS}\" SET text = {replaced} WHERE kind = '{kind.kind}' AND {which} "
            f"AND length(text) <> length(CAST(text AS BLOB))"
        )


def _postgresql(kind: Indexed, write: str, gone: str) -> Iterator[str]:
    old = ", ".join(f'OLD."{column}"' for column in kind.columns)
    new = ", ".join(f'NEW."{column}"' for column in kind.columns)
    yield (
        f'CREATE FUNCTION "{kind.trigger}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f"IF TG_OP = 'DELETE' THEN {gone}; RETURN NULL; END IF; "
        f"IF TG_OP = 'UPDATE' AND ROW({new}) IS NOT DISTINCT FROM ROW({old}) THEN RETURN NULL; END IF; "
        f"{write}; RETURN NULL; END $$"
    )
    yield (
        f'CREATE TRIGGER "{kind.trigger}" AFTER INSERT OR UPDATE OR DELETE ON "{kind.table}" '
        f'FOR EACH ROW EXECUTE FUNCTION "{kind.trigger}"()'
    )
