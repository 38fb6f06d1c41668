"""Looking at Stripe: what an event or a row of ours is about, fetched as it is now, and applied."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from donations import gateway
from donations.gateway import NOTHING_MORE, Also, NotAtStripe, SessionSnapshot
from donations.models import Donation, StripeEvent
from donations.services import concerns, payouts, recurring_apply
from donations.services.apply import UnknownDonation, apply_session

Because = StripeEvent | str
# Objects of events that are looked at by their own id.
_LOOKED_AT_ITSELF = {
    "checkout.session": "session",
    "subscription": "subscription",
    "invoice": "invoice",
    "payout": "payout",
}
# What an object of an event makes us ask, beyond what the charge tells.
_ALSO = {"refund": Also(refunds=True), "dispute": Also(disputes=True), "charge": NOTHING_MORE}


@dataclass(frozen=True)
class Target:
    """One thing at Stripe to look at: its kind, its id, and what to ask beside it."""

    kind: str
    id: str
    also: Also = NOTHING_MORE


@dataclass(frozen=True)
class Sight:
    """How a kind of thing is fetched and applied; what applies it returns what to look at next."""

    fetch: Callable[[Target], Any]
    apply: Callable[..., Any]


def _apply_any_session(session: SessionSnapshot, *, because: Because) -> list[tuple[str, str]]:
    if session.mode == "subscription":
        return recurring_apply.apply_page(session, because=because)
    apply_session(session, because=because)
    return []


def _warn_of_fraud(payment_intent_id: str, *, because: Because) -> list[tuple[str, str]]:
    """The card's bank suspects fraud: there is nothing to look at, only something to tell."""
    donation = Donation.objects.filter(payment_intent_id=payment_intent_id).first()
    if donation is None:
        raise UnknownDonation(f"No donation was paid by {payment_intent_id}")
    concerns.raise_concern(
        kind=concerns.Kind.FRAUD_WARNING,
        key=f"fraud:{payment_intent_id}",
        donation=donation,
        stripe_id=payment_intent_id,
    )
    return []


SIGHTS: dict[str, Sight] = {
    "session": Sight(lambda target: gateway.retrieve_session(target.id, target.also), _apply_any_session),
    "subscription": Sight(
        lambda target: gateway.retrieve_subscription(target.id), recurring_apply.apply_subscription
    ),
    "payout": Sight(lambda target: gateway.retrieve_payout(target.id), payouts.apply_payout),
    "fraud": Sight(lambda target: target.id, _warn_of_fraud),
    "invoice": Sight(
        lambda target: gateway.retrieve_invoice(target.id, target.also), recurring_apply.apply_invoice
    ),
}


@dataclass
class Looks:
    """What was seen at Stripe since a batch of events was claimed: one look serves them all."""

    seen: dict[Target, Any] = field(default_factory=dict)
    applied: set[Target] = field(default_factory=set)

    def apply(self, target: Target, *, because: Because) -> None:
        """Look, apply it once, and go on to what it leads to. Raises as the gateway and as what applies,
        until it has succeeded."""
        if target in self.applied:
            return
        if target not in self.seen:
            self.seen[target] = SIGHTS[target.kind].fetch(target)
        self.apply_seen(target, self.seen[target], because=because)

    def apply_seen(self, target: Target, snapshot: Any, *, because: Because) -> None:
        """Apply what was seen already, and go on to what it leads to."""
        leads_to = SIGHTS[target.kind].apply(snapshot, because=because)
        self.applied.add(target)
        for kind, id in leads_to:
            self.apply(Target(kind, id), because=because)


def target_of(about: dict[str, Any]) -> Target:
    """What to look at for the object of an event.

    Raises UnknownDonation when it leads nowhere, and as the gateway, which may have to be asked.
    """
    kind = about["object"]
    if kind in _LOOKED_AT_ITSELF:
        return Target(_LOOKED_AT_ITSELF[kind], about["id"])
    if kind == "radar.early_fraud_warning":
        return Target("fraud", about.get("payment_intent") or "")
    payment_id = about["id"] if kind == "payment_intent" else about.get("payment_intent") or ""
    also = _ALSO.get(kind, NOTHING_MORE)
    donation = Donation.objects.filter(payment_intent_id=payment_id).first() if payment_id else None
    donation = donation or named_in(about.get("metadata") or {})
    if donation and (target := target_for(donation, also=also)):
        return target
    if not payment_id:
        raise UnknownDonation(f"{kind} {about['id']} belongs to no payment")
    return who_made(payment_id, also)


def who_made(payment_id: str, also: Also) -> Target:
    """The page or the invoice that a payment belongs to. Raises UnknownDonation when it is neither's."""
    try:
        return Target("session", gateway.find_session(payment_id), also)
    except NotAtStripe:
        try:
            return Target("invoice", gateway.find_invoice(payment_id), also)
        except NotAtStripe as nobody:
            raise UnknownDonation(f"Nothing of ours made {payment_id}") from nobody


def target_for(donation: Donation, *, also: Also = NOTHING_MORE) -> Target | None:
    """Where to look for a donation of ours; None for one that is not at Stripe."""
    if donation.invoice_id:
        return Target("invoice", donation.invoice_id, also)
    return Target("session", donation.session_id, also) if donation.session_id else None


def look_at(donation: Donation, *, because: Because, also: Also = NOTHING_MORE) -> None:
    """Fetch what a donation is at Stripe and apply it. Never call it inside a transaction.

    also: what to ask even where the charge tells of none. Raises as the gateway and as apply_session;
    UnknownDonation for a gift that never was at Stripe.
    """
    target = target_for(donation, also=also)
    if target is None:
        raise UnknownDonation(f"Donation {donation.public_id} is not at Stripe")
    Looks().apply(target, because=because)


def named_in(metadata: dict[str, str]) -> Donation | None:
    """The donation that was written on something of Stripe's."""
    try:
        return Donation.objects.filter(public_id=uuid.UUID(metadata.get("donation", ""))).first()
    except ValueError:
        return None
