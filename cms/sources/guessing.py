"""A column from the bare name of a field, property, method or path, with the kind that its field has."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import label_for_field
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cms.sources.columns import (
    BooleanColumn,
    ChoiceColumn,
    Column,
    DateColumn,
    ListColumn,
    MoneyColumn,
    NumberColumn,
    RowColumn,
)

NUMBERS = (models.IntegerField, models.DecimalField, models.FloatField)


def column_for(model: type[models.Model], declared: Any) -> Any:
    """The column that a model admin or snippet declared, by name or as a column, with its label."""
    if isinstance(declared, str):
        return _guessed(model, declared)
    return declared.named(_label(model, declared.name)) if declared.is_unnamed else declared


def field_at(model: type[models.Model], path: str) -> Any:
    """The field at the end of a path such as "edition__course"; None when the path is no field's."""
    owner: Any = model
    field = None
    for step in path.replace(".", "__").split("__"):
        try:
            field = owner._meta.get_field(step)
        except (FieldDoesNotExist, AttributeError):
            return None
        owner = getattr(field, "related_model", None)
    return field


def _guessed(model: type[models.Model], name: str) -> Column:
    path = name if hasattr(model, name) else name.replace("__", ".")
    field = field_at(model, path)
    relations = path.rpartition(".")[0].replace(".", "__")
    needs: dict[str, Any] = {"select_related": [relations] if relations else []}
    column_class = _class_for(field, name)
    sort_key = None
    if field is None:
        sort_key = getattr(getattr(model, name, None), "admin_order_field", None)
    elif column_class is ListColumn:
        needs = {"prefetch_related": [name]}
    else:
        sort_key = name
        if field.is_relation:
            needs["select_related"] = [path.replace(".", "__")]
    return column_class(name, _label(model, name), accessor=path, sort_key=sort_key, **needs)


def _class_for(field: Any, name: str) -> type[Column]:
    if field is None:
        return Column
    if field.many_to_many or field.one_to_many:
        return ListColumn
    if field.is_relation:
        return RowColumn
    if field.choices:
        return ChoiceColumn
    if isinstance(field, models.BooleanField):
        return BooleanColumn
    if isinstance(field, models.DateField):
        return DateColumn
    if isinstance(field, NUMBERS):
        return MoneyColumn if name.endswith("_cents") else NumberColumn
    return Column


def _label(model: type[models.Model], name: str) -> str:
    """What a column is called: its field's name; across a relation, both names."""
    if not hasattr(model, name) and "__" in name:
        *relations, last = name.split("__")
        field = field_at(model, "__".join(relations))
        if field is not None:
            return _("%(related_model_name)s %(field_label)s") % {
                "related_model_name": capfirst(str(field.verbose_name)),
                "field_label": label_for_field(last, field.related_model),
            }
    try:
        return capfirst(str(label_for_field(name, model)))
    except AttributeError:
        return capfirst(name.replace("_", " "))
