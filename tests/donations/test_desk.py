"""The fundraiser's desk: its sums are the ledger's, and each number opens just the rows that it counts."""

from __future__ import annotations

import importlib
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Sum
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone

from cms.dashboard import tasks_for
from cms.dates import months_from
from cms.money import Money
from cms.roles import Role
from cms.sources import Question, sources
from donations.desk import figures
from donations.models import (
    BankLine,
    DayTotal,
    Dispute,
    Donation,
    Kind,
    Payout,
    RecurringDonation,
    RecurringState,
    Refund,
    State,
    Stood,
)
from donations.services import ledger
from tests.factories.donations import (
    BeneficiaryFactory,
    CampaignFactory,
    ConcernFactory,
    DonationFactory,
    RecurringDonationFactory,
)

pytestmark = pytest.mark.django_db
DESK = reverse("donations_desk")


@pytest.fixture
def a_busy_year():
    """Something behind every number, in this month, the one before and the same one last year."""
    now = timezone.now()
    stage, choir = CampaignFactory(name_it="Un palco"), CampaignFactory(name_it="Mille voci")
    DonationFactory(campaign=stage, paid=now, refunded=550)
    asking = DonationFactory(campaign=stage, paid=now, amount_cents=7000, wants_wall=True)
    DonationFactory(campaign=choir, paid=months_before(1), disputed="needs_response", wants_wall=True)
    DonationFactory(general=True, paid=months_before(12), amount_cents=123_456)
    DonationFactory(campaign=choir, state=State.FAILED)
    monthly = a_recurring_gift(choir, RecurringState.ACTIVE, months=5)
    DonationFactory(campaign=choir, recurring=monthly, paid=now, amount_cents=1000)
    DonationFactory(campaign=choir, recurring=monthly, paid=months_before(1), amount_cents=1000)
    a_recurring_gift(choir, RecurringState.ACTIVE, months=0, interval="year", amount_cents=6000)
    a_recurring_gift(stage, RecurringState.PAST_DUE, months=3)
    a_recurring_gift(stage, RecurringState.PAUSED, months=2)
    a_recurring_gift(stage, RecurringState.CANCELED, months=7, ended_at=now)
    for state, way in (("requested", ""), ("failed", ""), ("confirmed", "cash")):
        Refund.objects.create(
            donation=asking,
            payment=asking.payments.get(),
            amount_cents=100,
            state=state,
            way=way,
            settled_at=now if state == "failed" else None,
        )
    BankLine.objects.create(booked_on=date(2026, 1, 7), amount_cents=900, description="Bonifico")
    BankLine.objects.create(booked_on=date(2026, 1, 7), amount_cents=-900, description="Spese")
    ConcernFactory()
    for number, (state, movements_cents) in enumerate([("paid", 5000), ("paid", 4999), ("in_transit", None)]):
        Payout.objects.create(
            payout_id=f"po_{number}",
            amount_cents=5000,
            state=state,
            sent_at=now,
            arrives_on=timezone.localdate(),
            movements_cents=movements_cents,
        )


def months_before(count: int) -> datetime:
    """Noon of a day so many months ago: the first where this month has no such day yet."""
    day = months_from(timezone.localdate(), -count).replace(day=1)
    return datetime(day.year, day.month, 1, 12, tzinfo=UTC)


def a_recurring_gift(campaign, state, *, months: int, **facts) -> RecurringDonation:
    """One that began so many months ago and came to its state now, with the moves that tell so."""
    began = months_before(months) if months else timezone.now()
    gift: Any = RecurringDonationFactory(campaign=campaign, state=state, began_at=began, **facts)
    gift.transitions.create(was="pending", became="active", because="test", at=began)
    if state != RecurringState.ACTIVE:
        gift.transitions.create(was="active", became=state, because="test")
    return gift


def told(context) -> list[tuple[str, str]]:
    """Every number of the desk as it is said, and the address that it opens."""
    numbers = [
        (number.value, number.url)
        for name in ("recent", "waiting", "of_period", "recurring", "payouts")
        for number in context[name]
    ]
    cells = [cell for chart in context["charts"] for _place, row in chart.rows for cell in row]
    cells += [cell for bar in context["campaigns"].bars for cell in bar.cells]
    return numbers + [(cell.said, cell.url) for cell in cells]


def behind(user, url: str) -> tuple[str, str]:
    """What the list at an address comes to: how many rows it has, and what their amounts add up to."""
    address = urlsplit(url)
    key = resolve(address.path).url_name.removesuffix("_modeladmin_index").replace("_", ".", 1)
    question = Question.from_query(QueryDict(address.query))
    answer = sources[key].ask(user, question)
    assert not answer.problems, (url, answer.problems)
    cents = 0
    if key in ("donations.ledgerentry", "donations.recurringdonation"):
        cents = answer.rows.order_by().aggregate(sum=Sum("amount_cents"))["sum"] or 0
    if question.filters.get("given") in (("net",), ("arrived",)):
        cents = -cents  # what is given is a credit
    return str(answer.rows.count()), Money(cents).format()


@pytest.mark.parametrize("period", ["", "period=quarter", "period=year", "period=range&since=2020-01-01"])
def test_every_number_opens_just_its_rows(login, a_busy_year, period):
    client = login(Role.FUNDRAISER)
    until = f"&until={timezone.localdate()}" if "range" in period else ""
    found = told(client.get(f"{DESK}?{period}{until}").context)
    assert len(found) > 150
    for said, url in found:
        rows, amount = behind(client.user, url)
        assert said in (rows, amount), url


def test_nothing_of_the_desk_is_empty_in_a_busy_year(login, a_busy_year):
    context = login(Role.FUNDRAISER).get(DESK).context
    nothing = {"0", Money(0).format()}
    assert [number.label for number in context["recurring"] if number.value in nothing] == []
    assert [number.label for number in context["waiting"] if number.value in nothing] == []
    assert [number.label for number in context["recent"] if number.value in nothing] == []
    assert [number.needs_a_person for number in context["waiting"]] == [True] * 7 + [False]
    assert [number.value for number in context["payouts"]] == ["3", "1", "1"]


def test_money_of_another_month_is_taken_off_in_the_month_in_which_it_goes_back(login):
    DonationFactory(paid=months_before(2), amount_cents=9000, refunded=4000)
    context = login().get(DESK).context
    assert [one.value for one in context["of_period"][:4]] == [
        Money(0).format(),
        "0",
        Money(4000).format(),
        Money(-4000).format(),
    ]
    [bar] = context["campaigns"].bars
    assert bar.cells[-1].said == Money(-4000).format()


def test_a_day_of_the_books_is_a_day_in_italy():
    DonationFactory(paid=datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    DonationFactory(paid=datetime(2026, 7, 31, 21, 59, tzinfo=UTC))
    assert list(DayTotal.objects.values_list("day", flat=True)) == [date(2026, 7, 31), date(2026, 11, 1)]


def test_days_are_totalled_again_from_the_ledger_as_they_were_kept(a_busy_year):
    names = [field.attname for field in DayTotal._meta.concrete_fields if field.name != "id"]

    def kept() -> list:
        return sorted(DayTotal.objects.values_list(*names), key=str)

    before = kept()
    assert len(before) > 5 and any(row[names.index("returned_cents")] for row in before)
    DayTotal.objects.all().delete()
    migration = importlib.import_module("donations.migrations.0024_what_is_booked_by_day_and_paid_out")
    migration.total_days(apps, None)
    assert kept() == before


def test_the_desk_asks_no_more_however_much_there_is(login):
    client = login(Role.FUNDRAISER)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(DESK).status_code == 200
        return len(queries)

    def more() -> None:
        gift = DonationFactory(paid=True, refunded=100, disputed="needs_response")
        a_recurring_gift(gift.campaign, RecurringState.ACTIVE, months=1)
        ConcernFactory(donation=gift)

    more()
    cost()
    with_one = cost()
    for _number in range(29):
        more()
    assert cost() == with_one


def test_an_empty_desk_says_so(login):
    page = login(Role.AUDITOR).get(DESK)
    assert page.status_code == 200
    assert page.content.decode().count('class="chart__empty"') == 3


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("period=month&day=2026-02-10", date(2026, 2, 1), date(2026, 2, 28)),
        ("period=quarter&day=2026-11-30", date(2026, 10, 1), date(2026, 12, 31)),
        ("period=year&day=2024-06-01", date(2024, 1, 1), date(2024, 12, 31)),
        ("period=range&since=2026-03-05&until=2026-04-01", date(2026, 3, 5), date(2026, 4, 1)),
    ],
)
def test_a_period_is_chosen(login, asked, first, last):
    period = login().get(f"{DESK}?{asked}").context["period"]
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize(
    "asked",
    [
        "period=range&since=2026-04-01&until=2026-03-05",
        "period=range&since=2026-04-01",
        "period=range",
        "period=week",
        "day=0001-01-01",
        "day=9999-12-31",
        "period=range&since=x&until=y",
        "currency=XXX",
    ],
)
def test_a_period_that_makes_no_sense_is_told_and_this_month_shown(login, asked):
    page = login().get(f"{DESK}?{asked}")
    assert page.status_code == 200
    assert page.context["period"].first == timezone.localdate().replace(day=1)
    assert 'class="desk__errors"' in page.content.decode()


def test_another_currency_has_a_desk_of_its_own(login):
    DonationFactory(paid=True)
    beneficiary = BeneficiaryFactory()
    DayTotal.objects.create(
        day=timezone.localdate(),
        beneficiary=beneficiary,
        is_recurring=False,
        currency="CHF",
        arrived_cents=500,
        gifts=1,
    )
    client = login()
    page = client.get(DESK)
    assert page.context["other_currencies"] == ["CHF"]
    assert page.context["recent"][0].value == Money(2550).format()
    assert client.get(f"{DESK}?currency=CHF").context["recent"][0].value == Money(500, "CHF").format()


def test_a_payout_opens_its_entries_in_the_ledger(login):
    now = timezone.now()
    payout = Payout.objects.create(
        payout_id="po_1", amount_cents=900, state="paid", sent_at=now, arrives_on=now.date()
    )
    for step in (Kind.PAYOUT, Kind.PAYOUT_ARRIVED):
        ledger.record_payout(payout_id="po_1", amount=Money(900), step=step, occurred_at=now)
    page = login(Role.AUDITOR).get(reverse("donations_payout_modeladmin_inspect", args=[payout.pk]))
    for step in (Kind.PAYOUT, Kind.PAYOUT_ARRIVED):
        assert str(step.label) in page.content.decode()
    assert str(Kind.PAYOUT_UNDONE.label) not in page.content.decode()


def test_a_recurring_gift_stands_as_its_moves_say():
    paused = a_recurring_gift(CampaignFactory(), RecurringState.PAUSED, months=3)
    today, rows = timezone.localdate(), RecurringDonation.objects.all()
    assert list(rows.stood(Stood.PAUSED, today)) == [paused]
    assert list(rows.stood(Stood.ACTIVE, today - timedelta(days=1))) == [paused]
    assert list(rows.stood(Stood.ACTIVE, today - timedelta(days=200))) == []


def test_what_waits_at_the_desk_waits_on_the_first_page_too(login, a_busy_year):
    tasks = {task.url: task.count for task in tasks_for(login(Role.FUNDRAISER).user)}
    for url in (
        figures.address(BankLine, waiting="yes"),
        figures.address(Donation, wall="asks"),
        figures.address(Dispute, waiting="yes"),
        figures.address(RecurringDonation, failing="yes"),
        figures.address(Refund, state="requested"),
    ):
        assert tasks[url] == 1, url
    assert tasks_for(login(Role.EDITOR).user) == []
