"""Customers: people the site wants to recognise."""

from typing import Any

from . import store
from .events import emit
from .ids import new_id
from .skeletons import build


def add_customer(wishes: dict[str, Any], *, at: int | None = None) -> dict[str, Any]:
    """Make a customer from the honoured parameters (email, name, description, phone, metadata, …)."""
    customer_id = new_id("cus_")
    customer = build(
        "customer",
        id=customer_id,
        created=at or store.now(),
        address=None,
        currency=None,
        delinquent=False,
        invoice_prefix=customer_id[4:12].upper(),
        next_invoice_sequence=1,
        tax_exempt="none",
        test_clock=None,
        preferred_locales=wishes.pop("preferred_locales", []),
        metadata=wishes.pop("metadata", {}),
        name=wishes.pop("name", None),
        phone=wishes.pop("phone", None),
        **wishes,
    )
    store.add(customer)
    emit("customer.created", customer, at=at)
    return customer
