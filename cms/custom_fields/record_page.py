"""Custom fields on a record's page."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import AdminURLFinder

from cms.custom_fields.files import url_of
from cms.custom_fields.reference_kinds import FileField, PersonField
from cms.custom_fields.registry import fields_for
from cms.custom_fields.typed import TypedField
from cms.modeladmin.panels import InspectPanel
from cms.models.custom_fields import FieldKind


class CustomFactsPanel(InspectPanel):
    """What the custom fields of a record say: those in use, and those out of use that still hold a value."""

    def __init__(self) -> None:
        super().__init__(_("Added fields"), "cms/admin/custom_fields/_facts.html", icon="form")

    def context(self, record: Any, request: HttpRequest) -> dict | None:
        finder = AdminURLFinder(request.user)
        facts = []
        for field in fields_for(type(record), request.user, with_retired=True):
            value = field.value_of(record)
            if value is not None or not field.is_retired:
                facts.append({"label": field.label, "value": shown(field, value, record, finder)})
        return {"facts": facts} if facts else None


def shown(field: TypedField, value: Any, record: Model, finder: AdminURLFinder) -> Any:
    """A value as a record's page shows it: links lead somewhere, everything else is words."""
    words = field.display(value, record)
    if value is None:
        return "–"
    if isinstance(field, FileField):
        return format_html('<a href="{}">{}</a>', url_of(value), words)
    if field.kind == FieldKind.LINK and value.startswith(("http://", "https://")):
        return format_html('<a href="{0}" rel="noreferrer">{0}</a>', value)
    if isinstance(field, PersonField):
        row = field.row(value, record)
        url = finder.get_edit_url(row) if row else None
        return format_html('<a href="{}">{}</a>', url, words) if url else words
    return words
