"""What must hold when a history is over: the site says of everything what is true at Stripe."""

from __future__ import annotations

from collections import Counter

from django.core import mail

from cms.models import OutboxMessage
from donations.models import (
    Donation,
    LedgerEntry,
    Receipt,
    ReceiptKind,
    RecurringChange,
    RecurringDonation,
    RecurringState,
    Refund,
    State,
    StripeEvent,
)
from donations.services.receipts import kept_of
from tests.donations.stripe_truth import DISPUTE_FEE, FEE, Payment, StripeTruth

_SUBSCRIPTIONS = {"active": "active", "past_due": "past_due", "canceled": "canceled"}
_PAYMENTS = {"succeeded": "paid", "processing": "processing", "requires_payment_method": "failed"}
_REFUNDS = {"pending": "sent"}
_OPEN = {"needs_response", "warning_needs_response"}
_WON = {"won", "warning_closed"}


def agrees_with_the_truth(truth: StripeTruth, *, copies: int) -> None:
    """copies: how many mails may have gone out twice, because the power was cut while they were sent."""
    _donations(truth)
    _recurring(truth)
    _refunds(truth)
    _accounts(truth)
    _receipts()
    _mails(truth, copies=copies)
    assert not StripeEvent.objects.filter(state__in=["waiting", "failed"]).exists()


def _donations(truth: StripeTruth) -> None:
    for page in truth.pages.values():
        if not page.interval:
            donation = Donation.objects.get(public_id=page.reference)
            if donation.session_id == page.id:
                _donation(donation, truth.payments.get(page.payment))
            else:
                assert not page.payment
    paid = {one.id: one for one in truth.invoices.values() if one.status == "paid"}
    renewals = Donation.objects.exclude(invoice_id=None)
    assert set(renewals.values_list("invoice_id", flat=True)) == set(paid)
    for donation in renewals:
        _donation(donation, truth.payments[paid[donation.invoice_id].payment])
    assert not Donation.objects.filter(state__in=[State.DRAFT, State.PENDING]).exists()
    taken = [one for one in truth.payments.values() if one.status == "succeeded"]
    assert Donation.objects.paid().count() == len(taken)


def _donation(donation: Donation, payment: Payment | None) -> None:
    if payment is None:
        assert donation.state in (State.EXPIRED, State.CANCELED)
        return
    assert donation.state == _PAYMENTS[payment.status]
    if payment.status == "succeeded":
        assert donation.amount_cents == payment.cents
        assert donation.refunded_cents == payment.refunded_cents
        assert donation.disputed_cents == payment.cents * sum(one.takes for one in payment.disputes)
        statuses = {one.status for one in payment.disputes}
        standing = "open" if statuses & _OPEN else "lost" if "lost" in statuses else "won"
        assert donation.dispute == (standing if statuses else "none")


def _recurring(truth: StripeTruth) -> None:
    for one in truth.subscriptions.values():
        gift = RecurringDonation.objects.get(subscription_id=one.id)
        expected = "paused" if one.paused and one.status == "active" else _SUBSCRIPTIONS[one.status]
        assert (gift.state, gift.amount_cents) == (expected, one.cents)
    begun = RecurringDonation.objects.exclude(state=RecurringState.EXPIRED)
    assert begun.count() == len(truth.subscriptions)
    assert not RecurringChange.objects.filter(state="waiting").exists()


def _refunds(truth: StripeTruth) -> None:
    made = [one for payment in truth.payments.values() for one in payment.refunds]
    assert dict(Refund.objects.exclude(refund_id=None).values_list("refund_id", "state")) == {
        one.id: _REFUNDS.get(one.status, one.status) for one in made
    }
    assert set(Counter(one.reference for one in made if one.reference).values()) <= {1}
    assert not Refund.objects.filter(state="confirmed").exists()


def _accounts(truth: StripeTruth) -> None:
    taken = [one for one in truth.payments.values() if one.status == "succeeded"]
    lost = [(one.cents, DISPUTE_FEE) for one in taken for dispute in one.disputes if dispute.takes]
    expected = {
        "gifts": -sum(one.cents for one in taken),
        "refunds": sum(one.refunded_cents for one in taken),
        "disputes": sum(cents for cents, _fee in lost),
        "fees": FEE * len(taken) + sum(fee for _cents, fee in lost),
        "bank": sum(one.cents for one in truth.payouts.values()),
        "transit": 0,
    }
    expected["stripe"] = -sum(expected.values())
    balances = LedgerEntry.objects.balances()
    assert {account: balances.get(account, 0) for account in expected} == expected


def _receipts() -> None:
    """One for each paid gift, and the last paper says what is kept. (Gaps are in the audit.)"""
    for donation in Donation.objects.prefetch_related("receipts"):
        papers = sorted(donation.receipts.all(), key=lambda paper: paper.pk)
        kinds = [paper.kind for paper in papers]
        assert kinds.count(ReceiptKind.RECEIPT) == int(donation.state == State.PAID)
        assert not papers or papers[-1].stands == kept_of(donation)


def _mails(truth: StripeTruth, *, copies: int) -> None:
    """One for each paper, sent; and nobody is told that a payment failed which did not."""
    papers = OutboxMessage.objects.filter(
        template__in=["donations/emails/receipt", "donations/emails/correction"]
    )
    assert papers.count() == Receipt.objects.count()
    assert not OutboxMessage.objects.exclude(state="sent").exists()
    sent = Counter(one.extra_headers["Message-ID"] for one in mail.outbox)
    assert set(sent) == set(OutboxMessage.objects.values_list("message_id", flat=True))
    assert sum(sent.values()) - len(sent) <= copies
    for key in OutboxMessage.objects.filter(key__startswith="recurring-failed:").values_list(
        "key", flat=True
    ):
        _words, invoice, attempt = key.split(":")
        assert int(attempt) <= truth.invoices[invoice].failures
    ended = OutboxMessage.objects.filter(template="donations/emails/recurring_ended").count()
    assert ended <= sum(one.status == "canceled" for one in truth.subscriptions.values())
