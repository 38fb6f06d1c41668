"""Lists as Stripe pages them: newest first, by cursor."""

from typing import Any

from django.db.models import QuerySet

from .errors import Refusal, no_such


def page(rows: QuerySet, params: dict[str, Any], url: str) -> dict[str, Any]:
    """One page of ``rows`` (StoredObject or Event): ``limit`` (1 to 100, default 10) and a cursor.

    Raises Refusal for a limit out of range, two cursors at once, or a cursor that names nothing.
    """
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        problem = "less than or equal to 100" if limit > 100 else "greater than or equal to 1"
        raise Refusal(f"Invalid integer: {limit} (must be {problem})", param="limit")
    after, before = params.get("starting_after"), params.get("ending_before")
    if after and before:
        raise Refusal("You cannot parameterize pagination with both `starting_after` and `ending_before`.")
    rows = _between(rows, params)
    if before:
        number = _place(rows, before, "ending_before")
        found = list(rows.filter(number__gt=number).order_by("number")[: limit + 1])
        chosen = found[:limit][::-1]
    else:
        if after:
            rows = rows.filter(number__lt=_place(rows, after, "starting_after"))
        found = list(rows.order_by("-number")[: limit + 1])
        chosen = found[:limit]
    return listing([row.data for row in chosen], url, has_more=len(found) > limit)


def listing(data: list[dict[str, Any]], url: str, *, has_more: bool = False) -> dict[str, Any]:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def _between(rows: QuerySet, params: dict[str, Any]) -> QuerySet:
    created = params.get("created")
    if isinstance(created, int):
        return rows.filter(created=created)
    return rows.filter(**{f"created__{sign}": moment for sign, moment in (created or {}).items()})


def _place(rows: QuerySet, stripe_id: str, param: str) -> int:
    number = rows.model.objects.filter(stripe_id=stripe_id).values_list("number", flat=True).first()
    if number is None:
        raise no_such("object", stripe_id[:100], param, status=400)
    return number


PAGING = {"limit", "starting_after", "ending_before", "created"}
