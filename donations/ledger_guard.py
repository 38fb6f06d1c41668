"""The database itself keeps the ledger: rows are only added, and those of a transaction add up to zero.

Triggers, put up after each migrate and taken down before it, as a migration may have to touch the tables. A
changed or deleted row is refused on both databases. That a transaction adds up is checked by PostgreSQL when
it commits; SQLite knows no check at that moment, so there `services.ledger.post` alone keeps it, and
`manage.py check_totals` asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction

TABLES = ("donations_ledgertransaction", "donations_ledgerentry")
_PREFIX = "donations_ledger_"


def take_down(using: str = "default", **_kwargs) -> None:
    """Remove the triggers, so that a migration may do what nobody else may."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in ("donations_ledger_stays", "donations_ledger_balances"):
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"{_PREFIX}%"]
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')


def put_up(using: str = "default", **_kwargs) -> None:
    """Make the triggers. Safe to repeat."""
    connection = connections[using]
    take_down(using)
    with connection.cursor() as cursor:
        if not set(TABLES) <= set(connection.introspection.table_names(cursor)):
            return
        with transaction.atomic(using):
            for statement in _postgresql() if connection.vendor == "postgresql" else _sqlite():
                cursor.execute(statement)


@contextmanager
def lifted() -> Iterator[None]:
    """Let rows of the ledger go within one transaction: only for taking a whole demo away."""
    with transaction.atomic():
        take_down()
        yield
        put_up()


def _sqlite() -> Iterator[str]:
    for table in TABLES:
        for what in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {_PREFIX}no_{what.lower()}_of_{table} BEFORE {what} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'rows of the ledger are only added'); END"
            )


def _postgresql() -> Iterator[str]:
    yield (
        "CREATE FUNCTION donations_ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'rows of the ledger are only added' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in TABLES:
        yield (
            f"CREATE TRIGGER {_PREFIX}stays BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION donations_ledger_stays()"
        )
    yield (
        "CREATE FUNCTION donations_ledger_balances() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (SELECT coalesce(sum(amount_cents), 0) FROM donations_ledgerentry "
        "WHERE transaction_id = NEW.transaction_id) <> 0 THEN "
        "RAISE EXCEPTION 'the entries of ledger transaction % do not add up to zero', NEW.transaction_id "
        "USING ERRCODE = 'check_violation'; END IF; RETURN NULL; END $$"
    )
    yield (
        f"CREATE CONSTRAINT TRIGGER {_PREFIX}balances AFTER INSERT ON donations_ledgerentry "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION donations_ledger_balances()"
    )
