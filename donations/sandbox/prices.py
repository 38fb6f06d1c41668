"""Products and prices, as requests make them inline."""

from typing import Any

from . import store
from .ids import new_id
from .skeletons import build


def make_product(wishes: dict[str, Any]) -> dict[str, Any]:
    """The product of ``product_data``: a name, perhaps a description and metadata."""
    at = store.now()
    product = build(
        "product",
        id=new_id("prod_"),
        active=True,
        created=at,
        updated=at,
        description=wishes.get("description"),
        images=wishes.get("images", []),
        metadata={key: str(value) for key, value in wishes.get("metadata", {}).items()},
        name=wishes["name"],
        type="service",
    )
    store.add(product)
    return product


def make_price(wishes: dict[str, Any], *, active: bool = False) -> dict[str, Any]:
    """The price of ``price_data``, already checked; its product is made too when only described.

    Inline prices are for one use: Stripe keeps them inactive.
    """
    product = wishes.get("product") or make_product(wishes["product_data"])["id"]
    recurring = wishes.get("recurring")
    price = build(
        "price",
        id=new_id("price_"),
        active=active,
        created=store.now(),
        billing_scheme="per_unit",
        currency=wishes["currency"],
        metadata={},
        product=product,
        recurring=_rhythm(recurring) if recurring else None,
        tax_behavior="unspecified",
        type="recurring" if recurring else "one_time",
        unit_amount=wishes["unit_amount"],
        unit_amount_decimal=str(wishes["unit_amount"]),
    )
    store.add(price)
    return price


def _rhythm(recurring: dict[str, Any]) -> dict[str, Any]:
    return {
        "interval": recurring["interval"],
        "interval_count": recurring.get("interval_count", 1),
        "meter": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }
