"""A record's screens, on Wagtail's generic views: each finds the row among the person's own rows first."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.admin.utils import quote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history
from wagtail.admin.widgets.button import Button, HeaderButton

from cms.deleting import TellsWhatLeans
from cms.modeladmin.actions import OfferedAction, RecordAction
from cms.modeladmin.display import fact
from cms.modeladmin.history import hide_unseen
from cms.modeladmin.reach import KeepsInReach
from cms.permissions import ANY_ACTION
from cms.rows import row_or_404
from cms.screen_help import TellsOfSource
from cms.sources.hidden import is_hidden
from cms.twins.creating import TellsOfTwins
from cms.twins.merging import merged_into


class RecordScreen(TellsOfSource):
    """Base of the screens: the model admin says how, the person's rights say which row."""

    model_admin = None
    permission_policy = None
    pk_url_kwarg = "instance_pk"

    def own_row(self, pk) -> Model:
        """The row with a key among those the person may see; Http404 otherwise."""
        return row_or_404(self.request.user, self.model_admin.get_queryset(self.request), pk)

    @cached_property
    def asked_row(self) -> Model:
        return self.own_row(self.model_admin.unquoted(self.kwargs[self.pk_url_kwarg]))

    def url_of(self, action: str, record: Model) -> str:
        return self.model_admin.url_helper.get_action_url(action, quote(record.pk))

    def index_crumb(self) -> dict:
        return {"url": reverse(self.index_url_name), "label": capfirst(self.model_admin.get_menu_label())}


class RecordCreateView(TellsOfTwins, KeepsInReach, RecordScreen, generic.CreateView):
    """A new record."""

    template_name = "cms/admin/record_create.html"

    def save_instance(self) -> Model:
        return self.check_reach(super().save_instance())

    def get_success_url(self) -> str:
        return self.url_of("inspect", self.object)


class RecordDeleteView(TellsWhatLeans, RecordScreen, generic.DeleteView):
    """Asks once, then deletes; a record that others lean on stays, and says on whom."""

    def get_object(self, queryset=None) -> Model:
        return self.asked_row


class RecordHistoryView(RecordScreen, history.HistoryView):
    """Who did what to a record, and when. For who may see the record."""

    any_permission_required = ANY_ACTION
    template_name = "cms/admin/record_history.html"
    results_template_name = "wagtailadmin/generic/listing_results.html"
    filterset_class = None

    def paginate_queryset(self, queryset, page_size):
        paginator, page, entries, is_paginated = super().paginate_queryset(queryset, page_size)
        hide_unseen(entries, self.model, self.request.user)
        return paginator, page, entries, is_paginated

    def get_pk(self):
        return self.kwargs[self.pk_url_kwarg]

    def get_object(self) -> Model:
        return self.asked_row

    def get_base_queryset(self):
        """The record's own entries, and those of records that were merged into it."""
        own = super().get_base_queryset()
        if not (merged := merged_into(self.object)):
            return own
        kind = ContentType.objects.get_for_model(self.object, for_concrete_model=False)
        return own | own.model._default_manager.filter(content_type=kind, object_id__in=map(str, merged))

    @cached_property
    def header_buttons(self) -> list:
        return []


class RecordInspectView(RecordScreen, generic.InspectView):
    """A record's page: its facts, what belongs to it, and what can be done with it."""

    any_permission_required = ANY_ACTION
    template_name = "cms/admin/record.html"
    page_title = ""
    history_url_name = None

    def get_object(self, queryset=None) -> Model:
        return self.asked_row

    def get_fields(self) -> list:
        return []

    def get_page_title(self) -> str:
        return str(self.object)

    def get_page_subtitle(self) -> str:
        return ""

    def get_breadcrumbs_items(self) -> list:
        return [*self.breadcrumbs_items, self.index_crumb(), {"url": "", "label": str(self.object)}]

    @cached_property
    def header_buttons(self) -> list:
        if not self.permission_policy.user_has_permission_for_instance(
            self.request.user, "change", self.object
        ):
            return []
        return [HeaderButton(label=_("Edit"), url=self.url_of("edit", self.object), icon_name="edit")]

    @cached_property
    def header_more_buttons(self) -> list:
        if not self.permission_policy.user_has_permission_for_instance(
            self.request.user, "delete", self.object
        ):
            return []
        return [Button(_("Delete"), url=self.url_of("delete", self.object), icon_name="bin", priority=20)]

    def sections(self) -> list[dict]:
        finder = AdminURLFinder(self.request.user)
        user, model = self.request.user, self.model
        shown = (
            (
                title,
                [field for field in fields if not (isinstance(field, str) and is_hidden(user, model, field))],
            )
            for title, fields in self.model_admin.sections_for(self.object)
        )
        return [
            {"title": title, "fields": [fact(self.object, field, finder) for field in fields]}
            for title, fields in shown
            if fields
        ]

    def actions(self) -> list[OfferedAction]:
        """What this person may do to this record now."""
        asked = self.kwargs.get("action")
        return [
            self._failed if asked == action.name and self._failed else self._offer(action)
            for action in self.model_admin.get_record_actions()
            if action.allows(self.request.user, self.object, self.permission_policy)
        ]

    _failed: OfferedAction | None = None

    def _offer(self, action: RecordAction, *, is_posted: bool = False) -> OfferedAction:
        url = self.model_admin.action_url(self.object, action)
        if self.next_url:
            url = f"{url}?{urlencode({'next': self.next_url})}"
        form = action.form(self.request, self.object, is_posted=is_posted)
        return OfferedAction(action, url, form, is_asked=self.request.GET.get("open") == action.name)

    @cached_property
    def next_url(self) -> str:
        """Where to go back after an action: the place in the list from which it was asked."""
        return get_valid_next_url_from_request(self.request)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Do one action, then show the record again; a refusal keeps what was typed."""
        action = next(
            (a for a in self.model_admin.get_record_actions() if a.name == kwargs.get("action")), None
        )
        if action is None:
            raise Http404
        action.check(request.user, self.object, self.permission_policy)
        if not action.is_offered(self.object, request.user):
            return self._came_too_late(action)
        offer = self._offer(action, is_posted=True)
        if offer.form.is_valid():
            try:
                told = action.run(request, self.object, offer.form.cleaned_data)
            except ValidationError as refusal:
                offer.form.add_error(None, refusal)
            else:
                messages.success(request, told or _("Done: %(action)s") % {"action": action.label})
                return HttpResponseRedirect(self.next_url or self.url_of("inspect", self.object))
        self._failed = offer
        messages.error(request, _("Nothing was changed. Look at the message in the form."))
        return self.render_to_response(self.get_context_data(), status=422)

    def _came_too_late(self, action: RecordAction) -> HttpResponse:
        """A second click, a second tab or the way back: the button was drawn before somebody pressed it."""
        told = _(
            "“%(action)s” cannot be done here any more: a colleague, or an earlier click, was quicker. "
            "This is how it stands now."
        )
        messages.warning(self.request, told % {"action": action.label})
        return self.render_to_response(self.get_context_data(), status=409)

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "action" in kwargs:  # a reload after logging in: the action itself needs its button
            return redirect(self.url_of("inspect", self.object))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        panels = [panel.bind(self.object, self.request) for panel in self.model_admin.get_inspect_panels()]
        actions = self.actions()
        context.update(
            sections=self.sections(),
            panels=[panel for panel in panels if panel],
            actions=actions,
            history_url=self.url_of("history", self.object),
            index_url=reverse(self.index_url_name),
            media=sum((offer.form.media for offer in actions), MediaContainer().media),
        )
        return context
