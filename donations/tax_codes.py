"""Italian tax codes: of people (16 signs, art. 5 D.M. 23 December 1976) and of bodies (11 digits).

A body's code and a VAT number are made alike. Both end in a check sign, so that a slip is seen at once.
"""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as NotANumber
from stdnum.it import codicefiscale, iva

LONGEST = 16


def normal(typed: str) -> str:
    """A tax code without spaces or signs between, in capitals."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def validate_tax_code(code: str) -> None:
    """Raises ValidationError, in a sentence, for what is no tax code of a person or a body."""
    try:
        if len(code) == 11 and code.isdigit():
            iva.validate(code)
        elif len(code) == LONGEST:
            codicefiscale.validate(code)
        else:
            raise ValidationError(
                _("A tax code has 16 letters and digits; that of a company or association 11 digits.")
            )
    except NotANumber as wrong:
        raise ValidationError(
            _("There is a slip in the tax code: its check sign does not fit. Look at your health card.")
        ) from wrong


def is_of_a_person(code: str) -> bool:
    """Whether a valid code is a person's. (Eleven digits are a body's.)"""
    return len(code) == LONGEST


class TaxCodeFormField(forms.CharField):
    """A tax code as people type it; its value is in capitals and without spaces, or ""."""

    def __init__(self, **kwargs) -> None:
        attributes = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attributes))
        super().__init__(**{**kwargs, "max_length": 24})

    def to_python(self, value: str | None) -> str:
        return normal(super().to_python(value) or "")


class TaxCodeField(models.CharField):
    """A tax code with its checks, in forms and in sheets."""

    default_validators = [validate_tax_code]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **{"max_length": LONGEST, "blank": True, **kwargs})

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": TaxCodeFormField, **kwargs})
