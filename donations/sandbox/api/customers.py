from typing import Any

from .. import customers, store
from ..checkout import text_values
from ..errors import beyond_sandbox
from ..paging import page
from ..session_rules import check_email, check_metadata
from .operations import Call, operation

_HONOURED = {"email", "name", "description", "phone", "metadata", "preferred_locales", "expand"}


@operation("POST", "/v1/customers")
def create(call: Call) -> dict[str, Any]:
    wishes = {key: value for key, value in call.params.items() if key != "expand"}
    for param in sorted(wishes.keys() - _HONOURED):
        raise beyond_sandbox(f"the parameter {param} of customers", param)
    check_email(wishes.get("email"), "email")
    check_metadata(wishes.get("metadata"), "metadata")
    wishes["metadata"] = text_values(wishes.get("metadata"))
    return customers.add_customer(wishes)


@operation("GET", "/v1/customers/{id}")
def retrieve(call: Call) -> dict[str, Any]:
    return store.get("customer", call.id).data


@operation("GET", "/v1/customers")
def search(call: Call) -> dict[str, Any]:
    if "test_clock" in call.params:
        raise beyond_sandbox("test clocks", "test_clock")
    wanted = {"email": call.params["email"]} if "email" in call.params else {}
    return page(store.find("customer", **wanted), call.params, "/v1/customers")
