"""The report of who did what: Wagtail's, for those allowed to, silent on what the reader may not see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import IntegerField, QuerySet, Value
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.auth import require_admin_access
from wagtail.admin.filters import ContentTypeFilter
from wagtail.admin.views.reports.audit_logging import LogEntriesView, SiteHistoryReportFilterSet
from wagtail.log_actions import registry as log_registry
from wagtail.models import Page, PageLogEntry, Site

from cms import audit
from cms.doors import asks_password_again
from cms.listing.paging import BoundedPaginator
from cms.models import BulkRun, ErasedRow, ImportBatch, SavedView
from cms.registries import row_scopes, visible_rows
from cms.rows import has_scope
from cms.spreadsheets.escaping import escaped
from cms.used_values import used_values

PERMISSION = "wagtailcore.view_modellogentry"
EXPORT_CHUNK = 1000


class AuditFilterSet(SiteHistoryReportFilterSet):
    record = django_filters.CharFilter(label=gettext_lazy("Number of the record"), method="filter_record")
    object_type = ContentTypeFilter(
        label=gettext_lazy("Type"), method="filter_object_type", queryset=lambda request: used_kinds()
    )

    def get_users_queryset(self) -> QuerySet:
        return acting_people()

    def get_action_choices(self) -> list[tuple[str, Any]]:
        used = used_in_log("action")
        return [choice for choice in log_registry.get_choices() if choice[0] in used]

    def filter_record(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if queryset.model is not PageLogEntry:
            return queryset.filter(object_id=value)
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
        return queryset.filter(page_id=number)


# Kinds that no role has rights on as records, and whose names say nothing of people: every reader is told.
OF_THE_HOUSE = (Site, SavedView, ImportBatch, BulkRun, ErasedRow)


def entries_for(user: Any, log_model: Any) -> QuerySet:
    """What a reader of the report is told of: the records of their kinds, the house's own, and all pages.

    Wagtail tells of pages to those who edit them; whoever may read the trail reads all of it.
    """
    if log_model is PageLogEntry:
        return log_model.objects.all()
    told = log_model.objects.viewable_by_user(user)
    if user.is_superuser:
        return told
    of_the_house = ContentType.objects.get_for_models(*OF_THE_HOUSE).values()
    return told | log_model.objects.filter(content_type__in=of_the_house)


def used_in_log(field_name: str) -> set[Any]:
    """The values that a column of the logs has."""
    return set().union(*(used_values(model, field_name) for model in log_registry.get_log_entry_models()))


def acting_people() -> QuerySet:
    """Who did something that the log tells of."""
    people = get_user_model()
    acted = people._default_manager.filter(pk__in=used_in_log("user"))
    return acted.order_by(people.USERNAME_FIELD)


def used_kinds() -> QuerySet:
    """The kinds of record that the log tells of."""
    return ContentType.objects.filter(pk__in=used_in_log("content_type")).order_by("model")


def may_read(user: Any) -> bool:
    return user.has_perm(PERMISSION)


@asks_password_again(when=lambda request: "export" in request.GET)
class AuditView(LogEntriesView):
    """Who, what kind of record, which one, which action, when; on the screen, as csv and as xlsx."""

    screen_help = gettext_lazy(
        "Who did what, and when: changes, deletions, imports, exports, logins and failed logins. "
        "It names the fields that changed, never their values. Its pages end after 3,000 entries: for "
        "older ones filter it by person, record or day. The sheet has them all."
    )
    filterset_class = AuditFilterSet
    paginator_class = BoundedPaginator

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_read(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_export:
            return super().get(request, *args, **kwargs)
        reader: Any = request.user
        audit.record("cms.audit.export", reader, user=reader)
        return self.as_spreadsheet(self.all_entries(), request.GET["export"])

    def get_filtered_queryset(self) -> QuerySet:
        """As Wagtail's: keys and moments of every log, for decorate_paginated_queryset to fill."""
        self.log_models = list(log_registry.get_log_entry_models())
        parts = []
        for index, log_model in enumerate(self.log_models):
            place = Value(index, output_field=IntegerField())
            rows = entries_for(self.request.user, log_model).values("pk", "timestamp")
            parts.append(self.filter_queryset(rows.annotate(log_model_index=place)).order_by())
        return parts[0].union(*parts[1:], all=True).order_by("-timestamp")

    def all_entries(self) -> Iterator[Any]:
        """Every entry of the filter, some at a time."""
        rows = self.get_filtered_queryset().iterator(chunk_size=EXPORT_CHUNK)
        for chunk in batches(rows):
            yield from self.decorate_paginated_queryset(chunk)

    def decorate_paginated_queryset(self, queryset: Iterable) -> list[Any]:
        """As Wagtail's, which asks about each page whether somebody reviews it: here once for all."""
        keys = defaultdict(list)
        for row in queryset:
            keys[row["log_model_index"]].append(row["pk"])
        finder, found = AdminURLFinder(self.request.user), {}
        for index, pks in keys.items():
            rows = self.log_models[index].objects.filter(pk__in=pks)
            rows = rows.prefetch_related("user__wagtail_userprofile", "content_type")
            pairs = list(rows.with_instances())
            know_reviews([about for _entry, about in pairs if isinstance(about, Page)])
            for entry, about in pairs:
                entry.edit_url = finder.get_edit_url(about)
                found[index, entry.pk] = entry
        entries = [found[row["log_model_index"], row["pk"]] for row in queryset]
        for entry in out_of_reach(self.request.user, entries):
            entry.label = _("A record that you may not see")
            entry.data, entry.edit_url = {}, None
        return entries

    def write_csv_row(self, writer: Any, row_dict: dict[str, Any]) -> Any:
        texts = {
            field: self.preprocess_field_value(field, value, self.FORMAT_CSV)
            for field, value in row_dict.items()
        }
        return writer.writerow(
            {field: escaped(text) if isinstance(text, str) else text for field, text in texts.items()}
        )


def know_reviews(pages: list[Page]) -> None:
    """Tell each page its workflow, as prefetch_workflow_states of a query does. Two queries."""
    known = Page.objects.filter(pk__in={page.pk for page in pages}).prefetch_workflow_states()
    states = {page.pk: page._current_workflow_states for page in known} if pages else {}
    for page in pages:
        page._current_workflow_states = states.get(page.pk, [])


def out_of_reach(user: Any, entries: list[Any]) -> list[Any]:
    """The entries on rows that a person sees only a part of, and not this one. One query for each model."""
    by_model = defaultdict(list)
    for entry in entries:
        model = entry.content_type and entry.content_type.model_class()
        if model in row_scopes and has_scope(model):
            by_model[model].append(entry)
    hidden = []
    for model, about in by_model.items():
        rows = model._default_manager.all()
        scoped = visible_rows(user, rows)
        if scoped is rows:  # the whole table is this person's, what is deleted too
            continue
        asked = scoped.filter(pk__in=[entry.object_id for entry in about])
        seen = {str(pk) for pk in asked.values_list("pk", flat=True)}
        hidden += [entry for entry in about if str(entry.object_id) not in seen]
    return hidden


def batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    """Lists of at most EXPORT_CHUNK."""
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == EXPORT_CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


# At the address of Wagtail's own report, before it.
urlpatterns = [
    path("reports/site-history/", never_cache(require_admin_access(AuditView.as_view()))),
    path(
        "reports/site-history/results/",
        never_cache(require_admin_access(AuditView.as_view(results_only=True))),
    ),
]
