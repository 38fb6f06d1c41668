"""Walking through Stripe's own lists, and looking at whatever is not as we have it.

Each function takes a stretch of time and says how many it found different; what only a person can decide is
put on the list of concerns, once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import TypeVar

from cms.money import Money
from donations import gateway
from donations.gateway import Also, NotAtStripe, PaymentSnapshot
from donations.models import Dispute, Donation, ForbiddenTransition, RecurringDonation, Refund, State
from donations.services import concerns, payouts, recurring_apply
from donations.services.apply import DoesNotAgree, UnknownDonation
from donations.services.disputes import state_of as dispute_state_of
from donations.services.looking import Looks, Target, named_in, target_for, who_made
from donations.services.refund_sending import state_of as refund_state_of

logger = logging.getLogger(__name__)

T = TypeVar("T")
Look = Callable[[datetime, datetime | None], int]
NEEDS_A_PERSON = (DoesNotAgree, ForbiddenTransition, UnknownDonation, NotAtStripe)


def sessions(since: datetime, until: datetime | None) -> int:
    """Payment pages that were completed, and whose gift we do not have as paid."""
    found = 0
    complete = (seen for seen in gateway.list_sessions(since=since, until=until) if seen.status == "complete")
    for some in _by_the_hundred(complete):
        known = _known_pages([seen.id for seen in some])
        strangers = [seen.id for seen in some if seen.id not in known]
        found += sum(_look(Target("session", id), key=f"session:{id}") for id in strangers)
    return found


def _known_pages(ids: list[str]) -> set[str]:
    settled = Donation.objects.filter(session_id__in=ids, state__in=[State.PAID, State.FAILED])
    begun = RecurringDonation.objects.filter(session_id__in=ids, subscription_id__isnull=False)
    return {id for rows in (settled, begun) for id in rows.values_list("session_id", flat=True) if id}


def payments(since: datetime, until: datetime | None) -> int:
    """Payments that succeeded, and that we do not have, or not with what went back of them."""
    found = 0
    succeeded = (
        paid
        for paid in gateway.list_payments(since=since, until=until)
        if paid.status == "succeeded" and paid.charge is not None
    )
    for some in _by_the_hundred(succeeded):
        rows = Donation.objects.filter(payment_intent_id__in=[paid.id for paid in some])
        ours = {row.payment_intent_id: row for row in rows.prefetch_related("disputes")}
        for paid in some:
            donation = ours.get(paid.id)
            if donation is None:
                found += _without_donation(paid)
            elif _differs(donation, paid):
                target = target_for(donation, also=Also(refunds=True, disputes=True))
                found += _look(target, key=f"payment:{paid.id}", donation=donation) if target else 0
    return found


def _differs(donation: Donation, paid: PaymentSnapshot) -> bool:
    charge = paid.charge
    return charge is not None and (
        donation.state != State.PAID
        or charge.refunded_cents != donation.refunded_cents
        or charge.disputed != bool(donation.disputes.all())
    )


def _without_donation(paid: PaymentSnapshot) -> int:
    """A payment that no donation has: a second one of a gift, an unheard renewal, or somebody else's."""
    named = named_in(paid.metadata)
    if named and named.payment_intent_id and named.payment_intent_id != paid.id:
        concerns.raise_concern(
            kind=concerns.Kind.PAID_TWICE,
            key=f"paid-twice:{paid.id}",
            donation=named,
            stripe_id=paid.id,
            detail=_amount(paid),
        )
        return 1
    try:
        target = who_made(paid.id, Also())
    except UnknownDonation:
        _stranger(paid.id, _amount(paid))
        return 1
    return _look(target, key=f"payment:{paid.id}", detail=_amount(paid))


def _amount(paid: PaymentSnapshot) -> str:
    charge = paid.charge
    return str(Money(charge.amount_cents, charge.currency)) if charge else ""


def invoices(since: datetime, until: datetime | None) -> int:
    """Paid invoices that no donation has."""
    found = 0
    some_money = (seen for seen in gateway.list_paid_invoices(since=since, until=until) if seen.amount_cents)
    for some in _by_the_hundred(some_money):
        rows = Donation.objects.filter(invoice_id__in=[seen.id for seen in some])
        ours = set(rows.values_list("invoice_id", flat=True))
        strangers = [seen.id for seen in some if seen.id not in ours]
        found += sum(_look(Target("invoice", id), key=f"invoice:{id}") for id in strangers)
    return found


def refunds(since: datetime, until: datetime | None) -> int:
    """Refunds that we do not have, or not in the state in which they are."""
    found = 0
    for seen in gateway.list_refunds(since=since, until=until):
        known = Refund.objects.filter(refund_id=seen.id, state=refund_state_of(seen.status))
        found += 0 if known.exists() else _look_at_payment(seen.payment_intent_id, Also(refunds=True))
    return found


def disputes(since: datetime, until: datetime | None) -> int:
    """Disputes that we do not have, or not in the state in which they are."""
    found = 0
    for seen in gateway.list_disputes(since=since, until=until):
        known = Dispute.objects.filter(
            dispute_id=seen.id,
            state=dispute_state_of(seen.status),
            withdrawn_cents=seen.withdrawn_cents,
            fee_cents=seen.fee_cents,
        )
        found += 0 if known.exists() else _look_at_payment(seen.payment_intent_id, Also(disputes=True))
    return found


def paid_out(since: datetime, until: datetime | None) -> int:
    """Payouts that are not booked as they are, or do not add up."""
    found = 0
    for payout in gateway.list_payouts(since=since, until=until):
        if not payouts.is_booked(payout):
            payouts.apply_payout(payout, because="reconcile")
            found += 1
        if payout.is_automatic and payout.status in ("paid", "in_transit"):
            found += not payouts.check_payout(payout)
    return found


def subscriptions() -> int:
    """Subscriptions that we do not have, or not in the state, amount or rhythm in which they are."""
    found = 0
    for seen in gateway.list_subscriptions():
        row = RecurringDonation.objects.filter(subscription_id=seen.id).first()
        if row and (row.state, row.amount_cents) == (recurring_apply.state_of(seen), seen.amount_cents):
            continue
        found += _look(Target("subscription", seen.id), key=f"subscription:{seen.id}")
    return found


# Lists that Stripe keeps by the moment of the making.
BY_TIME: dict[str, Look] = {
    "sessions": sessions,
    "payments": payments,
    "invoices": invoices,
    "refunds": refunds,
    "disputes": disputes,
    "payouts": paid_out,
}


def _by_the_hundred(seen: Iterable[T]) -> Iterator[list[T]]:
    """As many as our own rows are asked for at once; no more than these stand in memory."""
    rest = iter(seen)
    while some := list(islice(rest, 100)):
        yield some


def _look_at_payment(payment_intent_id: str, also: Also) -> int:
    donation = Donation.objects.filter(payment_intent_id=payment_intent_id).first()
    target = target_for(donation, also=also) if donation else None
    return _look(target, key=f"payment:{payment_intent_id}", donation=donation) if target else 0


def _look(target: Target, *, key: str, donation: Donation | None = None, detail: str = "") -> int:
    """Look and apply; what contradicts is listed, what is nobody's too. Always 1."""
    try:
        Looks().apply(target, because="reconcile")
    except UnknownDonation:
        _stranger(target.id, detail)
    except NEEDS_A_PERSON as problem:
        logger.error("%s needs a person: %s", target.id, problem)
        concerns.raise_concern(
            kind=concerns.Kind.DOES_NOT_AGREE,
            key=f"does-not-agree:{key}:{problem}",
            donation=donation,
            stripe_id=target.id,
            detail=f"{type(problem).__name__}: {problem}",
        )
    return 1


def _stranger(stripe_id: str, detail: str) -> None:
    concerns.raise_concern(
        kind=concerns.Kind.UNKNOWN_AT_STRIPE,
        key=f"unknown:{stripe_id}",
        stripe_id=stripe_id,
        detail=detail,
    )
