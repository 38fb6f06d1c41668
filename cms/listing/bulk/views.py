"""The page between choosing rows and changing them: it asks, shows what would happen, then does it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.listing.bulk.actions import MOST_ROWS, BulkAction, BulkForm, bulk_actions_for
from cms.listing.bulk.outcome import HasChanged, Outcome, carry_out, foresee
from cms.listing.choosing import open_source_or_404
from cms.sources import Question

SHOWN_ROWS = 200


class BulkView(WagtailAdminTemplateMixin, TemplateView):
    """One action on the rows that were ticked, or on all rows of the list. They are always fetched again
    among the person's own.

    Posted: `action`, `id`s or `scope=all` with the list's `query`; then `step` "preview" or "do".
    """

    screen_help = gettext_lazy(
        "First you read what would change for each row, and why some stay as they are; nothing is "
        "written yet. Then confirm: all of it is done, or nothing."
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

    def rows(self) -> QuerySet:
        """The rows asked for, among the person's own."""
        if self.is_all:
            query = QueryDict(self.request.POST.get("query", ""))
            rows = self.source.ask(self.request.user, Question.from_query(query)).rows
        else:
            rows = self.source.rows(self.request.user).filter(pk__in=self._keys())
        return self.action.rows(rows)

    def _keys(self) -> list[Any]:
        keys = []
        for typed in self.request.POST.getlist("id")[: MOST_ROWS + 1]:
            try:
                keys.append(self.source.model._meta.pk.to_python(typed))
            except ValidationError:
                continue
        return [key for key in keys if not isinstance(key, int) or abs(key) < 2**63]

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        action = self.action
        rows = list(self.rows()[: MOST_ROWS + 1])
        if not rows or len(rows) > MOST_ROWS:
            messages.error(request, self._too_few_or_many(len(rows)))
            return HttpResponseRedirect(self.back)
        self.chosen = rows
        step = request.POST.get("step", "")
        is_filled = step in ("preview", "do") or not action.form_class(user=request.user).fields
        self.form = action.form_class(request.POST if is_filled else None, user=request.user)
        if not (is_filled and self.form.is_valid()):
            return self.render_to_response(self.get_context_data(), status=422 if is_filled else 200)
        if step == "do":
            return self._do(rows)
        self.outcome = foresee(action, self.source, request.user, rows, self.form.cleaned_data)
        return self.render_to_response(self.get_context_data())

    def _do(self, rows: list) -> HttpResponse:
        request, keys = self.request, [row.pk for row in rows]
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
            told = _("Something changed since you looked, and nothing has been done yet. Look once more.")
        except ValidationError as refusal:
            told = _("Nothing was changed. %(why)s") % {"why": " ".join(refusal.messages)}
        else:
            messages.success(request, self._done_words(len(done.changes)))
            return HttpResponseRedirect(self.back)
        messages.error(request, told)
        fresh = self.action.rows(self.source.rows(request.user).filter(pk__in=keys))
        self.outcome = foresee(self.action, self.source, request.user, fresh, self.form.cleaned_data)
        return self.render_to_response(self.get_context_data(), status=409)

    def _done_words(self, count: int) -> str:
        words = ngettext("%(action)s: done for %(count)d row.", "%(action)s: done for %(count)d rows.", count)
        return words % {"action": self.action.label, "count": count}

    def _too_few_or_many(self, count: int) -> str:
        if count:
            return _("At most %(most)d rows at once. Filter the list, and do it in parts.") % {
                "most": MOST_ROWS
            }
        return _("Choose some rows first. Those that you chose are no longer there, or not yours.")

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
            chosen_count=len(self.chosen),
            keys=[] if self.is_all else [row.pk for row in self.chosen],
            scope=posted.get("scope", ""),
            query=posted.get("query", ""),
            back=self.back,
            media=self.form.media,
            **kwargs,
        )
