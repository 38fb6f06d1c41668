"""A list of amounts in a column and in a form: "10; 25; 50" for people, whole cents inside."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.money import Money
from donations.amounts import written

AMOUNTS_AT_MOST = 8


class AmountListFormField(forms.CharField):
    """Amounts of euros with semicolons between them; the value is a list of cents, rising."""

    def __init__(self, **kwargs) -> None:
        kwargs.pop("encoder", None)
        kwargs.pop("decoder", None)
        super().__init__(**{"max_length": 200, "widget": forms.TextInput, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "; ".join(written(Money(cents, "EUR")) for cents in value)
        return value

    def to_python(self, value: Any) -> list[int]:
        if isinstance(value, list):
            return value
        pieces = [piece for piece in re.split(r"[;\n]", value or "") if piece.strip()]
        if len(pieces) > AMOUNTS_AT_MOST:
            raise ValidationError(_("Eight amounts at most."))
        try:
            cents = sorted({Money.parse(piece, "EUR").cents for piece in pieces})
        except ValueError as wrong:
            words = _("Write amounts with semicolons between them, such as 10; 25; 50.")
            raise ValidationError(words) from wrong
        if cents and cents[0] <= 0:
            raise ValidationError(_("Each amount must be more than zero."))
        return cents

    def run_validators(self, value: Any) -> None:
        """Nothing more: the length of what was typed says nothing of the amounts."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (initial or [])
        except ValidationError:
            return True


class AmountListField(models.JSONField):
    """A list of whole cents."""

    def formfield(self, **kwargs) -> Any:
        return models.Field.formfield(self, **{"form_class": AmountListFormField, **kwargs})
