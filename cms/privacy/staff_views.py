"""The screen on which staff confirm a person's rows, and the door to the person's file."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms import audit
from cms.doors import asks_password_again
from cms.models import PrivacyRequest, PrivacyRow
from cms.privacy.modeladmins import LOOKED_FOR
from cms.privacy.requests import Refusal, confirm, decide
from cms.registries import personal_data_sources
from cms.rows import row_or_404

# A page of them is looked through at one sitting, and its two fields for each row stay far below what one
# request may send.
ROWS_ON_A_PAGE = 1000


def _page_of(asked: PrivacyRequest) -> str:
    return reverse("cms_privacyrequest_modeladmin_inspect", args=[asked.pk])


def _in_order(asked: PrivacyRequest) -> QuerySet[PrivacyRow]:
    return asked.rows.order_by("source", "pk")


def _asked(request: HttpRequest, pk: int) -> PrivacyRequest:
    """The request, for who may change requests; the auditor reads the page, not the people's rows."""
    if not request.user.has_perm("cms.change_privacyrequest"):
        raise PermissionDenied
    return row_or_404(request.user, PrivacyRequest.objects.all(), pk)


@method_decorator(never_cache, name="dispatch")
class ConfirmRows(WagtailAdminTemplateMixin, View):
    """Every row that was found, by kind: those that are ticked are the person's."""

    screen_help = gettext_lazy(
        "The site found these rows by the address. Tick those that are about the person who asked, "
        "and no others: only the ticked ones go into the file, or are erased. You see once more "
        "what will happen before anything is done."
    )
    template_name = "cms/admin/privacy/rows.html"
    page_title = gettext_lazy("Which rows are this person's?")
    header_icon = "user"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        asked = _asked(request, pk)
        if asked.state not in LOOKED_FOR:
            return redirect(_page_of(asked))
        return self.shown(asked)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        asked = _asked(request, pk)
        theirs, seen = (self._keys(name) for name in ("theirs", "seen"))
        try:
            if (left := self._page_left(asked, seen)) is not None:
                decide(asked, theirs=theirs, seen=seen)
                return redirect(f"{request.path}?p={left}")
            confirm(asked, theirs=theirs, seen=seen, by=request.user)
        except Refusal as refusal:
            messages.error(request, " ".join(refusal.messages))
            return self.shown(asked, ticked=theirs, status=422)
        messages.success(request, gettext("Confirmed."))
        return redirect(_page_of(asked))

    def _keys(self, name: str) -> set[int]:
        return {int(pk) for pk in self.request.POST.getlist(name) if pk.isdecimal() and len(pk) < 19}

    def _page_left(self, asked: PrivacyRequest, seen: set[int]) -> int | None:
        """The next page on which rows are undecided, when this one is not the only one."""
        rows = list(_in_order(asked).values_list("pk", "decision"))
        if len(rows) <= ROWS_ON_A_PAGE:
            return None
        undecided = PrivacyRow.Decision.UNDECIDED
        places = [place for place, (pk, how) in enumerate(rows) if pk not in seen and how == undecided]
        return places[0] // ROWS_ON_A_PAGE + 1 if places else None

    def shown(
        self, asked: PrivacyRequest, *, ticked: set[int] | None = None, status: int = 200
    ) -> HttpResponse:
        def is_ticked(row: PrivacyRow) -> bool:
            return row.decision == PrivacyRow.Decision.THEIRS if ticked is None else row.pk in ticked

        groups = []
        page = Paginator(_in_order(asked), ROWS_ON_A_PAGE).get_page(self.request.GET.get("p"))
        for key, found in groupby(page, key=lambda row: row.source):
            source = personal_data_sources.get(key)
            groups.append(
                {"label": source.label if source else key, "rows": [(row, is_ticked(row)) for row in found]}
            )
        context = self.get_context_data(asked=asked, groups=groups, page=page, back=_page_of(asked))
        return TemplateResponse(self.request, self.template_name, context, status=status)


@never_cache
@asks_password_again
def person_file(request: HttpRequest, pk: int) -> FileResponse:
    """The zip of a person's data; each download is in the log."""
    asked = _asked(request, pk)
    if not asked.file:
        raise Http404
    try:
        content = asked.file.open("rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    audit.record("cms.privacy.downloaded", asked, user=request.user)
    name = gettext("personal-data-%(number)s.zip") % {"number": asked.pk}
    answer = FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def urls() -> list:
    return [
        path("privacy/<int:pk>/rows/", ConfirmRows.as_view(), name="cms_privacy_rows"),
        path("privacy/<int:pk>/file/", person_file, name="cms_privacy_file"),
    ]
