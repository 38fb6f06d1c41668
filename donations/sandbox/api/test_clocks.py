"""Test clocks: a customer's own time, moved on by request."""

from typing import Any

from .. import agenda, clock, store
from ..errors import Refusal
from ..events import emit
from ..ids import new_id
from ..paging import page
from ..skeletons import build
from .operations import Call, operation

_PATH = "/v1/test_helpers/test_clocks"
_KIND = "test_helpers.test_clock"


@operation("POST", _PATH)
def create(call: Call) -> dict[str, Any]:
    wishes = call.honour({"frozen_time", "name"}, "test clocks")
    row = store.add(
        build(
            _KIND,
            id=new_id("clock_"),
            created=store.now(),
            deletes_after=store.now() + 30 * 86_400,
            frozen_time=wishes["frozen_time"],
            name=wishes.get("name"),
            status="ready",
            status_details={},
        )
    )
    emit("test_helpers.test_clock.created", row.data)
    return row.data


@operation("GET", _PATH + "/{id}")
def retrieve(call: Call) -> dict[str, Any]:
    return store.get(_KIND, call.id).data


@operation("GET", _PATH)
def search(call: Call) -> dict[str, Any]:
    return page(store.find(_KIND), call.params, _PATH)


@operation("POST", _PATH + "/{id}/advance")
def advance(call: Call) -> dict[str, Any]:
    """Stripe does the work after its answer; here it is done when the answer comes."""
    row = store.get(_KIND, call.id)
    target = call.honour({"frozen_time"}, "advancing a test clock")["frozen_time"]
    if target <= row.data["frozen_time"]:
        raise Refusal("The frozen time must be after the present one.", param="frozen_time")
    store.save(row, frozen_time=target, status="ready")
    agenda.catch_up(row.stripe_id)
    with clock.at(target, clock=row.stripe_id):
        emit("test_helpers.test_clock.ready", row.data)
    return row.data


@operation("DELETE", _PATH + "/{id}")
def delete(call: Call) -> dict[str, Any]:
    row = store.get(_KIND, call.id)
    emit("test_helpers.test_clock.deleted", row.data)
    return store.bury(row)
