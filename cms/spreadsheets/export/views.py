"""The page that asks in which format, and the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms import audit
from cms.doors import asks_password_again
from cms.listing.choosing import chosen_columns
from cms.sources import Answer, Question, sources
from cms.spreadsheets.export import texts, workbook
from cms.spreadsheets.export.log import EXPORTED, noted
from cms.spreadsheets.export.references import returning, with_names
from cms.spreadsheets.export.rights import holds_people, may_export
from cms.spreadsheets.export.sheet import Sheet, Unwritable

MOST_KEYS = 1000
# An xlsx is made before its first byte can be sent: 20,000 rows take some seconds, and a proxy gives up
# after sixty. A csv streams, so it has no limit.
MOST_ROWS_OF_XLSX = 50_000
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def in_this_language(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces: they are made after the view, when Wagtail no longer speaks the person's language."""
    language = get_language()

    def spoken() -> Iterator[bytes]:
        while True:
            with override(language):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    return spoken()


class ExportForm(forms.Form):
    """In which format."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Format of the file"),
        choices=[
            ("semicolon", gettext_lazy("csv for Excel in Italian (semicolons)")),
            ("xlsx", gettext_lazy("Excel workbook (.xlsx)")),
            ("comma", gettext_lazy("csv for programs (commas, dates as 2026-12-31)")),
        ],
        widget=forms.RadioSelect,
    )


def is_of_people(request: HttpRequest) -> bool:
    """Whether a request takes people's data away: then the password is asked again."""
    if request.method != "POST" or "kind" not in request.POST:
        return False
    source = sources.get(request.resolver_match.kwargs["key"])
    return source is None or holds_people(source.model)


@method_decorator(never_cache, name="dispatch")
@asks_password_again(when=is_of_people)
class ExportView(WagtailAdminTemplateMixin, TemplateView):
    """The rows of a list's question, or those that were ticked, as a file.

    GET: the list's own address after the "?". POST without `kind`: from the bar below a list, with `id`s or
    `scope=all` and the list's `query`. POST with `kind`: the file.
    """

    screen_help = gettext_lazy(
        "Takes the rows of a list away as a file: those that its filters leave or that you ticked, "
        "with its columns and in its order. The list itself stays as it is."
    )
    template_name = "cms/admin/spreadsheets/export.html"
    header_icon = "download"
    page_title = gettext_lazy("Export")
    http_method_names = ["get", "post"]

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.source = sources.get(kwargs["key"])

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if self.source is None:
            raise Http404
        if not may_export(request.user, self.source):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def question(self) -> Question:
        posted = self.request.method == "POST"
        return Question.from_query(
            QueryDict(self.request.POST.get("query", "")) if posted else self.request.GET
        )

    @cached_property
    def answer(self) -> Answer:
        """As the list shows it: in the columns of the address, else in those that the person chose."""
        user, question = self.request.user, self.question
        if not question.columns and (chosen := chosen_columns(user, self.source.key)):
            known = {column.name for column in self.source.columns(user)}
            question = replace(question, columns=tuple(name for name in chosen if name in known))
        return self.source.ask(user, question)

    @property
    def is_all(self) -> bool:
        """Whether no rows were ticked, on purpose."""
        return self.request.method == "GET" or self.request.POST.get("scope") == "all"

    @cached_property
    def keys(self) -> list[Any]:
        """The ticked rows; none when all of the list is meant."""
        if self.is_all:
            return []
        keys = []
        for typed in self.request.POST.getlist("id")[:MOST_KEYS]:
            try:
                keys.append(self.source.model._meta.pk.to_python(typed))
            except ValidationError:
                continue
        return [key for key in keys if not isinstance(key, int) or abs(key) < 2**63]

    def rows(self) -> QuerySet:
        """Ticked rows are among the person's own, like all others."""
        return self.answer.rows if self.is_all else self.answer.rows.filter(pk__in=self.keys)

    @cached_property
    def sheet(self) -> Sheet:
        user, columns = self.request.user, self.answer.columns
        rows = with_names(self.rows(), user, columns)
        return Sheet(str(self.source.label), rows, returning(self.source.model, user, columns))

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if not (self.is_all or self.keys):
            messages.error(request, _("Choose some rows first."))
            return HttpResponseRedirect(self.back)
        if "kind" not in request.POST:
            return self.render_to_response(self.get_context_data(form=self.form()))
        form = ExportForm(request.POST)
        if not form.is_valid() or self.answer.problems:
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            response = self.file(form.cleaned_data["kind"])
        except Unwritable as refusal:
            form.add_error("kind", str(refusal))
            return self.render_to_response(self.get_context_data(form=form), status=422)
        data = noted(self.answer, self.sheet, form.cleaned_data["kind"], chosen=not self.is_all)
        user: Any = request.user
        audit.record(EXPORTED, user, user=user, data=data)
        return response

    def file(self, kind: str) -> StreamingHttpResponse:
        """The file, streaming. Raises Unwritable."""
        if kind == "xlsx":
            if self.sheet.count > MOST_ROWS_OF_XLSX:
                raise Unwritable(
                    _("More than %(most)s rows take too long as a workbook: choose csv.")
                    % {"most": MOST_ROWS_OF_XLSX}
                )
            pieces, content_type, ending = workbook.written(self.sheet), XLSX_TYPE, "xlsx"
        else:
            dialect = texts.FOR_EXCEL if kind == "semicolon" else texts.FOR_PROGRAMS
            pieces, content_type, ending = (
                texts.written(self.sheet, dialect),
                "text/csv; charset=utf-8",
                "csv",
            )
        name = f"{slugify(str(self.source.label))}-{timezone.localdate():%Y-%m-%d}.{ending}"
        return StreamingHttpResponse(
            in_this_language(pieces),
            content_type=content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def form(self) -> ExportForm:
        is_large = self.sheet.count > MOST_ROWS_OF_XLSX
        return ExportForm(initial={"kind": "semicolon" if is_large or get_language() == "it" else "xlsx"})

    @property
    def back(self) -> str:
        return get_valid_next_url_from_request(self.request) or self.source.list_url(self.question)

    def get_page_subtitle(self) -> str:
        return str(self.source.label)

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": self.back, "label": str(self.source.label)},
            {"url": "", "label": _("Export")},
        ]

    def get_context_data(self, **kwargs) -> dict:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(
            sheet=self.sheet,
            problems=self.answer.problems,
            narrows=self.question.narrows,
            keys=self.keys,
            query=self.question.to_query().urlencode(),
            back=self.back,
            holds_people=holds_people(self.source.model),
            too_many_for_xlsx=self.sheet.count > MOST_ROWS_OF_XLSX,
            most_rows_of_xlsx=number_format(MOST_ROWS_OF_XLSX, force_grouping=True),
            **kwargs,
        )
