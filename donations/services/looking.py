"""Looking at Stripe: what an event or a row of ours is about, fetched as it is now, and applied."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from donations import gateway
from donations.gateway import NOTHING_MORE, Also
from donations.models import Donation, StripeEvent
from donations.services.apply import UnknownDonation, apply_session

Because = StripeEvent | str
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
    """How a kind of thing is fetched and applied."""

    fetch: Callable[[Target], Any]
    apply: Callable[..., Any]


SIGHTS: dict[str, Sight] = {
    "session": Sight(lambda target: gateway.retrieve_session(target.id, target.also), apply_session),
}


@dataclass
class Looks:
    """What was seen at Stripe since a batch of events was claimed: one look serves them all."""

    seen: dict[Target, Any] = field(default_factory=dict)
    applied: set[Target] = field(default_factory=set)

    def apply(self, target: Target, *, because: Because) -> None:
        """Look, and apply it once. Raises as the gateway and as what applies, until it has succeeded."""
        if target in self.applied:
            return
        sight = SIGHTS[target.kind]
        if target not in self.seen:
            self.seen[target] = sight.fetch(target)
        sight.apply(self.seen[target], because=because)
        self.applied.add(target)


def target_of(about: dict[str, Any]) -> Target:
    """What to look at for the object of an event.

    Raises UnknownDonation when it leads nowhere, and as the gateway, which may have to be asked.
    """
    kind = about["object"]
    if kind == "checkout.session":
        return Target("session", about["id"])
    payment_id = about["id"] if kind == "payment_intent" else about.get("payment_intent") or ""
    also = _ALSO.get(kind, NOTHING_MORE)
    donation = Donation.objects.filter(payment_intent_id=payment_id).first() if payment_id else None
    donation = donation or _named_in(about.get("metadata") or {})
    if donation and (target := target_for(donation, also=also)):
        return target
    if not payment_id:
        raise UnknownDonation(f"{kind} {about['id']} belongs to no payment")
    return Target("session", gateway.find_session(payment_id), also)


def target_for(donation: Donation, *, also: Also = NOTHING_MORE) -> Target | None:
    """Where to look for a donation of ours; None for one that is not at Stripe."""
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


def _named_in(metadata: dict[str, str]) -> Donation | None:
    try:
        return Donation.objects.filter(public_id=uuid.UUID(metadata.get("donation", ""))).first()
    except ValueError:
        return None
