"""``expand``: put the object itself where its id stands."""

import copy
from typing import Any

from .errors import Refusal
from .models import StoredObject
from .paging import listing
from .schema import definition_of, description, resolve
from .store import as_shown
from .validation import REFERENCES

_DEEPEST = 4


def expand(answer: dict[str, Any], paths: list[str]) -> dict[str, Any]:
    """A copy of the answer with every path followed, ``payment_intent.latest_charge`` for instance.

    In a list the path begins with ``data``. Raises Refusal for what cannot be expanded.
    """
    if not paths:
        return answer
    answer = copy.deepcopy(answer)
    for path in paths:
        steps = path.split(".")
        if len(steps) > _DEEPEST:
            raise Refusal(f"You cannot expand more than {_DEEPEST} levels of a property ({path}).")
        _follow(answer, steps, path)
    return answer


def _follow(value: dict[str, Any], steps: list[str], path: str) -> None:
    if not steps:
        return
    step, rest = steps[0], steps[1:]
    if value.get("object") == "list":
        if step != "data":
            raise _impossible(path)
        for entry in value["data"]:
            _follow(entry, rest, path)
        return
    inner = value.get(step)
    if isinstance(inner, str) and _is_reference(value, step):
        row = StoredObject.objects.filter(stripe_id=inner).first()
        if row is None:
            raise _impossible(path)
        inner = value[step] = as_shown(row)
    elif step in _INCLUDABLE.get(value.get("object", ""), {}) and not isinstance(inner, dict):
        inner = value[step] = _INCLUDABLE[value["object"]][step](value)
    elif inner is None and _is_reference(value, step):
        return
    if not isinstance(inner, dict):
        raise _impossible(path)
    _follow(inner, rest, path)


def _is_reference(value: dict[str, Any], field: str) -> bool:
    """Whether the schema lets this field hold an object in place of its id."""
    if "object" not in value:  # a group within an object, as invoice_payment.payment
        return field in REFERENCES
    if value["object"] not in description()["objects"]:
        return False
    schema = definition_of(value["object"])["properties"].get(field, {})
    options = [resolve(option) for option in schema.get("anyOf", [schema])]
    texts = any(option.get("type") == "string" for option in options)
    return texts and any("object" in option.get("properties", {}) for option in options)


def _impossible(path: str) -> Refusal:
    return Refusal(f"This property cannot be expanded ({path[:100]}).", param="expand")


def session_items(session_id: str) -> list[dict[str, Any]]:
    """The line items of a checkout session, which Stripe keeps apart from it."""
    return StoredObject.objects.get(stripe_id=session_id).private["line_items"]


def _line_items(session: dict[str, Any]) -> dict[str, Any]:
    return listing(session_items(session["id"]), f"/v1/checkout/sessions/{session['id']}/line_items")


def _refunds(charge: dict[str, Any]) -> dict[str, Any]:
    rows = StoredObject.objects.filter(kind="refund", data__charge=charge["id"]).order_by("-number")[:10]
    return listing([row.data for row in rows], f"/v1/charges/{charge['id']}/refunds")


def _payments(invoice: dict[str, Any]) -> dict[str, Any]:
    rows = StoredObject.objects.filter(kind="invoice_payment", data__invoice=invoice["id"]).order_by(
        "-number"
    )
    return listing([row.data for row in rows], f"/v1/invoice_payments?invoice={invoice['id']}")


def _confirmation_secret(invoice: dict[str, Any]) -> dict[str, Any] | None:
    payment = StoredObject.objects.filter(kind="invoice_payment", data__invoice=invoice["id"]).first()
    if payment is None:
        return None
    intent = StoredObject.objects.get(stripe_id=payment.data["payment"]["payment_intent"])
    return {"client_secret": intent.data["client_secret"], "type": "payment_intent"}


def _subscriptions(customer: dict[str, Any]) -> dict[str, Any]:
    found = StoredObject.objects.filter(kind="subscription", data__customer=customer["id"])
    rows = found.exclude(state__in=("canceled", "incomplete_expired")).order_by("-number")[:10]
    return listing([row.data for row in rows], f"/v1/customers/{customer['id']}/subscriptions")


# Fields that an answer leaves out unless they are asked for.
_INCLUDABLE: dict[str, dict[str, Any]] = {
    "checkout.session": {"line_items": _line_items},
    "charge": {"refunds": _refunds},
    "invoice": {"payments": _payments, "confirmation_secret": _confirmation_secret},
    "customer": {"subscriptions": _subscriptions},
}
