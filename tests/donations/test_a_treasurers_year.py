"""After a year of gifts, renewals, refunds, disputes, transfers and payouts all agrees to the cent."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from django.urls import reverse

from donations.models import (
    Account,
    Beneficiary,
    Concern,
    Donation,
    Donor,
    LedgerEntry,
    LedgerTransaction,
    Receipt,
    ReceiptKind,
    StripeEvent,
)
from donations.services import audit, year_summary, yearly_return
from tests.donations.treasurer import Plan, Treasurer, live_through

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = 2027
YEARS = (YEAR - 1, YEAR, YEAR + 1)


@pytest.fixture
def treasurer(sandbox, stripe_says, superuser, monkeypatch):
    """A year that was lived; the worker is the treasurer's own loop, so that one look serves many events."""
    monkeypatch.setattr("donations.tasks.hint", lambda *work: None)

    def live(plan: Plan) -> Treasurer:
        treasurer = Treasurer(sandbox, stripe_says, plan, superuser)
        live_through(treasurer, YEAR)
        return treasurer

    return live


def everything_agrees(treasurer: Treasurer, login) -> None:
    assert audit.problems() == []
    assert list(Concern.objects.values_list("kind", "detail")) == []
    assert set(StripeEvent.objects.values_list("state", flat=True)) <= {"done", "ignored"}
    _ledger_and_stripe(treasurer)
    for beneficiary in Beneficiary.objects.all():
        for year in YEARS:
            _year(treasurer, beneficiary, year)
    _papers_and_summaries()
    _export(login)


def _ledger_and_stripe(treasurer: Treasurer) -> None:
    """Each account holds what Stripe's own movements and the treasurer's list say."""
    held = Counter(LedgerEntry.objects.balances())
    movements = list(treasurer.stripe.v1.balance_transactions.list({"limit": 100}).auto_paging_iter())
    payouts = list(treasurer.stripe.v1.payouts.list({"limit": 100}).auto_paging_iter())
    assert {payout.status for payout in payouts} == {"paid"}
    assert held[Account.STRIPE] == sum(movement.net for movement in movements)
    assert held[Account.FEES] == sum(movement.fee for movement in movements)
    assert held[Account.TRANSIT] == 0
    came = sum(fact.cents for fact in treasurer.facts)
    assert held[Account.GIFTS] + held[Account.REFUNDS] + held[Account.DISPUTES] == -came
    arrived = LedgerTransaction.objects.filter(kind="payout_arrived")
    assert arrived.count() == len(payouts)
    in_bank = LedgerEntry.objects.filter(transaction__in=arrived, account=Account.BANK).balance_cents()
    assert in_bank == sum(payout.amount for payout in payouts)


def _year(treasurer: Treasurer, beneficiary: Beneficiary, year: int) -> None:
    """The year of a beneficiary, by the books, the papers, the yearly file and the treasurer's list."""
    facts = [fact for fact in treasurer.facts if fact.beneficiary == beneficiary.pk and fact.day.year == year]
    came = sum(fact.cents for fact in facts)
    prepared = yearly_return.prepare(beneficiary, year)
    assert prepared.agrees
    assert prepared.total.cents == came
    papers = Receipt.objects.standing().filter(beneficiary=beneficiary, year=year)
    assert sum(_signed(paper) for paper in papers) == came
    told: Counter[tuple[str, int, str]] = Counter()
    lines = csv.reader(io.StringIO(yearly_return.as_csv(prepared).decode("utf-8-sig")), delimiter=";")
    for _who, _year, kind, code, _name, gift_year, _count, amount in list(lines)[1:]:
        told[(code, int(gift_year), kind)] += int(amount.replace(",", ""))
    expected: Counter[tuple[str, int, str]] = Counter()
    if beneficiary.regimes.exists():
        for fact in facts:
            if fact.counts and fact.donor:
                kind = "erogazione" if fact.gift_year == year else "rimborso"
                expected[(fact.donor, fact.gift_year, kind)] += (
                    fact.cents if kind == "erogazione" else -fact.cents
                )
    assert told == Counter({key: cents for key, cents in expected.items() if cents})


def _signed(paper: Receipt) -> int:
    return -paper.amount.cents if paper.kind == ReceiptKind.CORRECTION else paper.amount.cents


def _papers_and_summaries() -> None:
    """The years of all donors together are the papers, and each has its PDF and its mail."""
    assert not Receipt.objects.unsent().exists()
    kept = sum(
        year_summary.prepare(donor, year).kept.cents
        - year_summary.prepare(donor, year).went_back_of_earlier.cents
        for donor in Donor.objects.all()
        for year in YEARS
    )
    assert kept == sum(_signed(paper) for paper in Receipt.objects.standing())


def _export(login) -> None:
    """The list of donations as a file holds each gift with its amount."""
    address = reverse("list_export", args=["donations.donation"])
    wish = {"query": "columns=amount_cents", "scope": "all", "kind": "semicolon"}
    answer = login("consortium_admin").post(address, wish)
    written = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(written), delimiter=";"))[1:]
    amounts = [int(amount.replace(".", "").replace(",", "")) for amount, *_key in rows]
    assert sorted(amounts) == sorted(Donation.objects.values_list("amount_cents", flat=True))


def test_a_small_year_agrees_to_the_cent(treasurer, login):
    everything_agrees(
        treasurer(Plan(gifts=26, recurring=1, refunds=4, disputes=1, transfers=2, cash=1)), login
    )


@pytest.mark.long
def test_a_treasurers_whole_year_agrees_to_the_cent(treasurer, login):
    plan = Plan(gifts=1197, recurring=25, refunds=38, disputes=3, transfers=60, cash=24)
    everything_agrees(treasurer(plan), login)
