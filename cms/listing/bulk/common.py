"""The actions on many rows that every kind of record can have: set a field, delete."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import modelform_factory
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from cms.deleting import held_by
from cms.listing.bulk.actions import BulkAction, BulkForm
from cms.registries import visible_rows
from cms.sources.guessing import column_for


def set_field(model: type[Model], name: str) -> BulkAction:
    """Give one field of many rows the same value, as its form field takes it."""
    field = model._meta.get_field(name)

    class SetForm(BulkForm):
        """The field alone, as in the record's form."""

        def __init__(self, *args, user, **kwargs) -> None:
            super().__init__(*args, user=user, **kwargs)
            entry = modelform_factory(model, fields=[name])().fields[name]
            if getattr(entry, "queryset", None) is not None:
                entry.queryset = visible_rows(user, entry.queryset)
            self.fields[name] = entry

    def changed(row: Any, value: Any) -> str:
        column = column_for(model, name)
        before = column.said(row)
        stored = getattr(row, name)
        if stored == value or (not stored and value in (None, "")):
            return ""
        setattr(row, name, value)
        after = column.said(row)
        setattr(row, name, stored)
        return f"{capfirst(field.verbose_name)}: {before or '–'} → {after or '–'}"

    def run(user: Any, row: Any, cleaned: dict) -> None:
        setattr(row, name, cleaned[name])
        row.full_clean(exclude={each.name for each in model._meta.fields} - {name})
        moments = [f.name for f in model._meta.concrete_fields if getattr(f, "auto_now", False)]
        row.save(update_fields=[name, *moments])
        log(row, "wagtail.edit", user=user, data={"fields": [name]}, content_changed=True)

    return BulkAction(
        name=f"set-{name}",
        label=format_lazy("{}: {}", gettext_lazy("Set"), field.verbose_name),
        form_class=SetForm,
        foresee=lambda user, row, cleaned: changed(row, cleaned[name]),
        run=run,
        icon="edit",
        select_related=[name] if field.is_relation else [],
        field=name,
    )


def delete_many() -> BulkAction:
    """Delete rows that nothing leans on."""

    def foresee(user: Any, row: Any, cleaned: dict) -> str:
        if names := held_by([row]):
            raise ValidationError(_("Other records lean on it: %(names)s") % {"names": ", ".join(names[:3])})
        return _("is deleted")

    def run(user: Any, row: Any, cleaned: dict) -> None:
        log(row, "wagtail.delete", user=user, deleted=True)
        row.delete()

    return BulkAction(
        name="delete",
        label=gettext_lazy("Delete"),
        help_text=gettext_lazy("What is deleted cannot be brought back."),
        foresee=foresee,
        run=run,
        permission="delete",
        icon="bin",
        is_serious=True,
    )


def bulk_actions_of(declared: Any) -> tuple[BulkAction, ...]:
    """The actions that a model admin or snippet declares: its own, a field each, and deleting."""
    fields = [set_field(declared.model, name) for name in declared.bulk_fields]
    last = [] if getattr(declared, "read_only", False) else [delete_many()]
    return (*declared.bulk_actions, *fields, *last)
