"""The pages of an action on very many rows: how far it is, what was left out and why, the latest ones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.listing.choosing import open_source_or_404
from cms.models import BulkRow, BulkRun
from cms.models.bulk_runs import BulkState
from cms.rows import row_or_404
from cms.sources import Question, RecordSource

ROWS_A_PAGE = 50
LATEST = 20


class OwnRun:
    """Base of what is about one run of the person's own. Raises Http404 for another's."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def run(self) -> BulkRun:
        return row_or_404(self.request.user, BulkRun.objects.all(), self.kwargs["pk"])  # type: ignore[return-value]

    @cached_property
    def source(self) -> RecordSource:
        return open_source_or_404(self.request.user, self.run.target)


class RunView(OwnRun, WagtailAdminTemplateMixin, TemplateView):
    """How far a run is; when it has ended, what became of the rows."""

    screen_help = gettext_lazy(
        "Very many rows are done one after the other, each by itself, while you do something else. Whatever "
        "cannot be done is left as it is, and listed here with the reason for thirty days."
    )
    template_name = "cms/admin/listing/bulk_run.html"
    header_icon = "list-ul"
    _show_breadcrumbs = True

    def get_page_title(self) -> str:
        return self.run.label

    def get_page_subtitle(self) -> str:
        return str(self.source.label)

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": self.source.list_url(), "label": str(self.source.label)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs) -> dict:
        run, rows = self.run, self.run.rows.exclude(why="")
        page = Paginator(rows, ROWS_A_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            run=run,
            left=self._named(page),
            page=page,
            list_url=self.source.list_url(Question.from_json(run.question)),
            **kwargs,
        )

    def _named(self, page: Page) -> list[tuple[Any, str, str]]:
        """The rows left out that are shown: name, address, reason. Another's row has no name here."""
        to_python = self.source.model._meta.pk.to_python
        keys = {row: to_python(row.object_id) for row in page.object_list}
        there = self.source.rows(self.request.user).in_bulk(list(keys.values()))
        return [self._line(row, there.get(key)) for row, key in keys.items()]

    def _line(self, row: BulkRow, record: Any) -> tuple[Any, str, str]:
        if record is None:
            return _("no longer there (%(key)s)") % {"key": row.object_id}, "", row.why
        return record, self.source.row_url(record), row.why


class RunProgressView(OwnRun, View):
    """How far the worker is, for the script of the page."""

    def get(self, request: HttpRequest, pk: int) -> JsonResponse:
        answer = JsonResponse(self.run.progress)
        answer["Cache-Control"] = "no-store"
        return answer


class RunStopView(OwnRun, View):
    """Stop it: what is done stays done. One that has ended meanwhile is shown as it is."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect("list_bulk_run", self.run.pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self.run
        if not (run.may_go(BulkState.CANCELLED) and run.transition(to=BulkState.CANCELLED)):
            messages.warning(request, _("It had ended already: this is how it stands now."))
        return redirect("list_bulk_run", pk)


class RunsView(WagtailAdminTemplateMixin, TemplateView):
    """The person's latest runs on a kind of record."""

    screen_help = gettext_lazy(
        "What you did to more rows than fit on a page: the latest first, each with how far it is and what "
        "was left out."
    )
    template_name = "cms/admin/listing/bulk_runs.html"
    header_icon = "list-ul"
    _show_breadcrumbs = True
    page_title = gettext_lazy("Changes to many rows")

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.source = open_source_or_404(request.user, kwargs["key"])

    def get_page_subtitle(self) -> str:
        return str(self.source.label)

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": self.source.list_url(), "label": str(self.source.label)},
            {"url": "", "label": str(self.page_title)},
        ]

    def get_context_data(self, **kwargs) -> dict:
        mine = BulkRun.objects.filter(user=self.request.user, target=self.source.key)
        return super().get_context_data(runs=mine[:LATEST], list_url=self.source.list_url(), **kwargs)
