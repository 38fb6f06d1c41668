"""make bench-webhooks: what a webhook costs, beside dj-stripe and as the donations grow.

On SQLite, or on the server of TEST_DATABASE_URL, where databases with _bench_webhooks added to its name are
made and dropped. PART=intake, growth or deep for one part; ROWS=100000 for fewer donations than a million;
growth and deep need PostgreSQL. Fails when a bound does not hold: they stand at the head of intake.py,
growth.py and deep.py.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.peer_site import SECRET
from tests.benchmarks.records import fresh_database

PARTS = ("intake", "growth", "deep")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="cultnetwork-bench-") as place:
        os.environ |= {
            "BENCH_DIR": place,
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.webhooks_settings",
            "STRIPE_WEBHOOK_SECRET": SECRET,
        }
        sys.path.insert(0, str(Path.cwd()))
        import django

        django.setup()
        sys.exit(1 if measure(Path(place)) else 0)


def measure(place: Path) -> int:
    from django.db import connection

    from tests.benchmarks import stripe_by_rote

    words = place / "stripe-words.json"
    stripe_by_rote.learn(words)
    wanted = [part for part in PARTS if os.environ.get("PART", part) == part]
    if connection.vendor != "postgresql":
        wanted = [part for part in wanted if part == "intake"]
    failures = 0
    for part in wanted:
        with fresh_database():
            if part == "intake":
                from tests.benchmarks import intake

                failures += intake.compare(words)
            elif part == "growth":
                from tests.benchmarks import growth

                failures += growth.measure()
            else:
                from tests.benchmarks import deep

                failures += deep.measure(words)
    print("all within bounds" if not failures else f"{failures} out of bounds")
    return failures


if __name__ == "__main__":
    main()
