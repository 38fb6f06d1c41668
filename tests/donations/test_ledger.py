"""The ledger: whatever moves, all accounts together hold nothing, and the database itself keeps the rows."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone

from cms.money import CurrencyMismatch, Money
from donations.models import Account, Donation, Kind, LedgerEntry, LedgerTransaction
from donations.services import audit, ledger
from donations.services.apply import apply_session
from tests.factories.donations import DonationFactory, DonorFactory, dispute_of, paid_session

pytestmark = pytest.mark.django_db
WHEN = datetime(2026, 11, 1, 10, tzinfo=UTC)


def held() -> dict:
    """What each account holds; nothing disagrees."""
    assert audit.problems() == []
    balances = LedgerEntry.objects.balances()
    assert sum(balances.values()) == 0
    return {account: cents for account, cents in balances.items() if cents}


def disputed(donation, status, **changes):
    session = paid_session(donation, disputes=(dispute_of(donation, status=status, **changes),))
    apply_session(session, because="test")
    donation.refresh_from_db()
    return donation


def test_a_refund_has_an_account_of_its_own_and_lowers_what_was_raised():
    donation = DonationFactory(paid=True, refunded=1000)
    assert held() == {"stripe": 2550 - 63 - 1000, "gifts": -2550, "fees": 63, "refunds": 1000}
    assert LedgerEntry.objects.raised_cents() == 1550
    assert donation.campaign.raised_cents == 1550


def test_a_dispute_takes_the_money_and_its_fee_and_brings_back_what_is_won():
    donation = disputed(DonationFactory(paid=True), "needs_response")
    assert held() == {"gifts": -2550, "disputes": 2550, "fees": 2063, "stripe": -2063}
    assert (donation.dispute, donation.disputed_cents, donation.kept.cents) == ("open", 2550, 0)
    donation.campaign.total.refresh_from_db()
    assert (donation.campaign.raised_cents, donation.campaign.donor_count) == (0, 0)

    disputed(donation, "won")
    assert held() == {"gifts": -2550, "fees": 63, "stripe": 2487}
    assert (donation.dispute, donation.disputed_cents) == ("won", 0)
    donation.campaign.total.refresh_from_db()
    assert (donation.campaign.raised_cents, donation.campaign.donor_count) == (2550, 1)


def test_a_gift_that_was_refunded_and_then_taken_back_by_the_bank_is_lost_twice():
    donation = DonationFactory(paid=True, refunded=2550)
    disputes = (dispute_of(donation, status="lost"),)
    apply_session(paid_session(donation, refunded_cents=2550, disputes=disputes), because="test")
    donation.refresh_from_db()
    assert donation.kept == Money(-2550)
    assert held() == {"gifts": -2550, "refunds": 2550, "disputes": 2550, "fees": 2063, "stripe": -4613}
    assert donation.campaign.total.__class__.objects.get().raised_cents == -2550


def test_a_donor_has_a_total_that_follows_the_ledger():
    ada = DonorFactory()
    DonationFactory(donor=ada, paid=True)
    DonationFactory(donor=ada, paid=True, amount_cents=1000, refunded=1000)
    ada.refresh_from_db()
    assert (ada.given, ada.donation_count) == (Money(2550), 1)
    assert DonorFactory().given == Money(0)


def test_money_may_arrive_in_cash_or_at_the_bank():
    donation = DonationFactory(draft=True)
    with transaction.atomic():
        donation.transition(to="paid", because="test", paid_at=WHEN)
        payment = donation.payments.create(amount_cents=2550, method="cash", paid_at=WHEN)
        ledger.record_charge(
            donation,
            payment_intent_id=f"cash:{payment.pk}",
            charged=donation.amount,
            occurred_at=WHEN,
            into=Account.CASH,
        )
        ledger.record_refunded(payment, refunded=Money(550), occurred_at=WHEN)
    assert held() == {"cash": 2000, "gifts": -2550, "refunds": 550}


@pytest.mark.parametrize(
    ("steps", "end"),
    [
        ([Kind.PAYOUT], {"stripe": -900, "transit": 900}),
        ([Kind.PAYOUT, Kind.PAYOUT, Kind.PAYOUT_ARRIVED], {"stripe": -900, "bank": 900}),
        ([Kind.PAYOUT, Kind.PAYOUT_UNDONE], {}),
        ([Kind.PAYOUT, Kind.PAYOUT_ARRIVED, Kind.PAYOUT_UNDONE, Kind.PAYOUT_UNDONE], {}),
    ],
)
def test_a_payout_goes_to_the_bank_and_may_come_back(steps, end):
    for step in steps:
        ledger.record_payout(payout_id="po_1", amount=Money(900), step=step, occurred_at=WHEN)
    assert held() == end


def test_entries_that_do_not_add_up_are_refused():
    donation = DonationFactory(paid=True)
    for lines in ([(Account.STRIPE, 5), (Account.GIFTS, -4)], [(Account.STRIPE, 0)], []):
        with pytest.raises(ledger.Unbalanced):
            ledger.post(kind=Kind.CHARGE, key="x", occurred_at=WHEN, donation=donation, lines=lines)


def test_another_currency_is_refused():
    donation = DonationFactory(paid=True)
    with pytest.raises(CurrencyMismatch):
        ledger.record_charge(
            donation, payment_intent_id="x", charged=Money(1, "CHF"), occurred_at=timezone.now()
        )


@pytest.mark.parametrize("table", ["donations_ledgerentry", "donations_ledgertransaction"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_the_ledger(table, change):
    DonationFactory(paid=True)
    with (
        pytest.raises((IntegrityError, OperationalError), match="only added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))
    assert LedgerTransaction.objects.count() == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_postgresql_refuses_a_transaction_that_does_not_add_up():
    donation = DonationFactory(paid=True)
    with pytest.raises(IntegrityError, match="do not add up to zero"), transaction.atomic():
        row = LedgerTransaction.objects.create(kind=Kind.CHARGE, key="lopsided", occurred_at=WHEN)
        LedgerEntry.objects.create(
            transaction=row,
            account=Account.GIFTS,
            amount_cents=5,
            beneficiary_id=donation.beneficiary_id,
        )
    assert Donation.objects.count() == 1
    assert not LedgerTransaction.objects.filter(key="lopsided").exists()


def test_refunds_that_were_booked_against_the_gifts_are_moved_by_rows_of_their_own():
    from importlib import import_module

    from django.apps import apps

    migration = import_module("donations.migrations.0008_refunds_in_an_account_of_their_own")
    donation = DonationFactory(paid=True)
    lines = [(Account.GIFTS, 1000), (Account.STRIPE, -1000)]
    ledger.post(kind=Kind.REFUND, key="refund:old:1", occurred_at=WHEN, donation=donation, lines=lines)
    before = LedgerEntry.objects.raised_cents()
    for _time in range(2):
        migration.reclassify(apps, None)
    balances = LedgerEntry.objects.balances()
    assert (balances["gifts"], balances["refunds"], sum(balances.values())) == (-2550, 1000, 0)
    assert LedgerEntry.objects.raised_cents() == before
    assert LedgerTransaction.objects.count() == 4
