"""Mandates: a person's leave to debit their account, or to charge their card again."""

from typing import Any

from . import store
from .events import emit
from .ids import new_id
from .models import StoredObject
from .skeletons import build


def sign(method: StoredObject, page: str) -> StoredObject:
    """Write down that the person gave leave on our page. page: where the mandate can be read."""
    kind = method.data["type"]
    details: dict[str, Any] = {"type": kind, "card": {}}
    if kind == "sepa_debit":
        reference = new_id("")[:16].upper()
        details = {"type": kind, "sepa_debit": {"reference": reference, "url": page}}
    return store.add(
        build(
            "mandate",
            id=new_id("mandate_"),
            customer_acceptance={
                "accepted_at": store.now(),
                "online": {"ip_address": "127.0.0.1", "user_agent": "sandbox"},
                "type": "online",
            },
            multi_use={},
            payment_method=method.stripe_id,
            payment_method_details=details,
            status="active",
            type="multi_use",
        )
    )


def latest_for(method_id: str) -> StoredObject | None:
    return store.find("mandate", payment_method=method_id).first()


def revoke_for(method_id: str) -> None:
    """The method was taken away: its mandates end, and the site hears it."""
    for mandate in store.find("mandate", payment_method=method_id, status="active"):
        before = store.save(mandate, status="inactive")
        emit("mandate.updated", mandate.data, previous=before)
