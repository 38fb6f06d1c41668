"""What a session sells: line items made from prices given in the request."""

from typing import Any

from . import prices, store
from .ids import new_id
from .skeletons import build


def make_items(wishes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Line items from already checked parameters."""
    return [_make_item(wish) for wish in wishes]


def _make_item(wish: dict[str, Any]) -> dict[str, Any]:
    data, quantity = wish["price_data"], wish["quantity"]
    price = prices.make_price(data)
    amount = price["unit_amount"] * quantity
    return build(
        "item",
        id=new_id("li_"),
        amount_subtotal=amount,
        amount_total=amount,
        currency=data["currency"],
        description=store.get("product", price["product"]).data["name"],
        metadata={key: str(value) for key, value in wish.get("metadata", {}).items()},
        price=price,
        quantity=quantity,
    )
