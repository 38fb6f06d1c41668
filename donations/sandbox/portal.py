"""The customer portal: a page where a person changes how they pay, and nothing else of Stripe's."""

from typing import Any

from . import customers, store
from .errors import Refusal, beyond_sandbox
from .events import emit
from .ids import new_id
from .models import StoredObject
from .skeletons import build

LASTS = 3600  # seconds that the address of a session is good for


def make_configuration(wishes: dict[str, Any]) -> StoredObject:
    """What the portal lets people do. The first one is the default."""
    at = store.now()
    row = store.add(
        build(
            "billing_portal.configuration",
            id=new_id("bpc_"),
            active=True,
            business_profile=_profile(wishes.get("business_profile", {})),
            created=at,
            default_return_url=wishes.get("default_return_url"),
            features=_features(wishes["features"]),
            is_default=not store.find("billing_portal.configuration").exists(),
            login_page={"enabled": False, "url": None},
            metadata=wishes.get("metadata", {}),
            name=wishes.get("name"),
            updated=at,
        )
    )
    emit("billing_portal.configuration.created", row.data)
    return row


def change_configuration(row: StoredObject, wishes: dict[str, Any]) -> None:
    changes = {
        key: wishes[key] for key in ("active", "default_return_url", "metadata", "name") if key in wishes
    }
    if "business_profile" in wishes:
        changes["business_profile"] = row.data["business_profile"] | wishes["business_profile"]
    if "features" in wishes:
        changes["features"] = _features(wishes["features"], row.data["features"])
    if before := store.save(row, updated=store.now(), **changes):
        emit("billing_portal.configuration.updated", row.data, previous=before)


def _profile(wishes: dict[str, Any]) -> dict[str, Any]:
    return dict.fromkeys(["headline", "privacy_policy_url", "terms_of_service_url"]) | wishes


_NO_FEATURES: dict[str, Any] = {
    "customer_update": {"allowed_updates": [], "enabled": False},
    "invoice_history": {"enabled": False},
    "payment_method_update": {"enabled": False, "payment_method_configuration": None},
    "subscription_cancel": {
        "cancellation_reason": {"enabled": False, "feedback_options": None, "options": []},
        "enabled": False,
        "mode": "at_period_end",
        "proration_behavior": "none",
    },
    "subscription_pause": {"duration": {"interval_options": [], "type": "indefinite"}, "enabled": False},
    "subscription_update": {
        "billing_cycle_anchor": None,
        "default_allowed_updates": [],
        "enabled": False,
        "products": None,
        "proration_behavior": "none",
        "schedule_at_period_end": {"conditions": []},
        "trial_update_behavior": "end_trial",
    },
}


def _features(wishes: dict[str, Any], present: dict[str, Any] | None = None) -> dict[str, Any]:
    features = dict(present or _NO_FEATURES)
    for name, wish in wishes.items():
        if wish.get("enabled") and name in ("subscription_pause", "subscription_update", "customer_update"):
            raise beyond_sandbox(f"the portal's {name}", f"features[{name}]")
        if reason := wish.get("cancellation_reason"):
            wish = wish | {"cancellation_reason": features[name]["cancellation_reason"] | reason}
        features[name] = features[name] | wish
    return features


def open_portal(wishes: dict[str, Any], base_url: str) -> StoredObject:
    """An address for one customer, good for an hour. Raises Refusal."""
    customer = customers.find_customer(wishes["customer"])
    configuration = _configuration(wishes.get("configuration"))
    flow = wishes.get("flow_data")
    if flow and flow["type"] != "payment_method_update":
        raise beyond_sandbox(f"the portal's flow {flow['type']}", "flow_data[type]")
    if flow and not configuration.data["features"]["payment_method_update"]["enabled"]:
        raise Refusal("The configuration does not allow payment_method_update.", param="flow_data[type]")
    session_id = new_id("bps_")
    row = store.add(
        build(
            "billing_portal.session",
            id=session_id,
            configuration=configuration.stripe_id,
            created=store.now(),
            customer=customer.stripe_id,
            flow=_flow(flow) if flow else None,
            locale=wishes.get("locale"),
            return_url=wishes.get("return_url") or configuration.data["default_return_url"],
            url=f"{base_url}/p/session/{session_id}",
        )
    )
    emit("billing_portal.session.created", row.data)
    return row


def _configuration(wish: str | None) -> StoredObject:
    if wish:
        return store.get("billing_portal.configuration", wish, param="configuration", status=400)
    found = store.find("billing_portal.configuration", is_default=True).first()
    if found is None:
        raise Refusal(
            "No configuration provided and your test mode default configuration has not been created. "
            "Provide a configuration or create your default by saving your customer portal settings."
        )
    return found


def _flow(wish: dict[str, Any]) -> dict[str, Any]:
    ending = wish.get("after_completion", {"type": "portal_homepage"})
    return {
        "after_completion": {
            "hosted_confirmation": {"custom_message": None} | ending["hosted_confirmation"]
            if "hosted_confirmation" in ending
            else None,
            "redirect": ending.get("redirect"),
            "type": ending["type"],
        },
        "customer_update": None,
        "subscription_cancel": None,
        "subscription_pause": None,
        "subscription_update": None,
        "subscription_update_confirm": None,
        "type": wish["type"],
    }


def is_open(row: StoredObject) -> bool:
    return row.data["created"] + LASTS > store.now()


def way_back(session: dict[str, Any]) -> str | None:
    """Where the person goes when the card is changed, or when they give up."""
    redirect = (session["flow"] or {}).get("after_completion", {}).get("redirect")
    return redirect["return_url"] if redirect else session["return_url"]
