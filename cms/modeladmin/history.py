"""The words of a record's history: an edit says which fields it changed, those that the reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogFormatter

from cms.custom_fields import fields_for, has_custom_fields
from cms.registries import hidden_from

# On an entry that is shown to somebody: names of fields that they do not see.
UNSEEN = "_unseen_fields"


def hide_unseen(entries: Iterable[Any], model: type[Model], user: Any) -> None:
    """Let the words of entries on records of one kind leave out what a person may not see of them."""
    unseen = set(hidden_from(user, model))
    if has_custom_fields(model):
        seen = {field.name for field in fields_for(model, user, with_retired=True)}
        unseen |= {field.name for field in fields_for(model, None, with_retired=True)} - seen
    for entry in entries:
        setattr(entry, UNSEEN, unseen)


class EditFormatter(LogFormatter):
    """An edit as "Edited: Title, Next action". The log keeps the names of fields, never their values."""

    label = gettext_lazy("Edit")
    message = gettext_lazy("Edited")

    def format_message(self, log_entry) -> str:
        unseen = getattr(log_entry, UNSEEN, ())
        names = [name for name in (log_entry.data or {}).get("fields") or [] if name not in unseen]
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
