"""Where objects live between requests."""

import time
from typing import Any

from django.db.models import QuerySet

from .errors import no_such
from .models import StoredObject
from .validation import check_object


def now() -> int:
    """Seconds since 1970, as Stripe counts."""
    return int(time.time())


def add(data: dict[str, Any], **private: Any) -> StoredObject:
    """Keep a new object. Raises Dishonest if Stripe could not have made it."""
    check_object(data)
    return StoredObject.objects.create(
        stripe_id=data["id"],
        kind=data["object"],
        created=data.get("created") or now(),
        state=str(data.get("status") or ""),
        data=data,
        private=private,
    )


def save(row: StoredObject, **changes: Any) -> dict[str, Any]:
    """Change fields of an object and return their former values (an event's ``previous_attributes``)."""
    before = {name: row.data[name] for name in changes if row.data.get(name) != changes[name]}
    row.data |= changes
    check_object(row.data)
    row.state = str(row.data.get("status") or "")
    row.created = row.data.get("created") or row.created
    row.save()
    return before


def get(kind: str, stripe_id: str, *, param: str = "id", status: int = 404) -> StoredObject:
    """Raises Refusal ("No such …") with this HTTP status."""
    row = StoredObject.objects.filter(kind=kind, stripe_id=stripe_id).first()
    if row is None:
        raise no_such(kind, stripe_id[:100], param, status=status)
    return row


def find(kind: str, **fields: Any) -> "QuerySet[StoredObject]":
    """Objects of a kind whose data has these values, newest first."""
    wanted = {f"data__{name}": value for name, value in fields.items()}
    return StoredObject.objects.filter(kind=kind, **wanted).order_by("-number")
