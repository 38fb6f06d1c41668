"""Finding one row among those that a person may see."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404

from cms.registries import row_scopes, visible_rows


def has_scope(model: type[Model]) -> bool:
    """Whether some people see only a part of this model's rows."""
    return model in row_scopes


def row_or_404(user, queryset: QuerySet, pk) -> Model:
    """One row among those a user may see. Raises Http404 for any other, and for what is no key at all."""
    try:
        return visible_rows(user, queryset).get(pk=pk)
    except (queryset.model.DoesNotExist, ValueError, TypeError, OverflowError, ValidationError) as missing:
        raise Http404 from missing
