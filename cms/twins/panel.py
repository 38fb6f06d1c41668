"""On a record's page: the records that may be the same, each with the way to compare and merge."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.modeladmin.panels import InspectPanel
from cms.permissions import record_policy
from cms.twins.rules import twins_of


def may_merge(user: Any, model: type[Model]) -> bool:
    """Merging changes one record and deletes another."""
    policy = record_policy(model)
    return all(policy.user_has_permission(user, action) for action in ("change", "delete"))


class TwinsPanel(InspectPanel):
    """Shown where something speaks for a double; who may merge finds the way to any other record as well."""

    def __init__(self) -> None:
        super().__init__(_("Perhaps the same"), "cms/admin/twins/_panel.html", icon="copy")

    def context(self, record: Model, request: HttpRequest) -> dict | None:
        found, may = twins_of(record, request.user), may_merge(request.user, type(record))
        if not found and not may:
            return None
        url = reverse("record_merge", args=[record._meta.label_lower, record.pk])
        return {"twins": found, "merge_url": url if may else ""}
