"""Amounts in forms and columns: whole cents inside, "1.234,56" for people."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cms.money import Money, NotMoney


class AmountField(forms.CharField):
    """An amount typed by a person, as the reader's language writes it; its value is whole cents, or None."""

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**{"max_length": 20, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        if type(value) is not int:
            return value
        locale = (translation.get_language() or "it").replace("-", "_")
        return format_decimal(Decimal(value) / 100, format="0.00", locale=locale)

    def to_python(self, value: Any) -> int | None:
        if type(value) is int or value in self.empty_values:
            return value if type(value) is int else None
        try:
            cents = Money.parse(str(value)).cents
        except NotMoney as complaint:
            raise ValidationError(str(complaint), code="invalid") from complaint
        if cents < 0:
            raise ValidationError(_("The amount cannot be negative."), code="min_value")
        return cents

    def run_validators(self, value: Any) -> None:
        """Nothing more: the length of what was typed says nothing of the amount."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


class CentsField(models.PositiveBigIntegerField):
    """Whole cents of a currency that another column names. People type and read it as an amount."""

    def formfield(self, **kwargs) -> Any:
        return models.Field.formfield(self, **{"form_class": AmountField, **kwargs})
