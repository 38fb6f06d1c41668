"""Where objects live between requests."""

from typing import Any

from django.db.models import QuerySet

from .clock import now, test_clock
from .errors import no_such
from .models import StoredObject
from .validation import check_object

__all__ = ["add", "as_shown", "bury", "find", "get", "look", "now", "save"]


def add(data: dict[str, Any], *, due_at: int | None = None, **private: Any) -> StoredObject:
    """Keep a new object. Raises Dishonest if Stripe could not have made it.

    due_at: when time will do something to it; see agenda.py.
    """
    check_object(data)
    return StoredObject.objects.create(
        stripe_id=data["id"],
        kind=data["object"],
        created=data.get("created") or now(),
        state=str(data.get("status") or ""),
        data=data,
        private=private,
        due_at=due_at,
        clock_id=test_clock.get(),
    )


def save(row: StoredObject, **changes: Any) -> dict[str, Any]:
    """Change fields of an object and return their former values (an event's ``previous_attributes``)."""
    before = {name: row.data.get(name) for name in changes if row.data.get(name) != changes[name]}
    row.data |= changes
    check_object(row.data)
    row.state = str(row.data.get("status") or "")
    row.created = row.data.get("created") or row.created
    row.save()
    return before


DELETED = "deleted"


def bury(row: StoredObject) -> dict[str, Any]:
    """Delete an object; from now on only its stone is shown, which this returns."""
    row.state, row.due_at = DELETED, None
    row.save(update_fields=["state", "due_at"])
    return as_shown(row)


def as_shown(row: StoredObject) -> dict[str, Any]:
    """The object, or the stone of one that was deleted."""
    if row.state == DELETED:
        return {"id": row.stripe_id, "object": row.kind, "deleted": True}
    return row.data


def get(kind: str, stripe_id: str, *, param: str = "id", status: int = 404) -> StoredObject:
    """Raises Refusal ("No such …") with this HTTP status."""
    row = StoredObject.objects.filter(kind=kind, stripe_id=stripe_id).exclude(state=DELETED).first()
    if row is None:
        raise no_such(kind, stripe_id[:100], param, status=status)
    return row


def look(kind: str, stripe_id: str) -> dict[str, Any]:
    """What a request for this object is answered, its stone included. Raises Refusal (404)."""
    row = StoredObject.objects.filter(kind=kind, stripe_id=stripe_id).first()
    if row is None:
        raise no_such(kind, stripe_id[:100])
    return as_shown(row)


def find(kind: str, **fields: Any) -> "QuerySet[StoredObject]":
    """Objects of a kind whose data has these values, newest first."""
    wanted = {f"data__{name}": value for name, value in fields.items()}
    return StoredObject.objects.filter(kind=kind, **wanted).exclude(state=DELETED).order_by("-number")
