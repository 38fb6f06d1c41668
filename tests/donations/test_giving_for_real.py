"""A gift from the form to the receipt, through Stripe's real library and the local Stripe."""

import hashlib

import pytest
from pypdf import PdfReader

from cms.models import OutboxMessage
from cms.money import Money
from donations.gateway import PaymentServiceUnavailable
from donations.models import Donation, EventState, Payment, Receipt, State, StripeEvent
from donations.models.base import private_storage
from donations.services import checkout, payment_page, reconcile, sweep
from tests.donations.stripe_voice import sessions_of

pytestmark = pytest.mark.django_db(transaction=True)


def begin(campaign, **changes) -> Donation:
    facts = {
        "amount": Money(2550, "EUR"),
        "campaign": campaign,
        "name": "Ada Gonzaga",
        "email": "ada@persone.example",
        "language": "it",
        "source": "page",
        "page_url": "/campagne/palco/",
        **changes,
    }
    return checkout.start_checkout(**facts)


def test_a_paid_gift_reaches_the_ledger_the_total_and_the_donor(campaign, sandbox, stripe_says, books):
    donation = begin(campaign)
    url = checkout.open_session(donation)
    assert url.startswith(sandbox.base)
    assert donation.state == State.PENDING

    assert sandbox.pay(donation.session_id)["result"] == "paid"
    stripe_says.all_of(sandbox)

    read = books()
    assert read["donations"] == [("paid", 2550, 0)]
    fee = Payment.objects.get().fee_cents
    assert fee > 0
    assert read["entries"] == [
        ("charge", "stripe", 2550),
        ("charge", "gifts", -2550),
        ("fee", "fees", fee),
        ("fee", "stripe", -fee),
    ]
    assert read["totals"] == [(2550, 1, 1)]
    assert ("checkout.session.completed", "done") in read["events"]
    assert {state for _type, state in read["events"]} <= {"done", "ignored"}

    receipt = Receipt.objects.get()
    assert receipt.number == 1
    with private_storage().open(receipt.pdf.name) as file:
        content = file.read()
        assert hashlib.sha256(content).hexdigest() == receipt.pdf_sha256
        file.seek(0)
        text = PdfReader(file).pages[0].extract_text()
    assert "25,50" in text
    assert "Ada Gonzaga" in text
    mail = OutboxMessage.objects.get()
    assert mail.to == "ada@persone.example"
    assert mail.attachments[0]["name"] == receipt.pdf.name


def test_a_declined_card_leaves_the_page_open_and_the_next_one_pays(campaign, sandbox, stripe_says, books):
    donation = begin(campaign)
    checkout.open_session(donation)
    assert sandbox.pay(donation.session_id, "4000000000000002")["result"] == "declined"
    stripe_says.all_of(sandbox)
    donation.refresh_from_db()
    assert donation.state == State.PENDING

    assert sandbox.pay(donation.session_id, "4000002500003155")["result"] == "paid"
    stripe_says.all_of(sandbox)
    assert books()["donations"] == [("paid", 2550, 0)]
    assert books()["totals"] == [(2550, 1, 1)]


def test_a_payment_that_fails_3d_secure_is_not_paid(campaign, sandbox, stripe_says, books):
    donation = begin(campaign)
    checkout.open_session(donation)
    assert sandbox.pay(donation.session_id, "4000002760003184", authenticate=False)["result"] != "paid"
    stripe_says.all_of(sandbox)
    assert books()["donations"] == [("pending", 2550, 0)]
    assert books()["entries"] == []


def test_an_expired_page_ends_the_gift_without_money(campaign, sandbox, stripe_says, books):
    donation = begin(campaign)
    checkout.open_session(donation)
    sandbox.control(f"sessions/{donation.session_id}/expire")
    stripe_says.all_of(sandbox)
    assert books()["donations"] == [("expired", 2550, 0)]
    assert books()["entries"] == []


def test_a_refund_at_stripe_lowers_the_total_and_leaves_the_receipt(campaign, sandbox, stripe_says, books):
    donation = begin(campaign)
    checkout.open_session(donation)
    sandbox.pay(donation.session_id)
    stripe_says.all_of(sandbox)
    fee = Payment.objects.get().fee_cents
    refund(sandbox, Payment.objects.get(), 1000)
    stripe_says.all_of(sandbox)

    read = books()
    assert read["donations"] == [("paid", 2550, 1000)]
    assert read["entries"] == [
        ("charge", "stripe", 2550),
        ("charge", "gifts", -2550),
        ("fee", "fees", fee),
        ("fee", "stripe", -fee),
        ("refund", "refunds", 1000),
        ("refund", "stripe", -1000),
    ]
    assert read["totals"] == [(1550, 1, 1)]
    assert len(read["receipts"]) == 2  # the receipt, and its correction

    refund(sandbox, Payment.objects.get(), 1550)
    stripe_says.all_of(sandbox)
    read = books()
    assert read["donations"] == [("paid", 2550, 2550)]
    assert read["totals"] == [(0, 0, 0)]


def refund(sandbox, payment, cents):
    """What a fundraiser does in Stripe's dashboard."""
    import stripe

    client = stripe.StripeClient("sk_test_sandbox_tests", base_addresses={"api": sandbox.base})
    client.v1.refunds.create({"payment_intent": payment.payment_intent_id, "amount": cents})


def test_events_delivered_twice_and_newest_first_write_the_same_rows(campaign, sandbox, stripe_says, books):
    donation = begin(campaign)
    checkout.open_session(donation)
    sandbox.pay(donation.session_id)
    stripe_says.all_of(sandbox, newest_first=True)
    once = books()
    stripe_says.all_of(sandbox)
    stripe_says.all_of(sandbox, newest_first=True)
    assert books() == once
    assert len(once["entries"]) == 4
    assert OutboxMessage.objects.count() == 1


def test_a_lost_webhook_is_found_by_looking_at_stripe(campaign, sandbox, books):
    donation = begin(campaign)
    checkout.open_session(donation)
    sandbox.pay(donation.session_id)
    sweep.refresh(donation.pk)
    assert books()["donations"] == [("paid", 2550, 0)]
    assert books()["events"] == []


def test_reconcile_fetches_the_events_that_never_arrived(campaign, sandbox, books):
    donation = begin(campaign)
    checkout.open_session(donation)
    sandbox.pay(donation.session_id)
    reconcile.reconcile()
    assert books()["donations"] == [("paid", 2550, 0)]
    assert {state for _type, state in books()["events"]} == {"done"}
    assert StripeEvent.objects.filter(state=EventState.DONE).exists()


def test_a_way_to_stripe_cut_after_the_call_is_completed_by_the_sweeper(campaign, sandbox, monkeypatch):
    donation = begin(campaign)
    monkeypatch.setattr(payment_page, "_keep_session", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        checkout.open_session(donation)
    monkeypatch.undo()  # also of the fault
    donation.refresh_from_db()
    assert (donation.state, donation.session_id) == (State.DRAFT, None)

    monkeypatch.setattr(sweep, "DRAFTS_AFTER", sweep.DRAFTS_AFTER * 0)
    assert sweep.finish_cut_checkouts() == "1 found, 0 ended"
    donation.refresh_from_db()
    assert donation.state == State.PENDING
    assert donation.session_id in sessions_of(sandbox)


def test_a_draft_that_never_reached_stripe_ends(campaign, sandbox, monkeypatch):
    donation = begin(campaign)
    monkeypatch.setattr(sweep, "DRAFTS_AFTER", sweep.DRAFTS_AFTER * 0)
    assert sweep.finish_cut_checkouts() == "0 found, 1 ended"
    donation.refresh_from_db()
    assert donation.state == State.EXPIRED


def test_a_fault_after_the_session_was_opened_gives_the_same_session_on_the_next_try(campaign, sandbox):
    donation = begin(campaign)
    sandbox.chaos(fail=[{"kind": "500_after_commit", "path": "/v1/checkout/*", "times": 1}])
    checkout.open_session(donation)
    assert len(sessions_of(sandbox)) == 1


def test_a_failed_try_does_not_spoil_the_next_one(campaign, sandbox):
    donation = begin(campaign)
    sandbox.chaos(fail=[{"kind": "500", "path": "/v1/checkout/*", "times": 2}])
    with pytest.raises(PaymentServiceUnavailable):
        checkout.open_session(donation)
    donation.refresh_from_db()
    assert donation.state == State.DRAFT
    assert checkout.open_session(donation).startswith(sandbox.base)


def test_two_clicks_open_one_page(campaign, sandbox):
    first, second = begin(campaign), begin(campaign)
    assert first.pk == second.pk
    assert checkout.open_session(first) == checkout.open_session(second)
    assert len(sessions_of(sandbox)) == 1


def test_another_amount_ends_the_first_page_and_keeps_what_was_typed(campaign, sandbox):
    first = begin(campaign, message="In bocca al lupo", is_anonymous=True)
    checkout.open_session(first)
    second = checkout.give_again(first, amount=Money(4000, "EUR"))
    checkout.open_session(second)
    first.refresh_from_db()
    assert first.state == State.EXPIRED
    assert (second.amount_cents, second.message, second.is_anonymous) == (4000, "In bocca al lupo", True)
    assert sandbox.pay(first.session_id)["result"] == "closed"


def test_a_gift_that_was_paid_meanwhile_is_not_given_again(campaign, sandbox, books):
    donation = begin(campaign)
    checkout.open_session(donation)
    sandbox.pay(donation.session_id)
    with pytest.raises(checkout.CannotGive):
        checkout.give_again(donation, amount=Money(4000, "EUR"))
    assert books()["donations"] == [("paid", 2550, 0)]
