"""Custom fields in the forms of records, beside the fields of code."""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import ObjectList, Panel

from cms.custom_fields.registry import fields_for
from cms.custom_fields.typed import TypedField


class CustomFieldsForm(WagtailAdminModelForm):
    """Base of a record's form: adds the fields that staff defined, for whom may fill them in.

    They are fields like the others, so that two people on one form are told of them too. A field that is not
    in the form keeps its value.
    """

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.custom_fields: dict[str, TypedField] = {}
        for field in fields_for(self._meta.model, self.for_user):
            if field.may_edit:
                self._add(field)

    def _add(self, field: TypedField) -> None:
        value = field.value_of(self.instance)
        self.custom_fields[field.name] = field
        self.fields[field.name] = field.form_field(value)
        if self.instance._state.adding and value is None:
            value = field.default
        self.initial.setdefault(field.name, field.initial(value))

    def _post_clean(self) -> None:
        for name, field in self.custom_fields.items():
            if name in self.cleaned_data:
                field.write(self.instance, self.cleaned_data[name])
        super()._post_clean()


def with_custom_fields(handler: ObjectList) -> ObjectList:
    """A record's form with a part for its custom fields at the end."""
    base = getattr(handler, "base_form_class", None) or WagtailAdminModelForm
    form_class = type(f"Custom{base.__name__}", (CustomFieldsForm, base), {})
    return RecordForm([*handler.children, CustomFieldsPanel()], base_form_class=form_class)


class RecordForm(ObjectList):
    """The panels of a record's form."""

    class BoundPanel(ObjectList.BoundPanel):
        def render_missing_fields(self):
            """Only what no panel draws: Wagtail knows panels by fields named in code, and draws ours again.

            The second, empty, would then win over what was typed in the first.
            """
            drawn = {*self.panel.get_form_options().get("fields", []), *self.form.custom_fields}
            return format_html_join(
                "", "{}", ((self.form[name],) for name in self.form.fields if name not in drawn)
            )


class CustomFieldsPanel(Panel):
    """The part of a record's form with its custom fields; not shown while there are none."""

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"heading": _("Added fields"), "icon": "form", **kwargs})

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/admin/custom_fields/_form_panel.html"

        @cached_property
        def bound_fields(self) -> list[Any]:
            return [self.form[name] for name in getattr(self.form, "custom_fields", ())]

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.bound_fields)
