"""The form in which staff define a field: only what matters for its kind."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from cms.custom_fields.registry import typed
from cms.custom_fields.services.choosing import add_choices
from cms.custom_fields.services.defining import change_field, define_field
from cms.models.custom_fields import CustomChoice, CustomField, FieldKind
from cms.roles import Role

ONE_PER_LINE = _("One choice on each line, in the order in which they are offered.")


class RolesField(forms.MultipleChoiceField):
    """Some roles; none means everybody."""

    def __init__(self, **kwargs) -> None:
        super().__init__(
            choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple(), **kwargs
        )


class DefinitionForm(forms.ModelForm):
    """A field of a kind of record. It saves through the services and tells what they refuse."""

    new_choices = forms.CharField(
        label=_("Choices"), required=False, widget=forms.Textarea(attrs={"rows": 6}), help_text=ONE_PER_LINE
    )
    seen_by = RolesField(
        label=_("Who sees it"), help_text=_("Nobody ticked means everybody who sees the record.")
    )
    edited_by = RolesField(
        label=_("Who fills it in"), help_text=_("Nobody ticked means everybody who may edit the record.")
    )

    class Meta:
        model = CustomField
        fields = [
            *("label_it", "label_en", "help_it", "help_en", "unit", "decimals", "is_required"),
            *("in_list", "in_filters", "seen_by", "edited_by", "kind"),
        ]

    def __init__(self, *args, kind: FieldKind, record_model: type[Model], user: Any, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.record_model, self.user = kind, record_model, user
        self.is_new = self.instance._state.adding
        self.order_fields(["label_it", "label_en", "help_it", "help_en", "kind", "new_choices"])
        self.fields["label_it"].widget.attrs["autofocus"] = self.is_new
        self.fields["decimals"].widget = forms.NumberInput(attrs={"min": 0, "max": 6})
        if kind != FieldKind.NUMBER:
            del self.fields["unit"], self.fields["decimals"]
        if not kind.can_filter:
            del self.fields["in_filters"]
        if self.is_new:
            del self.fields["kind"]
        self._prepare_choices()
        if not self.is_new and kind not in (FieldKind.PERSON, FieldKind.FILE):
            self._add_default()

    def _prepare_choices(self) -> None:
        if not self.kind.has_choices:
            del self.fields["new_choices"]
        elif not self.is_new:
            self.fields["new_choices"].label = _("More choices")
            self.fields["new_choices"].widget.attrs["rows"] = 3

    def _add_default(self) -> None:
        """The proposed value is typed as it will be typed in records."""
        field = typed(self.instance)
        proposed = field.form_field(field.default)
        proposed.label, proposed.required = _("Proposed value"), False
        proposed.help_text = _("Stands in the form of a new record, and can be changed there.")
        self.fields["default"] = proposed
        self.initial["default"] = field.initial(field.default)

    def clean_decimals(self) -> int:
        decimals = self.cleaned_data["decimals"]
        if decimals > 6:
            raise forms.ValidationError(_("At most 6."))
        return decimals

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "new_choices" in self.fields and self.is_new and not cleaned.get("new_choices", "").strip():
            self.add_error("new_choices", _("Write at least one choice."))
        return cleaned

    def _post_clean(self) -> None:
        """Nothing is put on the instance: the services read and write the row under a lock."""

    def apply(self) -> CustomField | None:
        """Define or change the field; None when a rule refuses it, which the form then tells."""
        values = dict(self.cleaned_data)
        choices = values.pop("new_choices", "").splitlines()
        try:
            if self.is_new:
                return define_field(
                    model=self.record_model, kind=self.kind, choices=choices, by=self.user, **values
                )
            values["default"] = self._stored_default(values)
            field = change_field(field=self.instance, by=self.user, **values)
            add_choices(field=field, labels=choices, by=self.user)
            return field
        except forms.ValidationError as refusal:
            self.add_error(None, refusal) if not hasattr(refusal, "error_dict") else self._tell(refusal)
            return None

    def _tell(self, refusal: forms.ValidationError) -> None:
        for name, errors in refusal.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)

    def _stored_default(self, values: dict[str, Any]) -> Any:
        value = values.pop("default", None)
        if value in (None, "", []) or values.get("kind", self.kind) != self.kind:
            return None
        return typed(self.instance).to_stored(value)


class ChoiceForm(forms.ModelForm):
    """A choice that is there: its words, its place, whether it is still offered."""

    class Meta:
        model = CustomChoice
        fields = ("label_it", "label_en", "order", "is_retired")


ChoiceFormSet = forms.modelformset_factory(CustomChoice, form=ChoiceForm, extra=0, can_delete=False)


def standing_choices(field: CustomField):
    """The choices to edit: those that were not merged into another."""
    return field.choices.filter(merged_into=None)


class MergeForm(forms.Form):
    """Which choice becomes which."""

    choice = forms.ModelChoiceField(CustomChoice.objects.none(), label=_("This choice"))
    into = forms.ModelChoiceField(CustomChoice.objects.none(), label=_("becomes"))

    def __init__(self, *args, field: CustomField, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for each in self.fields.values():
            each.queryset = standing_choices(field)  # type: ignore[attr-defined]


class DeleteForm(forms.Form):
    """The name of a field with values, typed to delete it."""

    typed_name = forms.CharField(label=_("Name of the field"), required=False, max_length=80)
