"""What the log keeps of an export: who took what, and how much; nothing of the people in it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms import audit
from cms.sources import Answer
from cms.spreadsheets.export.sheet import Sheet

EXPORTED = "cms.export"


def register() -> None:
    audit.register(EXPORTED, _("Export a list"), _("List exported"))


def noted(answer: Answer, sheet: Sheet, kind: str, *, chosen: bool) -> dict[str, Any]:
    """Plain values for the log. Of words that were typed, which may be a name, only that there were some."""
    return {
        "source": answer.rows.model._meta.label_lower,
        "format": kind,
        "rows": sheet.count,
        "chosen_rows": chosen,
        "filters": {
            name: list(values) if _is_no_text(answer, name) else "…"
            for name, values in answer.question.filters.items()
        },
        "has_words": bool(answer.question.words),
        "order": list(answer.order),
        "columns": [column.name for column in sheet.columns],
    }


def _is_no_text(answer: Answer, parameter: str) -> bool:
    name = answer.filterset.parameters().get(parameter, parameter)
    field = answer.filterset.form.fields.get(name)
    return field is not None and type(field) is not forms.CharField
