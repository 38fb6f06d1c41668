"""Custom fields in lists: columns, filters, and one value for many rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from cms.custom_fields.files import url_of
from cms.custom_fields.filters import filter_of
from cms.custom_fields.reference_kinds import PersonField
from cms.custom_fields.registry import deleted_names, fields_for, has_custom_fields
from cms.custom_fields.typed import TypedField
from cms.listing.bulk import BulkAction, BulkForm
from cms.models.custom_fields import FieldKind
from cms.sources import Column, Extension


class CustomColumn(Column):
    """The values of a custom field."""

    def __init__(self, field: TypedField) -> None:
        label = field.label
        if field.is_retired:
            label = _("%(field)s (out of use)") % {"field": label}
        super().__init__(
            field.name,
            label,
            accessor=field.value_of,
            sort_key=f"custom__{field.key}" if field.is_sortable else None,
            prefetch_related=["custom_people"] if isinstance(field, PersonField) else [],
        )
        self.field = field
        self.kind = field.column_kind

    def get_value(self, instance):
        return self.field.display(self.field.value_of(instance), instance) or None

    def said(self, row: Any) -> str:
        return self.get_value(row) or ""

    def for_sheet(self, row: Any) -> Any:
        value = self.field.value_of(row)
        return self.field.for_sheet(value, row)

    def raw(self, row: Any) -> Any:
        value = self.field.value_of(row)
        return self.get_value(row) if isinstance(self.field, PersonField) else self.field.raw(value)


class CustomLinkColumn(CustomColumn):
    """Links and files, which lead somewhere."""

    cell_template_name = "cms/admin/listing/link_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        value = self.field.value_of(instance)
        if value:
            context["url"] = url_of(value) if self.field.kind == FieldKind.FILE else value
        return context


def column_of(field: TypedField) -> CustomColumn:
    leads = field.kind in (FieldKind.LINK, FieldKind.FILE)
    return (CustomLinkColumn if leads else CustomColumn)(field)


def extend(model: type[Model], user: Any) -> Extension:
    """What custom fields add to the list of a model. Those out of use can still be chosen and asked for."""
    if not has_custom_fields(model):
        return Extension()
    fields = fields_for(model, user, with_retired=True)
    filters = {field.name: filter_of(field) for field in fields}
    return Extension(
        columns=[column_of(field) for field in fields],
        shown=[field.name for field in fields if field.definition.in_list and not field.is_retired],
        filters={name: entry for name, entry in filters.items() if entry is not None},
        gone=deleted_names(model, user),
    )


def bulk_actions(model: type[Model], user: Any) -> Sequence[BulkAction]:
    """One value for many rows, for each field that a person may fill in. A file belongs to one record."""
    return [
        set_custom_field(field)
        for field in fields_for(model, user)
        if field.may_edit and field.kind != FieldKind.FILE
    ]


def set_custom_field(field: TypedField) -> BulkAction:
    """Give a field of many rows the same value."""

    class SetForm(BulkForm):
        def __init__(self, *args, user, **kwargs) -> None:
            super().__init__(*args, user=user, **kwargs)
            self.fields[field.name] = field.form_field()

    def foresee(user: Any, row: Any, cleaned: dict) -> str:
        before, stored = field.display(field.value_of(row), row), row.custom
        field.write(row, cleaned[field.name])
        after = field.display(field.value_of(row))
        row.custom = stored
        return "" if before == after else f"{field.label}: {before or '–'} → {after or '–'}"

    def run(user: Any, row: Any, cleaned: dict) -> None:
        if not field.may_edit:
            raise ValidationError(_("You may not fill in this field."))
        field.write(row, cleaned[field.name])
        row.save(update_fields=["custom", "updated_at"])
        data = {"fields": [field.name], "labels": {field.name: field.label}}
        log(row, "wagtail.edit", user=user, data=data, content_changed=True)

    return BulkAction(
        name=f"set-{field.name}",
        label=format_lazy("{}: {}", gettext_lazy("Set"), field.label),
        form_class=SetForm,
        foresee=foresee,
        run=run,
        icon="edit",
    )
