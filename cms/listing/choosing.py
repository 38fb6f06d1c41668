"""Choosing the columns of a list, and their order: kept for each person and list."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.models import ListColumns
from cms.sources import Column, RecordSource, sources


def chosen_columns(user: Any, key: str) -> tuple[str, ...]:
    """The names that a person chose for a list; empty when they chose nothing."""
    chosen = ListColumns.objects.filter(user=user, list_key=key).values_list("names", flat=True).first()
    return tuple(name for name in chosen if isinstance(name, str)) if isinstance(chosen, list) else ()


def open_source_or_404(user: Any, key: str) -> RecordSource:
    """A source that a person may see. Raises Http404 for none, PermissionDenied for another's."""
    source = sources.get(key)
    if source is None:
        raise Http404
    if not source.is_open_to(user):
        raise PermissionDenied
    return source


class ChooseColumnsView(WagtailAdminTemplateMixin, TemplateView):
    """A line for each column: whether it is shown, and where. Without JavaScript the places are numbers."""

    screen_help = gettext_lazy(
        "Which columns this list shows you, and in which order. Your colleagues keep theirs. To "
        "share a set of columns, save the list as a view."
    )
    template_name = "cms/admin/listing/columns.html"
    header_icon = "table"

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.source = open_source_or_404(request.user, kwargs["key"])
        self.columns = self.source.columns(request.user)

    def get_page_title(self) -> str:
        return _("Columns of the list")

    def get_page_subtitle(self) -> str:
        return str(self.source.label)

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": self.back, "label": str(self.source.label)},
            {"url": "", "label": self.get_page_title()},
        ]

    @property
    def back(self) -> str:
        return get_valid_next_url_from_request(self.request) or self.source.list_url()

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        kept = ListColumns.objects.filter(user=request.user, list_key=self.source.key)
        if "reset" in request.POST:
            kept.delete()
            messages.success(request, _("The list shows its own columns again."))
        else:
            ListColumns.objects.update_or_create(
                user=request.user, list_key=self.source.key, defaults={"names": self._posted()}
            )
            messages.success(request, _("The list shows the columns that you chose."))
        return HttpResponseRedirect(self.back)

    def _posted(self) -> list[str]:
        """The ticked columns in the order of their numbers; the record's name always comes first."""
        ticked = set(self.request.POST.getlist("shown"))
        first, *others = [column.name for column in self.columns]
        places = {name: self._place(name, n) for n, name in enumerate(others)}
        return [first, *sorted((name for name in others if name in ticked), key=places.__getitem__)]

    def _place(self, name: str, fallback: int) -> tuple[int, int]:
        typed = self.request.POST.get(f"place-{name}", "")
        return (int(typed) if typed.isdecimal() and len(typed) < 5 else fallback, fallback)

    def get_context_data(self, **kwargs) -> dict:
        user = self.request.user
        shown = chosen_columns(user, self.source.key) or tuple(
            column.name for column in self.source.default_columns(user)
        )
        first, *others = self.columns
        order = {name: place for place, name in enumerate(shown)}
        others.sort(key=lambda column: order.get(column.name, len(order)))
        return super().get_context_data(
            first=first,
            lines=[_line(column, n, column.name in order) for n, column in enumerate(others, start=1)],
            back=self.back,
            **kwargs,
        )


def _line(column: Column, place: int, is_shown: bool) -> dict[str, Any]:
    return {"name": column.name, "label": column.label, "place": place, "is_shown": is_shown}
