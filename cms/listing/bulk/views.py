"""The page between choosing rows and changing them: it asks, shows what would happen, then does it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.listing.bulk.actions import MOST_ROWS, BulkAction, BulkForm, bulk_actions_for
from cms.listing.bulk.outcome import HasChanged, Outcome, carry_out, foresee
from cms.listing.bulk.running import begin
from cms.listing.choosing import open_source_or_404
from cms.models import BulkRun
from cms.sources import Question

HAS_CHANGED = gettext_lazy(
    "Something changed since you looked, and nothing has been done yet. Look once more."
)
# What the page itself posts, beside the form of the action.
OURS = {"csrfmiddlewaretoken", "next", "action", "scope", "query", "id", "shown", "run", "step"}
SHOWN_ROWS = 200
# Of more rows than are done at once, so many are looked at beforehand.
SAMPLE = 50


class BulkView(WagtailAdminTemplateMixin, TemplateView):
    """One action on the rows that were ticked, or on all rows of the list. They are always fetched again
    among the person's own.

    Posted: `action`, `id`s or `scope=all` with the list's `query`; then `step` "preview" or "do", with what
    was `shown`. Up to MOST_ROWS rows are done at once; of more, samples are shown and a worker does them.
    """

    screen_help = gettext_lazy(
        "First you read what would change for each row, and why some stay as they are; nothing is "
        "written yet. Then confirm: all of it is done, or nothing. Very many rows are done one by one, "
        "while you look on or leave, and those that cannot be done are told."
    )
    template_name = "cms/admin/listing/bulk.html"
    http_method_names = ["get", "post"]
    outcome: Outcome | None = None
    form: BulkForm

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.source = open_source_or_404(request.user, kwargs["key"])
        self.back = get_valid_next_url_from_request(request) or self.source.list_url()

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return HttpResponseRedirect(self.back)  # a reload, or after logging in: choose again

    @cached_property
    def action(self) -> BulkAction:
        asked = self.request.POST.get("action", "")
        known = {action.name: action for action in bulk_actions_for(self.source, self.request.user)}
        if asked in known:
            return known[asked]
        if any(action.name == asked for action in self.source.bulk_actions):
            raise PermissionDenied
        raise Http404

    @property
    def is_all(self) -> bool:
        return self.request.POST.get("scope") == "all"

    @cached_property
    def question(self) -> Question:
        return Question.from_query(QueryDict(self.request.POST.get("query", "")))

    def rows(self) -> QuerySet:
        """The rows asked for, among the person's own."""
        if self.is_all:
            rows = self.source.ask(self.request.user, self.question).rows
        else:
            rows = self.source.rows(self.request.user).filter(pk__in=self._keys())
        return self.action.rows(rows)

    def _keys(self) -> list[Any]:
        keys = []
        for typed in self.request.POST.getlist("id"):
            try:
                keys.append(self.source.model._meta.pk.to_python(typed))
            except ValidationError:
                continue
        return [key for key in keys if not isinstance(key, int) or abs(key) < 2**63]

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        action, step = self.action, request.POST.get("step", "")
        if step == "do" and (begun := BulkRun.objects.filter(key=self.run_key, user=request.user).first()):
            return redirect("list_bulk_run", begun.pk)  # a second click
        rows = list(self.rows()[: MOST_ROWS + 1])
        if not rows:
            told = _("Choose some rows first. Those that you chose are no longer there, or not yours.")
            messages.error(request, told)
            return HttpResponseRedirect(self.back)
        self.is_long = len(rows) > MOST_ROWS
        self.count = self.rows().order_by().values("pk").count() if self.is_long else len(rows)
        self.looked_at = rows[:SAMPLE] if self.is_long else rows
        is_filled = step in ("preview", "do") or not action.form_class(user=request.user).fields
        self.form = action.form_class(request.POST if is_filled else None, user=request.user)
        if not (is_filled and self.form.is_valid()):
            return self.render_to_response(self.get_context_data(), status=422 if is_filled else 200)
        if step == "do":
            return self._begin() if self.is_long else self._do()
        self.outcome = self._foresee(self.looked_at)
        return self.render_to_response(self.get_context_data())

    @cached_property
    def run_key(self) -> UUID:
        """Of the page, so that a second click on it finds what the first began."""
        try:
            return UUID(self.request.POST.get("run", ""))
        except ValueError:
            return uuid4()

    def _foresee(self, rows: Iterable) -> Outcome:
        beyond = self.count - len(self.looked_at)
        user, cleaned = self.request.user, self.form.cleaned_data
        return foresee(self.action, self.source, user, rows, cleaned, beyond=beyond)

    def _begin(self) -> HttpResponse:
        """Leave very many rows to a worker, if they are still those that were shown."""
        request = self.request
        self.outcome = self._foresee(self.looked_at)
        try:
            if self.outcome.digest != request.POST.get("shown", ""):
                raise HasChanged
            run = begin(
                key=self.run_key,
                source=self.source,
                action=self.action,
                user=request.user,
                rows=self.rows(),
                count=self.count,
                question=self.question if self.is_all else None,
                typed=self._typed(),
            )
        except HasChanged:
            messages.error(request, HAS_CHANGED)
            return self.render_to_response(self.get_context_data(), status=409)
        return redirect("list_bulk_run", run.pk)

    def _typed(self) -> dict[str, list[str]]:
        """What the action's form was given."""
        return {name: values for name, values in self.request.POST.lists() if name not in OURS}

    def _do(self) -> HttpResponse:
        request, keys = self.request, [row.pk for row in self.looked_at]
        told: Any
        try:
            done = carry_out(
                self.action,
                self.source,
                request.user,
                keys,
                self.form.cleaned_data,
                shown=request.POST.get("shown", ""),
            )
        except HasChanged:
            told = HAS_CHANGED
        except ValidationError as refusal:
            told = _("Nothing was changed. %(why)s") % {"why": " ".join(refusal.messages)}
        else:
            messages.success(request, self._done_words(len(done.changes)))
            return HttpResponseRedirect(self.back)
        messages.error(request, told)
        fresh = self.action.rows(self.source.rows(request.user).filter(pk__in=keys))
        self.outcome = self._foresee(fresh)
        return self.render_to_response(self.get_context_data(), status=409)

    def _done_words(self, count: int) -> str:
        words = ngettext("%(action)s: done for %(count)d row.", "%(action)s: done for %(count)d rows.", count)
        return words % {"action": self.action.label, "count": count}

    def get_page_title(self) -> str:
        return str(self.action.label)

    def get_page_subtitle(self) -> str:
        return str(self.source.label)

    def get_header_icon(self) -> str:
        return self.action.icon

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": self.back, "label": str(self.source.label)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs) -> dict:
        posted = self.request.POST
        return super().get_context_data(
            action=self.action,
            form=self.form,
            outcome=self.outcome,
            shown_rows=SHOWN_ROWS,
            chosen_count=self.count,
            count_words=number_format(self.count, force_grouping=True),
            is_long=self.is_long,
            looked_at=len(self.looked_at),
            run_key=self.run_key,
            keys=[] if self.is_all else self._keys(),
            scope=posted.get("scope", ""),
            query=posted.get("query", ""),
            back=self.back,
            media=self.form.media,
            **kwargs,
        )
