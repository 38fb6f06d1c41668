"""The list of records, on Wagtail's universal listing."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.views import generic

from cms.listing.table import RecordTable, TitleColumn
from cms.sources import Answer, Question, RecordSource


class RecordListMixin:
    """What every list of records does alike, over any of Wagtail's index views: show a source's answer."""

    source: RecordSource | None = None
    empty_text = ""
    opens_on = "inspect"
    paginate_by = 30
    page_kwarg = "p"
    search_backend_name = None
    table_class = RecordTable
    results_template_name = "cms/admin/listing/results.html"
    list_export: list = []

    def setup(self, request, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.is_export = False  # exports have a door of their own, with a permission of its own

    @cached_property
    def question(self) -> Question:
        return Question.from_query(self.request.GET)

    @cached_property
    def answer(self) -> Answer:
        return self.source.ask(self.request.user, self.question)

    def get_queryset(self) -> QuerySet:
        return self.answer.rows

    @cached_property
    def search_query(self) -> str:
        return self.question.words

    @cached_property
    def is_searchable(self) -> bool:
        return bool(self.source.search_fields)

    @cached_property
    def filters(self):
        return self.answer.filterset if self.answer.filterset.form.fields else None

    @cached_property
    def ordering(self):
        return self.answer.order[0]

    @cached_property
    def columns(self) -> list:
        first, *others = self.answer.columns or self.source.default_columns(self.request.user)
        column_class = self._get_title_column_class(TitleColumn)
        title = column_class(
            first.name,
            label=first.label,
            accessor=first.said,
            sort_key=first.sort_key,
            get_url=self.row_url,
            get_title_id=lambda row: f"row-{row.pk}",
        )
        return [title, *others]

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

    def get_context_data(self, *args, **kwargs) -> dict:
        return {**super().get_context_data(*args, **kwargs), "problems": self.answer.problems}


class RecordIndexView(RecordListMixin, generic.IndexView):
    """The list of a model admin."""

    model_admin = None
    permission_policy = None

    def get_page_title(self):
        return self.model_admin.get_menu_label()

    def get_index_url(self) -> str:
        return reverse(self.index_url_name)
