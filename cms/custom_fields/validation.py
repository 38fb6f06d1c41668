"""What may stand in the column of custom values."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from cms.custom_fields.registry import fields_for


def validate_values(model: type[Model], values: Any) -> None:
    """Raises ValidationError for values that no field of the kind of record could hold."""
    if not isinstance(values, dict):
        raise ValidationError({"custom": _("Custom values are kept by the key of their field.")})
    fields = {field.key: field for field in fields_for(model, None, with_retired=True)}
    problems = []
    for key, stored in values.items():
        if key not in fields:
            problems.append(_("There is no field “%(key)s”.") % {"key": key})
            continue
        try:
            fields[key].check_stored(stored)
        except (ValidationError, TypeError, ValueError) as odd:
            told = odd.messages[0] if isinstance(odd, ValidationError) else str(odd)
            problems.append(f"{fields[key].label}: {told}")
    if problems:
        raise ValidationError({"custom": problems})
