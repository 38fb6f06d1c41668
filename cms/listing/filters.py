"""Filters of lists of records: django-filter, drawn by Wagtail as pills, kept in the address."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.admin.filters import WagtailFilterSet

from cms.registries import visible_rows


class RecordFilterSet(WagtailFilterSet):
    """Base of the filters. Choices that are rows are those the person may see."""

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None) -> None:
        super().__init__(data, queryset, request=request, prefix=prefix)
        for entry in self.filters.values():
            if getattr(entry, "queryset", None) is not None:
                entry.queryset = _own_rows(entry.queryset)


def _own_rows(choices: QuerySet | Callable) -> Callable[[HttpRequest], QuerySet]:
    def of(request: HttpRequest) -> QuerySet:
        rows = choices(request) if callable(choices) else choices.all()
        return visible_rows(request.user, rows)

    return of
