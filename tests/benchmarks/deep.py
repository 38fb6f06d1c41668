"""Part three of `make bench-webhooks`: the nightly comparison with Stripe, and the check of the books.

`manage.py reconcile --deep` with 1,000 and with 100,000 payments in Stripe's lists, all of them known here,
and `manage.py check_totals`: processes of their own, of which time and the most memory are told.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.intake import our_environment
from tests.benchmarks.peer_site import ROOT, Server, calls_of, stripe_by_rote

FEW, MANY = 1000, min(100_000, int(os.environ.get("ROWS", "100000")))
# What the many may take more than the few, and how long: twenty thousand payments in a minute.
MOST_MORE_MB, MOST_SECONDS = 64, MANY / 333 + 20


def measure(words: Path) -> int:
    """Print time and memory; the number of bounds that do not hold."""
    from django.db import connection

    from donations.models import Concern
    from tests.benchmarks.growth import Site, copies, turn_to
    from tests.benchmarks.many_gifts import make_gifts

    site, first, failures = Site(), connection.settings_dict["NAME"], 0
    memory: dict[str, float] = {}
    print(f"\n{'command':24}{'payments':>10}{'seconds':>10}{'MB':>8}{'calls':>8}")
    with copies(first, [FEW, MANY]) as names:
        for size, name in names.items():
            turn_to(name)
            make_gifts(size, example=site.example, other_campaign=site.other, all_paid=True)
            with stripe_by_rote(words, listed=size) as stripe:
                for command in ("reconcile --deep", "check_totals"):
                    calls_of(stripe)
                    seconds, megabytes = run(command, name, stripe)
                    more = megabytes - memory.setdefault(command, megabytes)
                    is_bad = seconds > MOST_SECONDS or more > MOST_MORE_MB
                    failures += is_bad
                    print(
                        f"{command:24}{size:10,}{seconds:10.1f}{megabytes:8.0f}{calls_of(stripe):8}"
                        f"{'  <-' if is_bad else ''}",
                        flush=True,
                    )
            wrong = Concern.objects.count()
            failures += bool(wrong)
            if wrong:
                print(f"FAILED  {wrong} matters were found where all agrees")
        turn_to(first)
    return failures


def run(command: str, database: str, stripe: Server) -> tuple[float, float]:
    """Seconds and megabytes of a management command on a database. SystemExit when it fails."""
    environment = our_environment(stripe) | {"BENCH_WEBHOOKS_DATABASE": database}
    start = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", *command.split()],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} failed")
    return time.monotonic() - start, used.ru_maxrss / 1024
