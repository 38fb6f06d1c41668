"""Products and prices: made inline by sessions and subscriptions, read here."""

from typing import Any

from .. import prices, store
from ..events import emit
from ..paging import page
from ..session_rules import check_metadata, merged_metadata
from .operations import Call, operation


@operation("GET", "/v1/products/{id}")
def product(call: Call) -> dict[str, Any]:
    return store.get("product", call.id).data


@operation("GET", "/v1/products")
def products(call: Call) -> dict[str, Any]:
    wanted = {"active": call.params["active"]} if "active" in call.params else {}
    return page(store.find("product", **wanted), call.params, "/v1/products")


@operation("POST", "/v1/products")
def create_product(call: Call) -> dict[str, Any]:
    wishes = call.honour({"name", "description", "metadata"}, "products")
    check_metadata(wishes.get("metadata"), "metadata")
    made = prices.make_product(wishes)
    emit("product.created", made)
    return made


@operation("POST", "/v1/products/{id}")
def update_product(call: Call) -> dict[str, Any]:
    row = store.get("product", call.id)
    wishes = call.honour({"name", "description", "metadata", "active"}, "products")
    if "metadata" in wishes:
        wishes["metadata"] = merged_metadata(row.data["metadata"], wishes["metadata"])
    if before := store.save(row, **wishes):
        emit("product.updated", row.data, previous=before)
    return row.data


@operation("GET", "/v1/prices/{id}")
def price(call: Call) -> dict[str, Any]:
    return store.get("price", call.id).data


@operation("GET", "/v1/prices")
def search_prices(call: Call) -> dict[str, Any]:
    wanted = {
        key: call.params[key] for key in ("active", "product", "currency", "type") if key in call.params
    }
    return page(store.find("price", **wanted), call.params, "/v1/prices")
