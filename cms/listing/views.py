"""The list of records, on Wagtail's universal listing."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_

from django.contrib.admin.utils import label_for_field, lookup_spawns_duplicates
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from wagtail.admin.views import generic

from cms.listing.columns import BooleanColumn, Column, DateColumn, NumberColumn, RecordTable, TitleColumn
from cms.listing.filters import RecordFilterSet
from cms.registries import visible_rows

_KINDS = {
    "BooleanField": BooleanColumn,
    "DateField": DateColumn,
    "DateTimeField": DateColumn,
    "IntegerField": NumberColumn,
    "PositiveIntegerField": NumberColumn,
    "PositiveSmallIntegerField": NumberColumn,
    "PositiveBigIntegerField": NumberColumn,
}
WORDS_AT_MOST = 8


class RecordListMixin:
    """What every list of records does alike, over any of Wagtail's index views."""

    list_columns: tuple = ("__str__",)
    list_select_related: tuple = ()
    list_prefetch_related: tuple = ()
    empty_text = ""
    opens_on = "inspect"
    paginate_by = 30
    page_kwarg = "p"
    search_backend_name = None
    base_filterset_class = RecordFilterSet
    table_class = RecordTable
    results_template_name = "cms/admin/listing/results.html"
    list_export: list = []

    def setup(self, request, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.is_export = False  # exports have a door of their own, with a permission of its own

    def get_base_queryset(self) -> QuerySet:
        queryset = visible_rows(self.request.user, super().get_base_queryset())
        if self.list_select_related:
            queryset = queryset.select_related(*self.list_select_related)
        return queryset.prefetch_related(*self.list_prefetch_related)

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """Rows in which each typed word stands in one of the searched columns."""
        if not self.is_searching or not self.search_fields:
            return queryset
        lookups = [f"{field}__icontains" for field in self.search_fields]
        words = self.search_query.split()[:WORDS_AT_MOST]
        matches = [reduce(or_, (Q(**{lookup: word}) for lookup in lookups)) for word in words]
        if matches:
            queryset = queryset.filter(reduce(and_, matches))
        if any(lookup_spawns_duplicates(queryset.model._meta, lookup) for lookup in lookups):
            return queryset.distinct()
        return queryset

    @cached_property
    def list_display(self) -> list:
        return list(self.list_columns)

    @cached_property
    def columns(self) -> list:
        return [
            column.named(self._label_of(column.name)) if getattr(column, "is_unnamed", False) else column
            for column in super().columns
        ]

    def _label_of(self, name: str) -> str:
        try:
            return capfirst(str(label_for_field(name, self.model)))
        except AttributeError:
            return capfirst(name.replace("_", " "))

    def _get_title_column(self, field_name, column_class=TitleColumn, **kwargs):
        column_class = self._get_title_column_class(column_class)
        return self._get_custom_column(field_name, column_class, get_url=self.row_url, **kwargs)

    def _get_custom_column(self, field_name, column_class=Column, **kwargs):
        if column_class is Column:
            column_class = self._kind_of(field_name)
        return super()._get_custom_column(field_name, column_class, **kwargs)

    def _kind_of(self, field_name: str) -> type[Column]:
        try:
            kind = self.model._meta.get_field(field_name).get_internal_type()
        except FieldDoesNotExist:
            return Column
        return _KINDS.get(kind, Column)

    def row_url(self, instance) -> str | None:
        """Where a row's name leads: its page, else its form."""
        first, second = self.get_inspect_url, self.get_edit_url
        if self.opens_on == "edit":
            first, second = second, first
        return first(instance) or second(instance)

    @cached_property
    def no_results_message(self):
        if self.empty_text and not (self.is_searching or self.is_filtering):
            return self.empty_text
        return super().no_results_message

    def get_table_kwargs(self) -> dict:
        return {**super().get_table_kwargs(), "caption": self.get_page_title()}


class RecordIndexView(RecordListMixin, generic.IndexView):
    """The list of a model admin."""

    model_admin = None
    permission_policy = None

    @cached_property
    def is_searchable(self) -> bool:
        return bool(self.search_fields)

    def get_base_queryset(self) -> QuerySet:
        self.queryset = self.model_admin.get_queryset(self.request)
        return super().get_base_queryset()

    def get_page_title(self):
        return self.model_admin.get_menu_label()

    def get_index_url(self) -> str:
        return reverse(self.index_url_name)
