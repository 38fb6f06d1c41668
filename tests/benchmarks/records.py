"""make bench-records: the first page of each list with 100 and with 100,000 rows, in time and queries.

On SQLite, or on the server of TEST_DATABASE_URL (a database with _bench_records added to its name is made and
dropped). ROWS=20000 for fewer rows, ONLY=members.lead for one list. Fails when a page takes twice its time,
or asks one query more. Kinds of record with custom fields are asked by three of them as well.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FEW, MANY = 100, int(os.environ.get("ROWS", "100000"))
MOST_RATIO = 2.0
TIMES = 7
SLACK_MS = 5  # below it, the machine's own unrest is larger than what is measured


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="cultnetwork-bench-") as place:
        os.environ |= {
            "BENCH_DIR": place,
            "SANDBOX_DATABASE": f"{place}/stripe-sandbox.sqlite3",
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.records_settings",
        }
        sys.path.insert(0, str(Path.cwd()))
        import django

        django.setup()
        with fresh_database():
            sys.exit(measure())


def fresh_database():
    """A migrated database, gone afterwards."""
    from contextlib import contextmanager

    from django.core.management import call_command
    from django.db import connection

    @contextmanager
    def made():
        is_server = connection.vendor == "postgresql"
        name = connection.settings_dict["NAME"]
        if is_server:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
                cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            call_command("migrate", verbosity=0)
            yield
        finally:
            connection.close()
            if is_server:
                with connection._nodb_cursor() as cursor:
                    cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')

    return made()


def measure() -> int:
    from django.db import connection

    from tests.benchmarks.many_rows import kinds

    print(f"{connection.vendor}, {MANY:,} rows against {FEW}; first page, as a superuser, best of {TIMES}")
    print(f"{'list':26}{'question':22}{'few ms':>9}{'many ms':>9}{'ratio':>8}{'queries':>10}")
    only = os.environ.get("ONLY", "")
    failures = sum(measure_list(key, factory) for key, factory in kinds() if only in ("", key))
    print("all within bounds" if not failures else f"{failures} out of bounds")
    return 1 if failures else 0


def measure_list(key: str, factory: Any) -> int:
    from django.db import connection, transaction

    from cms.sources import sources
    from tests.benchmarks.many_rows import multiply
    from tests.factories.members import UserFactory

    source, failures = sources[key], 0
    with transaction.atomic():
        client = logged_in(UserFactory(admin=True))
        row = factory()
        more = fields_in_filters(source, row)
        multiply(row, FEW)
        keep_in_filters(source, one_in=2)
        questions = [("first page", ""), *searches(source)]
        questions += more
        few = {name: timed(client, source, query) for name, query in questions}
        multiply(row, MANY - FEW, start=FEW + 1)
        keep_in_filters(source, one_in=50)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for name, query in questions:
            before, after = few[name], timed(client, source, query)
            failures += report(key, name, before, after)
        transaction.set_rollback(True)
    return failures


def fields_in_filters(source: Any, row: Any) -> list[tuple[str, str]]:
    """Questions by custom fields, which are made here."""
    from cms.custom_fields import has_custom_fields
    from tests.factories.custom_fields import field_of

    if not has_custom_fields(source.model):
        return []
    choice = field_of(source.model, "choice", "Tipo", choices=["Teatro", "Musica"], in_filters=True)
    for kind, label in (("number", "Posti"), ("text", "Sala")):
        field_of(source.model, kind, label, in_filters=True)
    [first, *_others] = choice.offered()
    return [
        ("custom choice", f"custom_tipo={first[0]}"),
        ("custom number", "custom_posti_min=1&custom_posti_max=1"),
        ("custom text", "custom_sala=sala 1"),
    ]


def keep_in_filters(source: Any, *, one_in: int) -> None:
    """Give each row its values of the filters, as saving it would. One row in so many answers the questions.

    Few rows and many both answer with more than a page, so that the same number of rows is drawn.
    """
    from django.db import connection

    from cms.models.custom_fields import CustomField

    for field in CustomField.objects.filter(record_kind=source.key):
        text, number = "''", "NULL"
        if field.kind == "number":
            number = f"pk % {one_in}"
        elif field.kind == "text":
            text = f"'sala ' || (pk % {one_in})"
        else:
            keys = list(field.choices.values_list("key", flat=True))
            text = f"CASE WHEN pk % {one_in} = 1 THEN '{keys[0]}' ELSE '{keys[1]}' END"
        table, pk = source.model._meta.db_table, source.model._meta.pk.column
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM cms_filtervalue WHERE field_id = %s", [field.pk])
            cursor.execute(
                f"INSERT INTO cms_filtervalue (field_id, record_id, text, number, millionths) "
                f"SELECT {field.pk}, pk, {text}, {number}, 0 FROM (SELECT {pk} AS pk FROM {table}) AS rows_"
            )


def searches(source: Any) -> list[tuple[str, str]]:
    """A word that is nowhere reads all there is to read; it has a bound of its own, told and not held."""
    return [("search, frequent", "q=mantova"), ("search, rare", "q=99999")] if source.search_fields else []


def logged_in(user: Any) -> Any:
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def timed(client: Any, source: Any, query: str) -> tuple[float, int]:
    """Milliseconds of the quickest answer, which other work on the machine touches least, and queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    address = f"{source.list_url()}?{query}"
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    queries = len(seen)  # the next request empties the log
    if os.environ.get("SHOW_SQL"):
        for asked in sorted(seen.captured_queries, key=lambda one: -float(one["time"]))[:3]:
            print("      ", asked["time"], asked["sql"][:600])
    times = []
    for _each in range(TIMES):
        start = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - start) * 1000)
    return min(times), queries


def report(key: str, name: str, few: tuple[float, int], many: tuple[float, int]) -> bool:
    """Print a line; True when it is out of bounds."""
    ratio = many[0] / few[0]
    is_held = not name.startswith("search")
    is_slow = is_held and ratio > MOST_RATIO and many[0] - few[0] > SLACK_MS
    # A rare word finds no row among few, and then nothing is fetched for one.
    is_bad = is_slow or (is_held and few[1] != many[1])
    queries = f"{few[1]}" if few[1] == many[1] else f"{few[1]}→{many[1]}"
    print(
        f"{key:26}{name:22}{few[0]:9.1f}{many[0]:9.1f}{ratio:8.2f}{queries:>10}{'  <-' if is_bad else ''}",
        flush=True,
    )
    return is_bad


if __name__ == "__main__":
    main()
