"""Putting the rows of a PostgreSQL database back: much quicker than making the database again."""

from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

TABLES = """
    SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY 1
"""
SEQUENCES = """
    SELECT format('%I.%I', schemaname, sequencename), last_value, start_value FROM pg_sequences
    WHERE schemaname = 'public'
"""


@dataclass(frozen=True)
class Snapshot:
    """The rows of every table that has any, as COPY writes them, and where every sequence stands."""

    rows: dict[str, bytes]
    sequences: dict[str, tuple[int | None, int]]


def take() -> Snapshot:
    """Remember what the database holds now."""
    with connection.cursor() as cursor:
        filled = _filled(cursor)
        return Snapshot({table: _copy_out(cursor, table) for table in filled}, _sequences(cursor))


def put_back(snapshot: Snapshot) -> None:
    """Make the database hold what it held, whatever a test committed since.

    Raises DatabaseError when the user may not switch triggers off, or somebody holds a lock for 5 seconds.
    """
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        # No trigger fires: neither those of foreign keys nor those that keep the ledger from being deleted.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        for table in {*_filled(cursor), *snapshot.rows}:
            wanted = snapshot.rows.get(table, b"")
            if _copy_out(cursor, table) != wanted:
                cursor.execute(f"DELETE FROM {table}")
                if wanted:
                    with cursor.cursor.copy(f"COPY {table} FROM STDIN") as copy:
                        copy.write(wanted)
        for name, now in _sequences(cursor).items():
            last, start = snapshot.sequences.get(name, now)
            if now[0] != last:
                cursor.execute("SELECT setval(%s, %s, %s)", [name, last or start, last is not None])
        cursor.execute("COMMIT")


def _filled(cursor: CursorWrapper) -> list[str]:
    cursor.execute(TABLES)
    tables = [row[0] for row in cursor.fetchall()]
    each = " UNION ALL ".join(f"(SELECT {n} FROM {table} LIMIT 1)" for n, table in enumerate(tables))
    cursor.execute(each)
    return [tables[row[0]] for row in cursor.fetchall()]


def _copy_out(cursor: CursorWrapper, table: str) -> bytes:
    with cursor.cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)


def _sequences(cursor: CursorWrapper) -> dict[str, tuple[int | None, int]]:
    cursor.execute(SEQUENCES)
    return {name: (last, start) for name, last, start in cursor.fetchall()}
