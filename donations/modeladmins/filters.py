"""Filters that several lists of giving share."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _


def comes_again(path: str) -> django_filters.ChoiceFilter:
    """A filter on gifts made once, and those that are one of a recurring donation; path leads to that."""

    def only(queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(**{f"{path}__isnull": value == "once"})

    choices = [("once", _("Made once")), ("again", _("Of a recurring donation"))]
    return django_filters.ChoiceFilter(choices=choices, label=_("Once or again"), method=only)
