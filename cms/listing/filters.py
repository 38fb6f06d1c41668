"""Filters of lists of records: django-filter, drawn by Wagtail as pills, kept in the address."""

from django.db.models import QuerySet
from wagtail.admin.filters import WagtailFilterSet

from cms.registries import visible_rows


class RecordFilterSet(WagtailFilterSet):
    """Base of the filters. Choices that are rows are those the person may see."""

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None) -> None:
        super().__init__(data, queryset, request=request, prefix=prefix)
        for entry in self.filters.values():
            choices = entry.extra.get("queryset")
            if isinstance(choices, QuerySet) and request is not None:
                entry.extra["queryset"] = visible_rows(request.user, choices)
