"""make bench-audit: the report of who did what with 100 and with 100,000 entries, in time and queries.

On SQLite, or on the server of TEST_DATABASE_URL, as tests/benchmarks/records.py, whose measures these are.
ROWS=20000 for fewer entries. A page is held to twice its time and to the same queries; a search by a word of
the names is told only.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.benchmarks.records import FEW, MANY, TIMES, fresh_database, logged_in, report, timed

AT_ONCE = 5000
PEOPLE = 40


class Report:
    """What `timed` asks of a list: where it is."""

    @staticmethod
    def list_url() -> str:
        return "/admin/reports/site-history/"


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


def measure() -> int:
    from django.db import connection

    from tests.factories.members import LeadFactory, UserFactory

    print(f"{connection.vendor}, {MANY:,} entries against {FEW}; first page, best of {TIMES}")
    print(f"{'reader':26}{'question':22}{'few ms':>9}{'many ms':>9}{'ratio':>8}{'queries':>10}")
    people = UserFactory.create_batch(PEOPLE, role="commercial")
    leads = LeadFactory.create_batch(FEW)
    readers = {"superuser": UserFactory(admin=True), "auditor": UserFactory(role="auditor")}
    clients = {name: logged_in(user) for name, user in readers.items()}
    asked = questions(people[3], leads[3])
    write_entries(people, leads, FEW)
    few = {(name, what): timed(clients[name], Report, query) for name in readers for what, query in asked}
    write_entries(people, leads, MANY - FEW, start=FEW)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    failures = 0
    for name in readers:
        for what, query in asked:
            many = timed(clients[name], Report, query)
            failures += report(name, what, few[name, what], many)
    print("all within bounds" if not failures else f"{failures} out of bounds")
    return 1 if failures else 0


def questions(person: Any, lead: Any) -> list[tuple[str, str]]:
    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone

    kind = ContentType.objects.get_for_model(lead)
    today = timezone.localdate()
    return [
        ("first page", ""),
        ("page 2", "p=2"),
        ("one person", f"user={person.pk}"),
        ("one action", "action=cms.login_failed"),
        ("one kind", f"object_type={kind.pk}"),
        ("one record", f"record={lead.pk}"),
        ("since today", f"timestamp_after={today}"),
        ("search, rare", "label=99999"),
    ]


def write_entries(people: list[Any], leads: list[Any], count: int, start: int = 0) -> None:
    """Of two hundred entries 189 on records, ten on pages and one failed login; a minute apart, backwards."""
    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone
    from wagtail.models import ModelLogEntry, Page, PageLogEntry

    kind, person_kind = (ContentType.objects.get_for_model(model) for model in (leads[0], people[0]))
    page = Page.objects.order_by("-pk")[0]
    page_kind = page.content_type
    now = timezone.now()
    records: list[ModelLogEntry] = []
    pages: list[PageLogEntry] = []
    for n in range(start, start + count):
        common: dict[str, Any] = {
            "user": people[n % PEOPLE],
            "timestamp": now - timedelta(minutes=n),
            "data": {},
        }
        if n % 20 == 0:
            common |= {"page": page, "content_type": page_kind, "label": page.title}
            pages.append(PageLogEntry(action="wagtail.edit", **common))
        elif n % 200 == 7:
            common |= {"object_id": people[n % PEOPLE].pk, "content_type": person_kind, "user": None}
            records.append(ModelLogEntry(action="cms.login_failed", label="somebody", **common))
        else:
            common |= {"object_id": leads[n % len(leads)].pk, "content_type": kind, "label": f"lead {n}"}
            records.append(ModelLogEntry(action="wagtail.edit", **common))
    ModelLogEntry.objects.bulk_create(records, batch_size=AT_ONCE)
    PageLogEntry.objects.bulk_create(pages, batch_size=AT_ONCE)


if __name__ == "__main__":
    main()
