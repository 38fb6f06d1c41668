"""Erasing a person from confirmed rows and from all that was kept about them, in one transaction."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cms.models import ErasedRow, PrivacyRequest
from cms.privacy import ledger, traces
from cms.privacy.files import doom
from cms.privacy.finding import fetch, theirs
from cms.privacy.needles import email_hash
from cms.privacy.sources import Fate, PersonalDataSource, Plan, words_of

Rows = list[tuple[PersonalDataSource, Model]]


def dry_list(rows: Rows) -> list[tuple[PersonalDataSource, Model, Plan]]:
    """What an erasure would do to each row, in the order in which it would."""
    ordered = sorted(rows, key=lambda pair: pair[0].order)
    return [(source, row, source.plan(row)) for source, row in ordered]


def erase_rows(email: str, rows: Rows) -> list[dict[str, Any]]:
    """Erase a person from locked rows; the report, without the person's data.

    Called in a transaction. Whoever calls it again with the same rows finds them gone or empty.
    """
    needles = words_of(rows, email)
    counted: Counter = Counter()
    touched = []
    planned = dry_list(rows)
    for source, row, plan in planned:
        model, pk = type(row), row.pk
        # Deleted with another row of the same person, or emptied by it.
        current = fetch(model._meta.label_lower, str(pk))
        if current is not None:
            if plan.fate == Fate.DELETE:
                for file in source.files(current):
                    doom(file.storage, file.name)
            source.erase(current, plan, needles)
        counted[_line(source, plan)] += 1
        touched.append((model, str(pk)))
        ErasedRow.objects.get_or_create(
            email_hash=email_hash(email),
            source=source.key,
            model=model._meta.label_lower,
            object_id=str(pk),
        )
    traces.forget(touched, needles)
    ledger.write_after_commit()
    return [dict(line, rows=count) for line, count in ((dict(key), n) for key, n in counted.items())]


def _line(source: PersonalDataSource, plan: Plan) -> tuple:
    return (
        ("kind", str(source.label)),
        ("fate", plan.fate.value),
        ("why", str(plan.why)),
        ("until", date_format(plan.until, "SHORT_DATE_FORMAT") if plan.until else ""),
    )


@transaction.atomic
def erase(request: PrivacyRequest, *, by: Any) -> PrivacyRequest:
    """Carry out a confirmed erasure. Once done, it returns quietly.

    Raises Refusal when rows have come that nobody has looked at, or when the request is not confirmed.
    Whether rows have come is asked when all others are ours: who was just writing one has finished then.
    """
    from cms.privacy.requests import check_confirmed, close, lock_with_others

    request = lock_with_others(request)
    if request.state == PrivacyRequest.State.DONE:
        return request
    rows = theirs(request, lock=True) if request.state == PrivacyRequest.State.CONFIRMED else []
    check_confirmed(request, PrivacyRequest.Kind.ERASE)
    report = erase_rows(request.email, rows)
    close(request, by=by, report=report or [{"kind": _("nothing"), "fate": "", "rows": 0}])
    return request
