"""Who may take a list away as a file."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_permission_codename
from django.db import models

from cms.sources import RecordSource

# A receipt is of a donation, which is of a donor.
RELATIONS_AWAY = 2


def may_export(user: Any, source: RecordSource) -> bool:
    """Whether a person may export a kind of record: the right of its own, and to see some of it.

    Asked of Django and not of the policy, which answers for read-only records that only looking is allowed:
    the ledger is exported too.
    """
    meta = source.model._meta
    codename = get_permission_codename("export", meta)
    return user.has_perm(f"{meta.app_label}.{codename}") and source.is_open_to(user)


def holds_people(model: type[models.Model]) -> bool:
    """Whether an export says who somebody is: the record or what it belongs to has an e-mail address."""
    return _leads_to_address(model, RELATIONS_AWAY)


def _leads_to_address(model: Any, steps: int) -> bool:
    fields = model._meta.concrete_fields
    if any(isinstance(field, models.EmailField) for field in fields):
        return True
    return steps > 0 and any(
        _leads_to_address(field.related_model, steps - 1)
        for field in fields
        # A colleague who is named on a record does not make it one of people.
        if field.is_relation and field.related_model._meta.label != settings.AUTH_USER_MODEL
    )
