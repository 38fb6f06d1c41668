"""The sandbox never lies: each object, answer and event is held against Stripe's schema before it leaves.

The schema cannot say everything, so a few checks stand beside it: whole numbers that are really whole,
lower-case currencies, the prefixes of ids, the limits of metadata.
"""

import re
from collections.abc import Iterator
from typing import Any

from .schema import API_VERSION, description, faults, kinds_of_event

PREFIXES: dict[str, str | tuple[str, ...]] = {
    "balance_transaction": "txn_",
    "billing_portal.configuration": "bpc_",
    "billing_portal.session": "bps_",
    "charge": ("ch_", "py_"),
    "checkout.session": "cs_test_",
    "customer": "cus_",
    "dispute": ("du_", "dp_"),
    "event": "evt_",
    "invoice": "in_",
    "invoice_payment": "inpay_",
    "item": "li_",
    "line_item": "il_",
    "mandate": "mandate_",
    "payment_intent": "pi_",
    "payment_method": "pm_",
    "payout": "po_",
    "price": "price_",
    "product": "prod_",
    "radar.early_fraud_warning": "issfr_",
    "refund": ("re_", "pyr_"),
    "setup_intent": "seti_",
    "subscription": "sub_",
    "subscription_item": "si_",
    "test_helpers.test_clock": "clock_",
    "webhook_endpoint": "we_",
}
# Fields that hold another object's id, and what that id begins with.
REFERENCES: dict[str, str | tuple[str, ...]] = {
    "balance_transaction": "txn_",
    "charge": ("ch_", "py_"),
    "configuration": "bpc_",
    "customer": "cus_",
    "default_payment_method": "pm_",
    "failure_balance_transaction": "txn_",
    "invoice": "in_",
    "latest_charge": ("ch_", "py_"),
    "latest_invoice": "in_",
    "mandate": "mandate_",
    "payment_intent": "pi_",
    "payment_method": "pm_",
    "product": "prod_",
    "setup_intent": "seti_",
    "subscription": "sub_",
    "subscription_item": "si_",
    "test_clock": "clock_",
}
_CURRENCY = re.compile(r"^[a-z]{3}$")


class Dishonest(Exception):
    """The sandbox was about to send something that Stripe would never send. A defect of the sandbox."""


def check_object(value: dict[str, Any]) -> dict[str, Any]:
    """Return ``value`` if Stripe could have sent it. Raises Dishonest with every fault."""
    name = description()["objects"].get(value.get("object"))
    if name is None:
        raise Dishonest(f"unknown object {value.get('object')!r}")
    return _held(value, {"$ref": f"#/definitions/{name}"}, value["object"])


def check_answer(value: Any, operation: dict[str, Any]) -> Any:
    """Return ``value`` if it is a possible answer of the operation. Raises Dishonest."""
    return _held(value, operation["response"], f"{operation['method']} {operation['path']}")


def check_event(value: dict[str, Any]) -> dict[str, Any]:
    """Return the event if it and the object it carries are both true to the schema. Raises Dishonest."""
    check_object(value)
    kind = value["data"]["object"].get("object")
    if kind not in kinds_of_event(value["type"]):
        raise Dishonest(f"{value['type']} cannot carry a {kind}")
    if value["api_version"] != API_VERSION:
        raise Dishonest(f"event of version {value['api_version']}")
    check_object(value["data"]["object"])
    return value


def _held(value: Any, schema: dict[str, Any], what: str) -> Any:
    found = faults(value, schema) + list(further_faults(value))
    if found:
        raise Dishonest(f"{what}: " + "; ".join(found[:10]))
    return value


def further_faults(value: Any, path: str = "$") -> Iterator[str]:
    """What the schema cannot say, one sentence each."""
    if isinstance(value, float):
        yield f"{path}: {value!r} is not a whole number"
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from further_faults(entry, f"{path}[{index}]")
    elif isinstance(value, dict):
        yield from _identity_faults(value, path)
        for key, entry in value.items():
            here = f"{path}.{key}"
            if key == "metadata":
                yield from _metadata_faults(entry or {}, here)
            elif key == "currency" and entry is not None and not _CURRENCY.match(str(entry)):
                yield f"{here}: {entry!r} is not a lower-case currency"
            elif key in REFERENCES and isinstance(entry, str) and not entry.startswith(REFERENCES[key]):
                yield f"{here}: {entry!r} does not begin with {_either(REFERENCES[key])}"
            else:
                yield from further_faults(entry, here)


def _either(prefix: str | tuple[str, ...]) -> str:
    return prefix if isinstance(prefix, str) else " or ".join(prefix)


def _identity_faults(value: dict[str, Any], path: str) -> Iterator[str]:
    prefix = PREFIXES.get(str(value.get("object")))
    if prefix and not str(value.get("id")).startswith(prefix):
        yield f"{path}.id: {value.get('id')!r} does not begin with {_either(prefix)}"
    if value.get("livemode"):
        yield f"{path}.livemode: the sandbox is never live"


def _metadata_faults(metadata: dict[str, Any], path: str) -> Iterator[str]:
    if len(metadata) > 50:
        yield f"{path}: {len(metadata)} keys, at most 50"
    for key, entry in metadata.items():
        if len(key) > 40 or not isinstance(entry, str) or len(entry) > 500:
            yield f"{path}: {key[:40]!r} is no text of at most 500 characters under a key of at most 40"
