"""What staff do with views: keep, ask anew, share, pin, forget. Opening one is a matter of the list."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.listing.table import RecordTable, TitleColumn
from cms.models import SavedView, ViewPin
from cms.saved_views.forms import AskAnewForm, KeepForm, SavedViewForm
from cms.saved_views.keeping import ask_anew, change_view, forget_view, keep_view
from cms.saved_views.opening import address_of, open_view, source_of_view
from cms.saved_views.pinning import pin_view
from cms.sources import Column, RecordSource, open_sources, sources
from cms.sources.columns import BooleanColumn, DateColumn, UserColumn


def own_source(user: Any, key: str) -> RecordSource:
    """A list that a person may see. Raises Http404 for any other."""
    source = sources.get(key)
    if source is None or not source.is_open_to(user):
        raise Http404
    return source


def own_view(user: Any, pk: int) -> SavedView:
    """A view that a person may change. Raises Http404, or PermissionDenied for a colleague's."""
    view = open_view(user, pk)
    if not view.may_be_changed_by(user):
        raise PermissionDenied
    return view


@require_POST
def keep(request: HttpRequest, key: str) -> HttpResponse:
    """Keep what a list asks, under the typed name, and open it."""
    source = own_source(request.user, key)
    form = KeepForm(request.POST)
    if not form.is_valid():
        tell(request, form)
        return redirect(source.list_url(form.cleaned_data.get("question")))
    asked = form.cleaned_data["question"]
    try:
        view = keep_view(owner=request.user, source=source, name=form.cleaned_data["name"], question=asked)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect(source.list_url(asked))
    messages.success(
        request,
        gettext("The view “%(name)s” is saved. Only you see it.") % {"name": view.name},
        buttons=[messages.button(reverse("saved_view_edit", args=(view.pk,)), gettext("Share it"))],
    )
    return redirect(address_of(view))


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the changes of a view's question."""
    view = own_view(request.user, pk)
    form = AskAnewForm(request.POST)
    if not form.is_valid():
        tell(request, form)
        return redirect(address_of(view, form.cleaned_data.get("question")))
    asked = form.cleaned_data["question"]
    try:
        ask_anew(view, question=asked, opened=form.cleaned_data["opened"], by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, gettext("The view “%(name)s” is saved.") % {"name": view.name})
    return redirect(address_of(view, asked))


@require_POST
def pin(request: HttpRequest, pk: int, place: str) -> HttpResponse:
    """Pin a view, or take the pin out. For everybody who may open it."""
    view = open_view(request.user, pk)
    if place not in ViewPin.Place.values:
        raise Http404
    pinned = request.POST.get("pinned") == "yes"
    try:
        pin_view(view, user=request.user, place=place, pinned=pinned)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        told = gettext("“%(name)s” is pinned.") if pinned else gettext("“%(name)s” is no longer pinned.")
        messages.success(request, told % {"name": view.name})
    return redirect(address_of(view))


def tell(request: HttpRequest, form: BaseForm) -> None:
    """What a form without a page of its own refuses."""
    messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))


class ViewsIndexView(generic.IndexView):
    """All views that a person may open."""

    screen_help = _(
        "Lists kept under a name: yours, and those that colleagues share with your role. A view "
        "keeps filters, words, columns and order, never the rows: each person finds in it those "
        "that are theirs to see. To make one, filter a list and save it as a view above its rows."
    )
    model = SavedView
    page_title = _("Saved views")
    header_icon = "list-ul"
    index_url_name = "saved_views"
    index_results_url_name = "saved_views_results"
    table_class = RecordTable
    paginate_by = 30
    page_kwarg = "p"
    default_ordering = ("name", "pk")
    is_searchable = False
    any_permission_required = None
    permission_required = None

    def get_base_queryset(self) -> QuerySet[SavedView]:
        lists = [source.key for source in open_sources(self.request.user)]
        views = SavedView.objects.open_to(self.request.user).filter(source_key__in=lists)
        return views.select_related("owner").prefetch_related("shared_with")

    @cached_property
    def columns(self) -> list:
        return [
            TitleColumn("name", label=_("Name"), get_url=address_of),
            Column("source_key", _("List"), accessor=lambda view: str(source_of_view(view).label)),
            UserColumn("owner", _("Owner")),
            BooleanColumn("shared", _("Shared"), accessor=lambda view: bool(view.shared_with.all())),
            DateColumn("updated_at", _("Changed")),
        ]

    @cached_property
    def no_results_message(self) -> str:
        return gettext("No view yet. Filter a list, then save it under a name.")


class EditView(WagtailAdminTemplateMixin, FormView):
    """A view's name and who shares it."""

    screen_help = _(
        "The name of the view, and who may open it. Sharing shows nobody more rows than they may "
        "see. Filters and columns are changed in the list itself, when the view is open."
    )
    template_name = "cms/admin/saved_views/edit.html"
    form_class = SavedViewForm
    page_title = _("Saved view")
    header_icon = "list-ul"

    @cached_property
    def view(self) -> SavedView:
        return own_view(self.request.user, self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.view.name

    def get_form_kwargs(self) -> dict:
        # A copy: an invalid form must not rename what the page shows.
        return {**super().get_form_kwargs(), "instance": SavedView.objects.get(pk=self.view.pk)}

    def get_context_data(self, **kwargs: Any) -> dict:
        return {**super().get_context_data(**kwargs), "saved": self.view, "address": address_of(self.view)}

    def form_valid(self, form: SavedViewForm) -> HttpResponse:
        try:
            change_view(self.view, **form.cleaned_data, by=self.request.user)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.form_invalid(form)
        messages.success(self.request, gettext("The view “%(name)s” is saved.") % {"name": self.view.name})
        return redirect(address_of(self.view))


class ForgetView(WagtailAdminTemplateMixin, TemplateView):
    """Asks once, then deletes a view."""

    screen_help = _(
        "Deletes the name and the question, for everybody with whom it is shared. No record is touched."
    )
    template_name = "cms/admin/saved_views/forget.html"
    page_title = _("Delete the view")
    header_icon = "bin"

    @cached_property
    def view(self) -> SavedView:
        return own_view(self.request.user, self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.view.name

    def get_context_data(self, **kwargs: Any) -> dict:
        return {**super().get_context_data(**kwargs), "saved": self.view, "address": address_of(self.view)}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        back = source_of_view(self.view).list_url()
        forget_view(self.view, by=request.user)
        messages.success(request, gettext("The view is deleted. Its records stay as they are."))
        return redirect(back)
