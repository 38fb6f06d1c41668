"""Part two of `make bench-webhooks`: what grows with the donations, and what must not.

Three sites beside each other with 1,000, 100,000 and ROWS donations, of which the last month is the same:
what differs is the past. Asked in turns, so that the machine's unrest meets all three. On PostgreSQL.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

MANY = int(os.environ.get("ROWS", "1000000"))
SIZES = sorted({1000, min(100_000, MANY), MANY})
TIMES = int(os.environ.get("TIMES", "15"))
MOST_RATIO = 1.3
SLACK_MS = 2  # below it, the machine's own unrest is larger than what is measured

# Prepares what is not measured, and returns what is.
Probe = Callable[[], Callable[[], Any]]


def measure() -> int:
    """Print milliseconds of each question at each size; the number of those that grow too much."""
    from django.db import connection

    site = Site()
    first = connection.settings_dict["NAME"]
    with copies(first, SIZES) as names:
        for size, name in names.items():
            turn_to(name)
            start = time.monotonic()
            site.fill(size)
            print(f"{size:,} donations made in {time.monotonic() - start:.0f} s", flush=True)
        seen = rounds(site, names)
        failures = tell(seen)
        turn_to(names[MANY])
        failures += site.check()
        turn_to(first)
    return failures


@contextmanager
def copies(first: str, sizes: list[int]) -> Iterator[dict[int, str]]:
    """A copy of the database for each size; gone afterwards."""
    from django.db import connection

    names = {size: f"{first}_{size}" for size in sizes}
    connection.close()
    with connection._nodb_cursor() as cursor:
        for name in names.values():
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{first}"')
    try:
        yield names
    finally:
        turn_to(first)
        with connection._nodb_cursor() as cursor:
            for name in names.values():
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def turn_to(name: str) -> None:
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name


def rounds(site: Any, names: dict[int, str]) -> dict[str, dict[int, list[float]]]:
    """Milliseconds of every question at every size, asked in turns."""
    probes = site.probes()
    seen: dict[str, dict[int, list[float]]] = {what: {size: [] for size in names} for what in probes}
    for number in range(TIMES + 1):
        for size, name in names.items():
            turn_to(name)
            site.knock()
            for what, probe in probes.items():
                run = probe()
                start = time.perf_counter()
                run()
                if number:  # the first time fills caches
                    seen[what][size].append(1000 * (time.perf_counter() - start))
    return seen


def tell(seen: dict[str, dict[int, list[float]]]) -> int:
    failures = 0
    print(f"\n{'milliseconds, medians':44}" + "".join(f"{size:>12,}" for size in SIZES) + f"{'ratio':>8}")
    for what, found in seen.items():
        middle = {size: median(times) for size, times in found.items()}
        few, most = middle[SIZES[0]], max(middle.values())
        is_bad = not what.startswith(TOLD) and most / few > MOST_RATIO and most - few > SLACK_MS
        failures += is_bad
        figures = "".join(f"{value:12.2f}" for value in middle.values())
        print(f"{what:44}{figures}{most / few:8.2f}{'  <-' if is_bad else ''}")
    return failures


class Site:
    """A site with two campaigns, a page, a person who asks, and one example of all that giving leaves."""

    def __init__(self) -> None:
        from tests.benchmarks.records import logged_in
        from tests.factories.donations import CampaignFactory, DonationFactory, StripeEventFactory
        from tests.factories.members import UserFactory
        from tests.factories.pages import CampaignPageFactory

        self.page = CampaignPageFactory().get_url()
        from donations.models import Campaign

        self.campaign = Campaign.objects.get()
        self.other = CampaignFactory(beneficiary=self.campaign.beneficiary)
        self.example = DonationFactory(campaign=self.campaign, paid=True, refunded=500, delivered=True)
        StripeEventFactory(state="done")
        self.client = logged_in(UserFactory(admin=True))
        self.given = 0

    def fill(self, count: int) -> None:
        from tests.benchmarks.many_gifts import make_gifts

        make_gifts(count, example=self.example, other_campaign=self.other)

    def check(self) -> int:
        """Whether the books of the largest agree: what was made in one go is held to what life is held to."""
        from donations.services import audit

        problems = audit.problems()
        print("the books agree" if not problems else f"FAILED  {problems[:5]}")
        return len(problems)

    def knock(self) -> None:
        """The first question of a new connection is not that of a list."""
        self.client.get("/healthz/")

    def probes(self) -> dict[str, Probe]:
        from django.urls import reverse

        return {
            "an event: kept and applied": self.event,
            "an event again": self.repetition,
            "campaign page, uncached": self.visit(self.page),
            **{f"list: {name}": self.visit(self.list_of(name)) for name in LISTS},
            **{
                f"list: {name}": self.visit(f"{self.list_of(path)}?{query}")
                for name, path, query in QUESTIONS
            },
            **{
                f"{TOLD}{name}": self.visit(f"{self.list_of(path)}?{query}")
                for name, path, query in LONG_QUESTIONS
            },
            "first page of the back office": self.visit("/admin/"),
            "desk of who raises funds": self.visit(reverse("donations_desk")),
            "page of a donation": self.visit(self.page_of(self.example)),
            "page of a donor": self.visit(self.page_of(self.example.donor)),
            **{f"sweep: {name}": (lambda work=work: work) for name, work in sweeps().items()},
        }

    def visit(self, address: str) -> Probe:
        def ask() -> None:
            answer = self.client.get(address)
            assert answer.status_code == 200, f"{address}: {answer.status_code}"

        return lambda: ask

    def list_of(self, name: str) -> str:
        from cms.sources import sources

        return sources[f"donations.{name}"].list_url()

    def page_of(self, row: Any) -> str:
        from django.urls import reverse

        return reverse(f"donations_{row._meta.model_name}_modeladmin_inspect", args=[row.pk])

    def event(self) -> Callable[[], Any]:
        """A gift of somebody who gave before is paid: its event arrives, and is worked on."""
        from donations.models import Donor
        from donations.services import stripe_events
        from tests.benchmarks.many_gifts import TOP
        from tests.donations.stripe_voice import an_event
        from tests.factories.donations import DonationFactory, paid_session

        self.given += 1
        donor = Donor.objects.get(pk=TOP - 1 - self.given % 300)
        gift = DonationFactory(
            campaign=self.campaign, donor=donor, session_id=f"cs_growth_{self.given}", amount_cents=2550
        )
        answers[gift.session_id] = paid_session(gift, expires_at=gift.session_expires_at)
        event = an_event(event_id=f"evt_growth_{self.given}", id=gift.session_id)

        def run() -> None:
            self.post(event)
            assert stripe_events.process_waiting() == 1

        return run

    def repetition(self) -> Callable[[], Any]:
        from donations.services import receipt_delivery
        from tests.donations.stripe_voice import an_event

        receipt_delivery.deliver_waiting()  # of the event before, so that nothing waits for the sweepers
        event = an_event(event_id=f"evt_growth_{self.given}")
        return lambda: self.post(event)

    def post(self, event: dict[str, Any]) -> None:
        import json

        from tests.benchmarks.intake import signed
        from tests.benchmarks.peer_site import ADDRESS

        body = json.dumps(event).encode()
        headers = {"Stripe-Signature": signed(body)["Stripe-Signature"]}
        answer = self.client.post(ADDRESS, body, content_type="application/json", headers=headers)
        assert answer.status_code == 200


# First pages, and questions that staff ask every day.
LISTS = ("donation", "donor", "payment", "ledgerentry", "receipt", "refund", "stripeevent")
QUESTIONS = (
    ("donations paid", "donation", "state=paid"),
    ("donations that failed", "donation", "state=failed"),
    ("donations of a campaign", "donation", "campaign=1"),
    ("names that ask for the wall", "donation", "wall=asks"),
    ("receipts not sent", "receipt", "unsent=yes"),
    ("events for a person", "stripeevent", "stuck=yes"),
)
# These read all there is to read: they are told, and not held.
TOLD = "told: "
LONG_QUESTIONS = (
    ("donations by amount", "donation", "ordering=amount_cents"),
    ("a word that is nowhere", "donation", "q=99999x"),
)
# Stripe's answers to the events of this part, by session.
answers: dict[str, Any] = {}


def sweeps() -> dict[str, Callable[[], Any]]:
    """What the clock runs all day, with nothing left to do. Stripe is not asked."""
    from donations import gateway, jobs
    from donations.services import (
        defence,
        donor_access,
        pledges,
        receipt_delivery,
        reconcile,
        recurring_changes,
        refund_sending,
        stripe_events,
        sweep,
    )

    gateway.list_events = lambda **_which: iter(())
    gateway.retrieve_session = lambda id, *_also: answers[id]
    return {
        "waiting events": stripe_events.process_waiting,
        "waiting receipts": receipt_delivery.deliver_waiting,
        "cut checkouts": sweep.finish_cut_checkouts,
        "unfinished pages": sweep.look_up_unfinished,
        "recurring gifts that begin": sweep.look_up_beginning,
        "fees": sweep.look_up_fees,
        "refunds on their way": sweep.look_up_refunds,
        "refunds to send": refund_sending.send_waiting,
        "changes of recurring gifts": recurring_changes.work_on_waiting,
        "pages to end": defence.end_pages,
        "links to donors": donor_access.send_links,
        "pledges": pledges.expire_pledges,
        "matters to look at": reconcile.list_concerns,
        "quick reconcile, whole": jobs._reconcile,
    }
