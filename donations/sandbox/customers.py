"""Customers: people the site wants to recognise."""

from typing import Any

from . import store
from .errors import Refusal
from .events import emit
from .ids import new_id
from .models import StoredObject
from .skeletons import build


def add_customer(wishes: dict[str, Any]) -> dict[str, Any]:
    """Make a customer from the honoured parameters (email, name, description, phone, metadata, …)."""
    customer_id = new_id("cus_")
    customer = build(
        "customer",
        id=customer_id,
        created=store.now(),
        address=wishes.pop("address", None),
        currency=None,
        delinquent=False,
        invoice_prefix=customer_id[4:12].upper(),
        next_invoice_sequence=1,
        tax_exempt="none",
        test_clock=wishes.pop("test_clock", None),
        preferred_locales=wishes.pop("preferred_locales", []),
        metadata=wishes.pop("metadata", {}),
        name=wishes.pop("name", None),
        phone=wishes.pop("phone", None),
        **wishes,
    )
    store.add(customer)
    emit("customer.created", customer)
    return customer


def find_customer(customer_id: str, *, param: str = "customer") -> StoredObject:
    """The customer named in a parameter. Raises Refusal (400) when there is none, or no longer."""
    return store.get("customer", customer_id, param=param, status=400)


def set_default_method(customer_id: str, method_id: str) -> None:
    """What is charged when nothing else is said."""
    customer = find_customer(customer_id)
    change_customer(
        customer,
        {"invoice_settings": customer.data["invoice_settings"] | {"default_payment_method": method_id}},
    )


def change_customer(customer: StoredObject, changes: dict[str, Any]) -> None:
    """Write new values and tell what changed; nothing changed, nothing told."""
    before = store.save(customer, **changes)
    if before:
        emit("customer.updated", customer.data, previous=before)


def check_method(customer_id: str | None, method: StoredObject, *, param: str = "payment_method") -> None:
    """Raises Refusal unless the payment method is saved with this customer."""
    if customer_id is None or method.data["customer"] != customer_id:
        raise Refusal(
            f"The PaymentMethod {method.stripe_id} does not belong to the Customer you supplied.",
            param=param,
        )
