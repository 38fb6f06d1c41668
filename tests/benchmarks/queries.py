"""make bench-queries: how many SQL queries each page type and API listing asks, on the demo site, warm."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.home import manage

LISTS = ("cooperatives", "formats", "events", "courses", "campaigns")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="cultnetwork-bench-") as place:
        os.environ |= {
            "BENCH_DIR": place,
            "SANDBOX_DATABASE": f"{place}/stripe-sandbox.sqlite3",
            "PORT": os.environ.get("PORT", "8971"),
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
        }
        sys.path.insert(0, str(Path.cwd()))
        manage("migrate", "--verbosity", "0")
        manage("demo", "--gifts", "5")
        count()


def count() -> None:
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from pages.models.base import BasePage

    paths = [
        (kind.__name__, page.get_url())
        for kind in BasePage.__subclasses__()
        + [k for b in BasePage.__subclasses__() for k in b.__subclasses__()]
        if not kind._meta.abstract
        for page in kind.objects.published().filter(locale__language_code="it").order_by("pk")[:1]
    ]
    paths += [("course", "/corsi/fund-raising-per-la-cultura/"), ("search", "/cerca/?q=citta")]
    paths += [(f"API {name}", f"/api/network/v1/{name}/") for name in LISTS]
    client = Client(SERVER_NAME="127.0.0.1")
    for name, path in paths:
        client.get(path)
        with CaptureQueriesContext(connection) as seen:
            status = client.get(path).status_code
        print(f"{len(seen):4} queries  {status}  {name:26} {path}")


if __name__ == "__main__":
    main()
