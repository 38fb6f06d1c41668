"""The words of a record's history: an edit says which fields it changed."""

from __future__ import annotations

from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogFormatter


class EditFormatter(LogFormatter):
    """An edit as "Edited: Title, Next action". The log keeps the names of fields, never their values."""

    label = gettext_lazy("Edit")
    message = gettext_lazy("Edited")

    def format_message(self, log_entry) -> str:
        names = (log_entry.data or {}).get("fields") or []
        if not names:
            return str(self.message)
        return _("Edited: %(fields)s") % {"fields": ", ".join(_label(log_entry, name) for name in names)}


def _label(log_entry, name: str) -> str:
    model = log_entry.content_type.model_class() if log_entry.content_type_id else None
    # A custom field is said by the name it had then: to ask today's would cost a query for each entry.
    if said := (log_entry.data.get("labels") or {}).get(name):
        return said
    try:
        return str(capfirst(model._meta.get_field(name).verbose_name))
    except (FieldDoesNotExist, AttributeError):
        return name.replace("_", " ")


def register(registry) -> None:
    """Teach Wagtail's log the words, in the place of its own bare "Edit"."""
    registry.formatters["wagtail.edit"] = EditFormatter()
