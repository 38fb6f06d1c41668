"""Stripe's page on which a donor changes the card of a recurring gift."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache

from donations.gateway.client import ask, client
from donations.gateway.mode import mode

_FEATURES: dict[str, Any] = {
    "payment_method_update": {"enabled": True},
    "invoice_history": {"enabled": False},
    # Amount, pause and end are changed on the site, which tells its donors what follows.
    "subscription_cancel": {"enabled": False},
    "customer_update": {"enabled": False},
}
_MADE_BY = {"made_by": "cultnetwork"}


def open_portal(*, customer_id: str, return_url: str, change_card: bool = True) -> str:
    """The address of a page on which the customer, who has been recognised, changes the card.

    Raises NotAtStripe, PaymentServiceRefused or PaymentServiceUnavailable.
    """
    stripe = client()
    params: dict[str, Any] = {
        "customer": customer_id,
        "return_url": return_url,
        "configuration": _configuration(),
    }
    if change_card:
        params["flow_data"] = {"type": "payment_method_update"}
    made = ask(lambda: stripe.v1.billing_portal.sessions.create(params))  # type: ignore[arg-type]
    return made.url


def _configuration() -> str:
    """The id of the page's configuration, made once for each mode of Stripe and found again."""
    key = f"stripe-portal:{mode()}"
    if known := cache.get(key):
        return known
    stripe = client()
    listed = ask(lambda: stripe.v1.billing_portal.configurations.list({"active": True, "limit": 100}))
    ours = (row for row in listed.data if row.to_dict(for_json=True).get("metadata") == _MADE_BY)
    found = next(ours, None)
    if found is None:
        params: dict[str, Any] = {"features": _FEATURES, "metadata": _MADE_BY}
        options = {"idempotency_key": f"portal-configuration-{mode()}"}
        found = ask(lambda: stripe.v1.billing_portal.configurations.create(params, options))  # type: ignore[arg-type]
    cache.set(key, found.id, timeout=3600)
    return found.id
