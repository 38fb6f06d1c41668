"""The gates before Wagtail's own views. See cms/gates.py."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page
from wagtail.permissions import policy_registry

from cms.errors import unreadable
from cms.gates import gates, refuse
from cms.registries import visible_rows
from cms.rows import row_or_404

SOME_CHANGE = ("add", "change", "delete", "publish", "bulk_delete")


def signed_import(request: HttpRequest) -> HttpResponse | None:
    """Wagtail's import of redirects stumbles over a form that was not signed by the step before it."""
    if request.method != "POST" or not request.user.has_perm("wagtailredirects.add_redirect"):
        return None
    try:
        for name in ("import_file_name", "input_format"):
            Signer().unsign(request.POST.get(name, ""))
    except BadSignature as forged:
        return unreadable(request, forged)
    return None


def who_edits_the_page(request: HttpRequest, **words) -> HttpResponse | None:
    """Steps that Wagtail shows, with the title of the page, to whoever is logged in."""
    page = Page.objects.filter(pk=words.get("page_id") or words.get("page_to_move_id")).first()
    if page is not None and not page.permissions_for_user(request.user).can_edit():
        return refuse(request)
    return None


def who_explores_the_page(request: HttpRequest, parent_page_id: int, **words) -> HttpResponse | None:
    """Wagtail lists below any page within the tree of a person, also below another cooperative's."""
    rows = Page.objects.filter(pk=parent_page_id)
    if rows.exists() and not visible_rows(request.user, rows).exists():
        return refuse(request)
    return None


def own_rows_in_bulk(request: HttpRequest, app_label: str, model_name: str, action: str):
    """Wagtail asks before an action on many rows, and names those that the person may not touch."""
    try:
        model = apps.get_model(app_label, model_name)
    except LookupError:
        return None
    policy = policy_registry.get_by_type(model)
    if not policy.user_has_any_permission(request.user, SOME_CHANGE):
        return refuse(request)
    everything = model._default_manager.all()
    own: Any = visible_rows(request.user, everything)
    asked = request.GET.getlist("id")
    if own is everything:
        return None
    if "all" not in asked:
        own = own.filter(pk__in=[key for key in asked if key.isdecimal() and len(key) < 19])
    elif model is Page and (parent := request.GET.get("childOf")):
        above = row_or_404(request.user, everything, parent)
        own = own.descendant_of(above) if request.GET.get("q") else own.child_of(above)
    keys = [str(key) for key in own.values_list("pk", flat=True)]
    if not keys:
        raise Http404
    narrowed = request.GET.copy()
    narrowed.setlist("id", keys)
    request.GET = narrowed  # type: ignore[assignment]
    return None


def who_sees_all_pages(request: HttpRequest, **words) -> HttpResponse | None:
    """Wagtail counts all pages of a type, and names the one that was changed last."""
    pages = Page.objects.all()
    return None if visible_rows(request.user, pages) is pages else refuse(request)


def who_translates(request: HttpRequest, **words) -> HttpResponse | None:
    """wagtail-localize shows everything that is translated, and the snippets in it, to all."""
    return None if request.user.has_perm("wagtail_localize.submit_translation") else refuse(request)


def own_or_public(pages, request: HttpRequest):
    """The window in which a page is chosen: what the public may read, and one's own."""
    return pages & (visible_rows(request.user, Page.objects.all()) | Page.objects.live())


def chosen_page(request: HttpRequest, parent_page_id: int, **words) -> HttpResponse | None:
    """The pages below another cooperative's draft are nobody else's to leaf through."""
    if not visible_rows(request.user, Page.objects.filter(pk=parent_page_id)).exists():
        raise Http404
    return None


def register() -> None:
    """Called once, when the app is ready."""
    gates.register("wagtailredirects:process_import", signed_import)
    for step in ("move_confirm", "confirm_workflow_cancellation", "revisions_index"):
        gates.register(f"wagtailadmin_pages:{step}", who_edits_the_page)
    for report in ("page_types_usage", "page_types_usage_results"):
        gates.register(f"wagtailadmin_reports:{report}", who_sees_all_pages)
    for door in (
        "translations_report",
        "translations_report_results",
        "snippets_api_listing",
        "snippets_api_detail",
    ):
        gates.register(f"wagtail_localize:{door}", who_translates)
    for list_of_pages in ("wagtailadmin_explore", "wagtailadmin_explore_results"):
        gates.register(list_of_pages, who_explores_the_page)
    gates.register("wagtail_bulk_action", own_rows_in_bulk)
    gates.register("wagtailadmin_choose_page_child", chosen_page)
    hooks.register("construct_page_chooser_queryset", own_or_public)
