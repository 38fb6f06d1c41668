from typing import Any

from .. import portal, store
from ..checkout import text_values
from ..errors import missing
from ..paging import page
from ..session_rules import merged_metadata
from .operations import Call, operation

_PATH = "/v1/billing_portal/configurations"
_HONOURED = {"business_profile", "default_return_url", "features", "metadata", "name"}


@operation("POST", _PATH)
def create(call: Call) -> dict[str, Any]:
    wishes = call.honour(_HONOURED, "portal configurations")
    wishes["metadata"] = text_values(wishes.get("metadata"))
    return portal.make_configuration(wishes).data


@operation("GET", _PATH + "/{id}")
def retrieve(call: Call) -> dict[str, Any]:
    return store.get("billing_portal.configuration", call.id).data


@operation("POST", _PATH + "/{id}")
def update(call: Call) -> dict[str, Any]:
    row = store.get("billing_portal.configuration", call.id)
    wishes = call.honour(_HONOURED | {"active"}, "portal configurations")
    if "metadata" in wishes:
        wishes["metadata"] = merged_metadata(row.data["metadata"], wishes["metadata"])
    portal.change_configuration(row, wishes)
    return row.data


@operation("GET", _PATH)
def search(call: Call) -> dict[str, Any]:
    wanted = {key: call.params[key] for key in ("active", "is_default") if key in call.params}
    return page(store.find("billing_portal.configuration", **wanted), call.params, _PATH)


@operation("POST", "/v1/billing_portal/sessions")
def open_session(call: Call) -> dict[str, Any]:
    wishes = call.honour({"configuration", "customer", "flow_data", "locale", "return_url"}, "the portal")
    if "customer" not in wishes:
        raise missing("customer")
    return portal.open_portal(wishes, call.base_url).data
