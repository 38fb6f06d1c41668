"""Webhook endpoints: kept as asked for. Events go to the one address that the sandbox was started with."""

import secrets
from typing import Any

from .. import store
from ..checkout import text_values
from ..errors import Refusal
from ..ids import new_id
from ..paging import page
from ..schema import API_VERSION, description
from ..session_rules import merged_metadata
from ..skeletons import build
from .operations import Call, operation

_PATH = "/v1/webhook_endpoints"
_HONOURED = {"description", "enabled_events", "metadata", "url"}


@operation("POST", _PATH)
def create(call: Call) -> dict[str, Any]:
    """The answer alone holds the secret; it is never shown again."""
    wishes = call.honour(_HONOURED | {"api_version"}, "webhook endpoints")
    _check_events(wishes["enabled_events"])
    row = store.add(
        build(
            "webhook_endpoint",
            id=new_id("we_"),
            api_version=wishes.get("api_version", API_VERSION),
            created=store.now(),
            description=wishes.get("description"),
            enabled_events=wishes["enabled_events"],
            metadata=text_values(wishes.get("metadata")),
            status="enabled",
            url=wishes["url"],
        )
    )
    return row.data | {"secret": f"whsec_{secrets.token_urlsafe(24)}"}


def _check_events(names: list[str]) -> None:
    for name in names:
        if name != "*" and name not in description()["events"]:
            raise Refusal(f"Invalid enabled_events: {name[:80]}", param="enabled_events")


@operation("GET", _PATH + "/{id}")
def retrieve(call: Call) -> dict[str, Any]:
    return store.get("webhook_endpoint", call.id).data


@operation("POST", _PATH + "/{id}")
def update(call: Call) -> dict[str, Any]:
    row = store.get("webhook_endpoint", call.id)
    wishes = call.honour(_HONOURED | {"disabled"}, "webhook endpoints")
    _check_events(wishes.get("enabled_events", []))
    if "metadata" in wishes:
        wishes["metadata"] = merged_metadata(row.data["metadata"], wishes["metadata"])
    if "disabled" in wishes:
        wishes["status"] = "disabled" if wishes.pop("disabled") else "enabled"
    store.save(row, **wishes)
    return row.data


@operation("DELETE", _PATH + "/{id}")
def delete(call: Call) -> dict[str, Any]:
    return store.bury(store.get("webhook_endpoint", call.id))


@operation("GET", _PATH)
def search(call: Call) -> dict[str, Any]:
    return page(store.find("webhook_endpoint"), call.params, _PATH)
