"""Bringing a donation to where its session is: every state, every order, exact rows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from donations.models import (
    AppendOnly,
    Donation,
    DonationTransition,
    ForbiddenTransition,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    Receipt,
    State,
)
from donations.models.donation import ALLOWED
from donations.services.apply import DoesNotAgree, UnknownDonation, apply_session
from tests.factories.donations import (
    CampaignFactory,
    DonationFactory,
    DonorFactory,
    PaymentSnapshot,
    paid_session,
    session_of,
)

pytestmark = pytest.mark.django_db


def apply(session):
    return apply_session(session, because="test")


def processing(donation, **changes):
    payment = PaymentSnapshot(id=f"pi_test_{donation.pk:024d}", status="processing", charge=None)
    return session_of(donation, status="complete", payment_status="unpaid", payment=payment, **changes)


def failed(donation, **changes):
    payment = PaymentSnapshot(id=f"pi_test_{donation.pk:024d}", status="requires_payment_method", charge=None)
    return session_of(donation, status="complete", payment_status="unpaid", payment=payment, **changes)


def test_a_paid_session_writes_payment_ledger_total_and_receipt(books):
    donation = DonationFactory()
    apply(paid_session(donation))
    assert books() == {
        "donations": [("paid", 2550, 0)],
        "entries": [
            ("charge", "stripe", 2550),
            ("charge", "gifts", -2550),
            ("fee", "fees", 63),
            ("fee", "stripe", -63),
        ],
        "totals": [(2550, 1, 1)],
        "receipts": [(timezone.localdate().year, 1)],
        "events": [],
    }
    assert DonationTransition.objects.get().became == "paid"


def test_a_gift_without_campaign_is_booked_for_its_beneficiary(books):
    donation = DonationFactory(general=True, paid=True)
    assert books()["totals"] == []
    assert {entry.beneficiary_id for entry in LedgerEntry.objects.all()} == {donation.beneficiary_id}
    assert {entry.campaign_id for entry in LedgerEntry.objects.all()} == {None}


def test_a_fee_that_is_not_known_yet_is_booked_once_when_it_is(books):
    donation = DonationFactory()
    apply(paid_session(donation, fee_cents=None))
    assert len(books()["entries"]) == 2
    apply(paid_session(donation, fee_cents=88))
    apply(paid_session(donation, fee_cents=88))
    assert books()["entries"][2:] == [("fee", "fees", 88), ("fee", "stripe", -88)]
    assert Payment.objects.get().fee_cents == 88


def test_a_slow_way_of_paying_goes_through_processing(books):
    donation = DonationFactory()
    apply(processing(donation))
    assert books()["donations"] == [("processing", 2550, 0)]
    assert books()["entries"] == []
    assert Receipt.objects.count() == 0
    apply(paid_session(donation, method="sepa_debit"))
    assert books()["donations"] == [("paid", 2550, 0)]


def test_a_slow_way_of_paying_can_fail(books):
    donation = DonationFactory()
    apply(processing(donation))
    apply(failed(donation))
    assert books()["donations"] == [("failed", 2550, 0)]


@pytest.mark.parametrize("ended", [State.EXPIRED, State.CANCELED, State.FAILED])
def test_a_late_success_wins(books, ended):
    donation = DonationFactory(state=ended)
    apply(paid_session(donation))
    assert books()["donations"] == [("paid", 2550, 0)]
    assert books()["totals"] == [(2550, 1, 1)]


@pytest.mark.parametrize("ended", [State.EXPIRED, State.CANCELED, State.FAILED])
def test_how_a_gift_ended_without_money_is_told_once(books, ended):
    donation = DonationFactory(state=ended)
    apply(session_of(donation, status="expired"))
    apply(session_of(donation))
    assert books()["donations"] == [(ended.value, 2550, 0)]
    assert DonationTransition.objects.count() == 0


def test_a_paid_gift_is_never_anything_else():
    donation = DonationFactory(paid=True)
    with pytest.raises(ForbiddenTransition):
        apply(session_of(donation, status="expired"))
    donation.refresh_from_db()
    assert donation.state == State.PAID


def test_a_look_from_before_the_last_one_is_passed_over(books):
    donation = DonationFactory()
    before = timezone.now() - timedelta(seconds=5)
    apply(paid_session(donation, refunded_cents=500))
    apply(session_of(donation, looked_at=before))
    apply(paid_session(donation, looked_at=before))
    assert books()["donations"] == [("paid", 2550, 500)]
    assert len(books()["entries"]) == 6


def test_a_refund_that_fails_comes_back_and_may_be_repeated(books):
    donation = DonationFactory(paid=True)
    for refunded in (1000, 1000, 0, 1000, 2550):
        apply(paid_session(donation, refunded_cents=refunded))
    assert books()["entries"][4:] == [
        ("refund", "refunds", 1000),
        ("refund", "stripe", -1000),
        ("refund_undone", "refunds", -1000),
        ("refund_undone", "stripe", 1000),
        ("refund", "refunds", 1000),
        ("refund", "stripe", -1000),
        ("refund", "refunds", 1550),
        ("refund", "stripe", -1550),
    ]
    assert books()["totals"] == [(0, 0, 0)]
    assert books()["donations"] == [("paid", 2550, 2550)]


def test_a_campaign_counts_people_once_and_who_took_all_back_not_at_all(books):
    campaign, ada = CampaignFactory(), DonorFactory()
    first = DonationFactory(campaign=campaign, donor=ada, paid=True)
    DonationFactory(campaign=campaign, donor=ada, paid=True, amount_cents=1000)
    DonationFactory(campaign=campaign, paid=True, amount_cents=500)
    assert books()["totals"] == [(4050, 3, 2)]
    apply(paid_session(first, refunded_cents=2550))
    assert books()["totals"] == [(1500, 2, 2)]
    second = Donation.objects.get(amount_cents=1000)
    apply(paid_session(second, refunded_cents=1000))
    assert books()["totals"] == [(500, 1, 1)]


def test_an_unknown_session_changes_nothing(books):
    donation = DonationFactory()
    with pytest.raises(UnknownDonation):
        apply(session_of(donation, id="cs_test_other", reference="not-ours"))
    assert books()["donations"] == [("pending", 2550, 0)]


def test_a_session_is_found_by_our_number_before_we_know_its_id(books):
    donation = DonationFactory(draft=True)
    apply(paid_session(donation))
    donation.refresh_from_db()
    assert donation.session_id == f"cs_test_{donation.pk:024d}"
    assert books()["donations"] == [("paid", 2550, 0)]


def test_a_second_paid_session_of_one_gift_needs_a_person(books):
    donation = DonationFactory(paid=True)
    with pytest.raises(DoesNotAgree):
        apply(paid_session(donation, id="cs_test_second"))
    assert books()["totals"] == [(2550, 1, 1)]


def test_an_attempt_that_nobody_could_reach_is_passed_over(books):
    donation = DonationFactory()
    apply(session_of(donation, id="cs_test_first_attempt", status="expired"))
    assert books()["donations"] == [("pending", 2550, 0)]


@pytest.mark.parametrize(
    "changes",
    [{"payment": None}, {"status": "strange"}, {"payment_status": "no_payment_required"}],
)
def test_what_contradicts_itself_needs_a_person_and_changes_nothing(books, changes):
    donation = DonationFactory()
    with pytest.raises(DoesNotAgree):
        apply(paid_session(donation, **changes))
    donation.refresh_from_db()
    assert (donation.state, donation.refreshed_at) == (State.PENDING, None)


def test_another_amount_than_was_asked_for_needs_a_person(books):
    donation = DonationFactory()
    session = paid_session(donation)
    Donation.objects.filter(pk=donation.pk).update(amount_cents=2551)
    with pytest.raises(DoesNotAgree):
        apply(session)
    assert books()["entries"] == []


def test_the_table_of_states_has_every_state():
    assert set(ALLOWED) == set(State)
    assert ALLOWED[State.PAID] == set()


@pytest.mark.parametrize("was", State)
@pytest.mark.parametrize("to", State)
def test_every_move_is_either_allowed_or_refused(was, to):
    paid_at = timezone.now() if was == State.PAID else None
    donation = DonationFactory(state=was, paid_at=paid_at)
    if to == was:
        assert donation.transition(to=to, because="test") is False
    elif to in ALLOWED[was]:
        assert donation.transition(to=to, because="test", paid_at=timezone.now()) is True
        assert DonationTransition.objects.get().was == was
    else:
        with pytest.raises(ForbiddenTransition, match=f"{was} -> {to}"):
            donation.transition(to=to, because="test")


def test_the_ledger_is_written_once():
    DonationFactory(paid=True)
    entry, written = LedgerEntry.objects.first(), LedgerTransaction.objects.first()
    entry.amount_cents = 1
    for change in (
        entry.save,
        entry.delete,
        written.save,
        written.delete,
        LedgerEntry.objects.all().delete,
        lambda: LedgerEntry.objects.update(amount_cents=1),
        lambda: LedgerTransaction.objects.filter(pk=written.pk).delete(),
        lambda: LedgerEntry.objects.bulk_update([entry], ["amount_cents"]),
    ):
        with pytest.raises(AppendOnly):
            change()


def test_the_year_of_a_receipt_is_that_of_the_payment_in_italy():
    new_year_in_rome = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    receipt = Receipt.objects.get(donation=DonationFactory(paid=new_year_in_rome))
    assert (receipt.year, receipt.label, receipt.facts["paid_on"]) == (2027, "1/2027", "2027-01-01")


def test_numbers_run_by_beneficiary_and_year():
    campaign = CampaignFactory()
    for _gift in range(3):
        DonationFactory(campaign=campaign, paid=True)
    DonationFactory(paid=True)
    DonationFactory(campaign=campaign, paid=datetime(2025, 5, 1, tzinfo=UTC))
    this_year = timezone.localdate().year
    numbers = Receipt.objects.filter(beneficiary=campaign.beneficiary).order_by("year", "number")
    assert [(r.year, r.number) for r in numbers] == [
        (2025, 1),
        (this_year, 1),
        (this_year, 2),
        (this_year, 3),
    ]


def test_what_a_receipt_says_stays_when_records_change():
    donation = DonationFactory(paid=True)
    receipt = Receipt.objects.get()
    before = dict(receipt.facts)
    donation.beneficiary.legal_name = "Altra"
    donation.beneficiary.save()
    apply(paid_session(donation))
    receipt.refresh_from_db()
    assert receipt.facts == before
