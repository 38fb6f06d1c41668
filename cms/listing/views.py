"""The list of records, on Wagtail's universal listing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button

from cms.listing.bulk import bulk_actions_for
from cms.listing.choosing import chosen_columns
from cms.listing.paging import BoundedPaginator, ExactPaginator
from cms.listing.table import RecordTable, SelectColumn, TitleColumn, row_id
from cms.registries import list_buttons
from cms.saved_views.bar import bar_of
from cms.saved_views.opening import address_in
from cms.screen_help import TellsOfSource
from cms.sources import Answer, Question, RecordSource
from cms.spreadsheets.export.rights import may_export


class RecordListMixin(TellsOfSource):
    """What every list of records does alike, over any of Wagtail's index views: show a source's answer."""

    source: RecordSource | None = None
    empty_text = ""
    opens_on = "inspect"
    paginate_by = 30
    page_kwarg = "p"
    search_backend_name = None
    table_class = RecordTable
    template_name = "cms/admin/listing/index.html"
    results_template_name = "cms/admin/listing/results.html"
    list_export: list = []

    def setup(self, request, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.is_export = False  # exports have a door of their own, with a permission of its own

    def get(self, request, *args, **kwargs):
        if opened := address_in(request.GET, request.user, self.source):
            return redirect(opened)
        return super().get(request, *args, **kwargs)

    @cached_property
    def question(self) -> Question:
        return Question.from_query(self.request.GET)

    @cached_property
    def answer(self) -> Answer:
        """What the address asks, in the columns that it names, else in those that the person chose."""
        user, question = self.request.user, self.question
        if not question.columns and (chosen := chosen_columns(user, self.source.key)):
            # A choice is no question: a column that is gone since simply falls out of it.
            known = {column.name for column in self.source.columns(user)}
            question = replace(question, columns=tuple(name for name in chosen if name in known))
        return self.source.ask(user, question)

    @property
    def is_counted(self) -> bool:
        return "_count" in self.request.GET

    @property
    def paginator_class(self) -> type[BoundedPaginator]:
        return ExactPaginator if self.is_counted else BoundedPaginator

    @cached_property
    def list_query(self) -> str:
        return self.question.to_query().urlencode()

    @cached_property
    def bulk_actions(self) -> list:
        return bulk_actions_for(self.source, self.request.user)

    def list_address(self, **more: Any) -> str:
        """This list at this question, at the page that is shown."""
        query = self.question.to_query()
        if page := self.request.GET.get(self.page_kwarg):
            query[self.page_kwarg] = page
        query.update({name: str(value) for name, value in more.items()})
        return f"{self.index_url}?{query.urlencode()}" if query else self.index_url

    @cached_property
    def header_more_buttons(self) -> list:
        address = reverse("list_columns", args=[self.source.key])
        url = f"{address}?{urlencode({'next': self.list_address()})}"
        return [
            *super().header_more_buttons,
            Button(_("Columns"), url=url, icon_name="table", priority=30),
            *self._export_buttons(),
            *self._run_buttons(),
            *filter(None, (make(self.model, self.request.user) for _name, make in list_buttons.items())),
        ]

    @cached_property
    def is_exportable(self) -> bool:
        return may_export(self.request.user, self.source)

    @cached_property
    def export_url(self) -> str:
        return reverse("list_export", args=[self.source.key])

    def _export_buttons(self) -> list:
        if not self.is_exportable:
            return []
        url = f"{self.export_url}?{self.list_query}"
        return [Button(_("Export"), url=url, icon_name="download", priority=40)]

    def _run_buttons(self) -> list:
        if not self.bulk_actions:
            return []
        url = reverse("list_bulk_runs", args=[self.source.key])
        return [Button(_("Changes to many rows"), url=url, icon_name="list-ul", priority=60)]

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
            get_title_id=row_id,
        )
        return [
            *([SelectColumn("select")] if self.bulk_actions or self.is_exportable else []),
            title,
            *others,
        ]

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
        return {
            **super().get_context_data(*args, **kwargs),
            "problems": self.answer.problems,
            "bulk_actions": self.bulk_actions,
            "export_url": self.export_url if self.is_exportable else "",
            "bulk_url": reverse("list_bulk", args=[self.source.key]),
            "list_url": self.list_address(),
            "list_query": self.list_query,
            "count_url": self.list_address(_count=1),
            "is_counted": self.is_counted,
            "bar": bar_of(self.request, self.source, self.question, self.answer),
        }


class RecordIndexView(RecordListMixin, generic.IndexView):
    """The list of a model admin."""

    model_admin = None
    permission_policy = None

    def get_page_title(self):
        return self.model_admin.get_menu_label()

    def get_list_more_buttons(self, instance) -> list:
        """The usual next steps first; each opens its form on the record's page and leads back here."""
        user, policy = self.request.user, self.permission_policy
        back = urlencode({"next": self.list_address()})
        steps = [
            Button(
                action.label,
                url=f"{self.get_inspect_url(instance)}?open={action.name}&{back}#action-{action.name}",
                icon_name=action.icon,
                priority=place - 100,
            )
            for place, action in enumerate(self.model_admin.get_record_actions())
            if action.in_row and action.is_offered_in_list(user, instance, policy)
        ]
        return [*steps, *super().get_list_more_buttons(instance)]

    def get_index_url(self) -> str:
        return reverse(self.index_url_name)
