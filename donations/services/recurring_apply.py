"""What Stripe has of recurring gifts, made ours: the page, the subscription, and each invoice.

Functions of what was fetched, as apply_session is: events may come twice, late and in any order. Each paid
invoice is one Donation, the first included, known by the invoice's id. What each returns is what should be
looked at next: the way leads from the page to the subscription, and from it to its latest invoice.
"""

from __future__ import annotations

import logging
import uuid

from django.db import transaction

from cms.money import Money
from donations import emails
from donations.amounts import fee_within
from donations.gateway import InvoiceSnapshot, SessionSnapshot, SubscriptionSnapshot
from donations.models import Donation, RecurringDonation, RecurringState, State, StripeEvent
from donations.services import concerns
from donations.services.apply import UnknownDonation
from donations.services.booking import DoesNotAgree, book_payment

logger = logging.getLogger(__name__)

Because = StripeEvent | str
# (kind, id): see looking.Target.
Next = list[tuple[str, str]]
_STATES = {
    "incomplete": RecurringState.INCOMPLETE,
    "incomplete_expired": RecurringState.EXPIRED,
    "trialing": RecurringState.ACTIVE,
    "active": RecurringState.ACTIVE,
    "past_due": RecurringState.PAST_DUE,
    "unpaid": RecurringState.UNPAID,
    "canceled": RecurringState.CANCELED,
    "paused": RecurringState.PAUSED,
}
# Stripe's word for the invoice with which a gift begins.
_FIRST = "subscription_create"
_NOT_BEGUN = (RecurringState.DRAFT, RecurringState.PENDING)


def apply_page(session: SessionSnapshot, *, because: Because) -> Next:
    """Bring a recurring gift to where its payment page is. Raises UnknownDonation or DoesNotAgree."""
    with transaction.atomic():
        row = _locked(session_id=session.id, reference=session.reference)
        if row.session_id and row.session_id != session.id:
            if session.status == "complete":
                raise DoesNotAgree(f"Session {session.id} began beside {row.session_id}")
            return []  # an attempt whose address nobody ever got
        row.session_id, row.session_url = session.id, session.url or row.session_url
        row.session_expires_at = session.expires_at
        row.save(update_fields=["session_id", "session_url", "session_expires_at", "updated_at"])
        if session.status == "open" and row.state == RecurringState.DRAFT:
            row.transition(to=RecurringState.PENDING, because=because)
        elif session.status == "expired" and row.state in _NOT_BEGUN:
            row.transition(to=RecurringState.EXPIRED, because=because)
    return [("subscription", session.subscription_id)] if session.subscription_id else []


def state_of(seen: SubscriptionSnapshot) -> RecurringState:
    """Our state for a subscription as Stripe has it. Raises DoesNotAgree for a word that we do not know."""
    state = _STATES.get(seen.status)
    if state is None:
        raise DoesNotAgree(f"Subscription {seen.id} is {seen.status!r}")
    return RecurringState.PAUSED if state == RecurringState.ACTIVE and seen.paused else state


def apply_subscription(seen: SubscriptionSnapshot, *, because: Because) -> Next:
    """Mirror a subscription. Safe to repeat; a look from before the last one applied is passed over.

    Donors are told when it ends: because they wished so, or because no payment went through. Raises
    UnknownDonation, DoesNotAgree or ForbiddenTransition.
    """
    with transaction.atomic():
        row = _locked(subscription_id=seen.id, reference=seen.reference)
        if row.subscription_id and row.subscription_id != seen.id:
            raise DoesNotAgree(f"Subscription {seen.id} began beside {row.subscription_id}")
        if row.refreshed_at and seen.looked_at < row.refreshed_at:
            return []
        target = state_of(seen)
        row.subscription_id, row.customer_id = seen.id, seen.customer_id
        row.refreshed_at, row.paused_until = seen.looked_at, seen.resumes_at
        row.amount_cents, row.interval = seen.amount_cents or row.amount_cents, seen.interval
        row.next_at = None if target in (RecurringState.CANCELED, RecurringState.EXPIRED) else seen.next_at
        row.save(
            update_fields=[
                "subscription_id",
                "customer_id",
                "refreshed_at",
                "paused_until",
                "amount_cents",
                "interval",
                "next_at",
                "updated_at",
            ]
        )
        began = row.began_at is not None
        at = seen.ended_at if target == RecurringState.CANCELED else seen.created
        moved = row.transition(to=target, because=because, at=at)
        if moved and began and target in (RecurringState.CANCELED, RecurringState.UNPAID):
            unpaid = target == RecurringState.UNPAID or seen.reason == "payment_failed"
            emails.tell_recurring_ended(row, for_want_of_payment=unpaid)
        latest = seen.latest_invoice_id
        is_known = not latest or Donation.objects.filter(invoice_id=latest).exists()
    return [] if is_known else [("invoice", latest)]


def apply_invoice(invoice: InvoiceSnapshot, *, because: Because) -> Next:
    """Book a paid invoice as a Donation, once; tell the donor of a failed one, and that a first debit is on
    its way. Raises as apply_subscription.

    An invoice over nothing (a change of the day makes one) is no gift.
    """
    if not invoice.subscription_id:
        raise UnknownDonation(f"Invoice {invoice.id} belongs to no subscription")
    with transaction.atomic():
        row = _locked(subscription_id=invoice.subscription_id, reference=invoice.reference)
        if row.subscription_id and row.subscription_id != invoice.subscription_id:
            raise DoesNotAgree(f"Invoice {invoice.id} is of another subscription than {row.subscription_id}")
        if invoice.status == "paid" and invoice.amount_cents > 0:
            _gift(row, invoice, because)
        elif invoice.is_on_its_way:
            if invoice.billing_reason == _FIRST:
                emails.tell_on_its_way(row)
        elif invoice.status == "open" and invoice.attempts > 0 and row.began_at is not None:
            emails.tell_payment_failed(row, invoice)
    return [] if row.subscription_id else [("subscription", invoice.subscription_id)]


def _gift(row: RecurringDonation, invoice: InvoiceSnapshot, because: Because) -> None:
    """The Donation of a paid invoice, brought to where its payment is."""
    if invoice.payment is None:
        raise DoesNotAgree(f"Invoice {invoice.id} is paid, but no payment is there")
    donation, is_new = Donation.objects.select_for_update(of=("self",)).get_or_create(
        invoice_id=invoice.id,
        defaults={
            "recurring": row,
            "campaign": row.campaign,
            "beneficiary": row.beneficiary,
            "donor": row.donor,
            "amount_cents": invoice.amount_cents,
            "currency": invoice.currency,
            **row.as_given(is_first=invoice.billing_reason == _FIRST),
            "pays_with": row.pays_with,
            "covered_fee_cents": _covered(row, invoice),
            "source": "recurring",
            "state": State.DRAFT,
            "payment_intent_id": invoice.payment.id,
        },
    )
    if donation.refreshed_at and invoice.looked_at < donation.refreshed_at:
        return
    if donation.payment_intent_id != invoice.payment.id:
        raise DoesNotAgree(f"Invoice {invoice.id} was paid by another payment")
    donation.refreshed_at = invoice.looked_at
    donation.save(update_fields=["refreshed_at", "updated_at"])
    book_payment(donation, invoice.payment, looked_at=invoice.looked_at, because=because)
    after_end = row.ended_at and donation.paid_at and donation.paid_at > row.ended_at
    if is_new and row.state == RecurringState.CANCELED and after_end:
        concerns.raise_concern(
            kind=concerns.Kind.PAID_AFTER_END,
            key=f"paid-after-end:{invoice.id}",
            donation=donation,
        )


def _covered(row: RecurringDonation, invoice: InvoiceSnapshot) -> int:
    """What of an invoice covers the fee, if the donor wished to; the amount may have changed since."""
    if not row.covered_fee_cents:
        return 0
    return fee_within(Money(invoice.amount_cents, invoice.currency), row.pays_with).cents


def _locked(*, reference: str, **known: str) -> RecurringDonation:
    """The row by Stripe's id or by our own, under its lock. Raises UnknownDonation."""
    rows = RecurringDonation.objects.select_for_update(of=("self",)).select_related(
        "donor", "campaign", "beneficiary"
    )
    row = rows.filter(**known).first()
    if row is None and (public_id := _uuid(reference)):
        row = rows.filter(public_id=public_id).first()
    if row is None:
        raise UnknownDonation(", ".join(known.values()))
    return row


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
