"""What a session sells: line items made from prices given in the request."""

from typing import Any

from .ids import new_id
from .skeletons import build


def make_items(wishes: list[dict[str, Any]], at: int) -> list[dict[str, Any]]:
    """Line items from already checked parameters; ``at`` in seconds since 1970."""
    return [_make_item(wish, at) for wish in wishes]


def _make_item(wish: dict[str, Any], at: int) -> dict[str, Any]:
    data, quantity = wish["price_data"], wish["quantity"]
    amount = data["unit_amount"] * quantity
    price = build(
        "price",
        id=new_id("price_"),
        created=at,
        billing_scheme="per_unit",
        currency=data["currency"],
        metadata={},
        product=new_id("prod_"),
        tax_behavior="unspecified",
        type="one_time",
        unit_amount=data["unit_amount"],
        unit_amount_decimal=str(data["unit_amount"]),
    )
    return build(
        "item",
        id=new_id("li_"),
        amount_subtotal=amount,
        amount_total=amount,
        currency=data["currency"],
        description=data["product_data"]["name"],
        metadata={key: str(value) for key, value in wish.get("metadata", {}).items()},
        price=price,
        quantity=quantity,
    )
