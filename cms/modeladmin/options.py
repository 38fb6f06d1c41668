"""The base of every model admin: rights by row, the one list, a page for each record, guarded forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet, UUIDField
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.urls import URLPattern, re_path, reverse
from django.utils.text import capfirst
from wagtail.admin.admin_url_finder import register_admin_url_finder
from wagtail.admin.panels import ObjectList, Panel
from wagtail_modeladmin.helpers import ModelAdminURLFinder
from wagtail_modeladmin.options import ModelAdmin

from cms.custom_fields import has_custom_fields
from cms.custom_fields.forms import with_custom_fields
from cms.custom_fields.record_page import CustomFactsPanel
from cms.listing.bulk import BulkAction, bulk_actions_of
from cms.listing.views import RecordIndexView
from cms.modeladmin.actions import RecordAction
from cms.modeladmin.editing import RecordEditView
from cms.modeladmin.panels import InspectPanel
from cms.modeladmin.views import RecordCreateView, RecordDeleteView, RecordHistoryView, RecordInspectView
from cms.permissions import RecordPermissionHelper, record_policy
from cms.registries import visible_rows
from cms.sources import sources
from cms.sources.declared import fields_of_sections, source_from
from cms.twins.merging import successor_of


class RecordModelAdmin(ModelAdmin):
    """How the back office shows a model of working records.

    list_columns: field names or cms.listing columns; the first is the name that opens the record.
    extra_columns: those that can be chosen and are not shown at first, with the fields of inspect_sections.
    search_fields: columns that must hold each searched word. filterset_class: a RecordFilterSet.
    ordering: of the list, before anybody sorts it. empty_text: what an empty list says, and whence rows come.
    read_only: nobody adds, edits or deletes, whatever the permissions say.
    made_elsewhere: nobody adds one from the list: it is made where it belongs to, such as on another record.
    inspect_sections: ((title, (field, ...)), ...) of the record's page; else inspect_view_fields. A field is
    the name of a field, property or method, or a pair (label, function of the record).
    bulk_actions: BulkAction instances for many rows; bulk_fields: names of fields that can be set for many.
    inspect_panels: InspectPanel instances below the facts. record_actions: RecordAction instances beside.
    panels: Wagtail panels of the form. A state never stands among them: it moves by an action.
    """

    list_columns: Sequence[Any] = ("__str__",)
    extra_columns: Sequence[Any] = ()
    list_select_related: Sequence[str] = ()
    list_prefetch_related: Sequence[Any] = ()
    list_per_page = 30
    filterset_class = None
    empty_text: Any = ""
    opens_on = "inspect"
    read_only = False
    made_elsewhere = False
    inspect_view_enabled = True
    inspect_sections: Sequence[tuple[Any, Sequence[Any]]] = ()
    inspect_panels: Sequence[InspectPanel] = ()
    record_actions: Sequence[RecordAction] = ()
    bulk_actions: Sequence[BulkAction] = ()
    bulk_fields: Sequence[str] = ()
    help_text: Any = ""
    form_class = None
    index_view_class = RecordIndexView
    create_view_class = RecordCreateView
    edit_view_class = RecordEditView
    delete_view_class = RecordDeleteView
    inspect_view_class = RecordInspectView
    history_view_class = RecordHistoryView
    permission_helper_class = RecordPermissionHelper
    add_to_admin_menu = False

    def __init__(self, parent=None) -> None:
        super().__init__(parent)
        self.policy = record_policy(self.model, read_only=self.read_only)
        self.permission_helper.policy = self.policy
        self.extra_columns = (*self.extra_columns, *fields_of_sections(self.model, self.inspect_sections))
        self.source = source_from(
            self,
            policy=self.policy,
            label=self.get_menu_label(),
            list_url_name=self.url_name("index"),
            row_url_name=self.url_name("inspect"),
            bulk_actions=bulk_actions_of(self),
            icon=self.get_menu_icon(),
        )

    def register_with_wagtail(self) -> None:
        sources.register(self.source.key, self.source)
        super().register_with_wagtail()

    def get_menu_label(self) -> Any:
        return self.menu_label or capfirst(self.opts.verbose_name_plural)

    def rows_for(self, user: Any) -> QuerySet:
        """The rows that a person may see, with what their columns and pages need."""
        return visible_rows(user, self.model._default_manager.all())

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.rows_for(request.user)

    def get_record_actions(self) -> Sequence[RecordAction]:
        return self.record_actions

    def get_inspect_panels(self) -> Sequence[InspectPanel]:
        added = (CustomFactsPanel(),) if has_custom_fields(self.model) else ()
        return (*added, *self.inspect_panels)

    def sections_for(self, record: Model) -> Sequence[tuple[Any, Sequence[Any]]]:
        """Titles and field names of a record's page."""
        return self.inspect_sections or (("", self.get_inspect_view_fields()),)

    def get_inspect_view_fields(self) -> list[str]:
        """The fields named, or all that mean something to people."""
        unsaid = {self.opts.pk.name, "created_at", "updated_at", "custom"}
        return list(self.inspect_view_fields) or [
            name
            for name in super().get_inspect_view_fields()
            if name not in unsaid and not isinstance(self.opts.get_field(name), UUIDField)
        ]

    @staticmethod
    def unquoted(pk: str) -> str:
        return unquote(pk)

    def url_name(self, action: str) -> str:
        return self.url_helper.get_action_url_name(action)

    def action_url(self, record: Model, action: RecordAction) -> str:
        return reverse(self.url_name("action"), args=(quote(record.pk), action.name))

    def view(self, view_class: type, **options) -> Any:
        """A view of this admin; only the options that its class knows are passed."""
        known = {
            "model_admin": self,
            "model": self.model,
            "permission_policy": self.policy,
            "header_icon": self.get_menu_icon(),
            "index_url_name": self.url_name("index"),
            "index_results_url_name": self.url_name("results"),
            "add_url_name": None if self.read_only or self.made_elsewhere else self.url_name("create"),
            "edit_url_name": None if self.read_only else self.url_name("edit"),
            "delete_url_name": None if self.read_only else self.url_name("delete"),
            "inspect_url_name": self.url_name("inspect"),
            "history_url_name": self.url_name("history"),
            **options,
        }
        return view_class.as_view(
            **{name: value for name, value in known.items() if hasattr(view_class, name)}
        )

    def index_view(self, request: HttpRequest, *, results_only: bool = False):
        view = self.view(
            self.index_view_class,
            source=self.source,
            results_only=results_only,
            paginate_by=self.list_per_page,
            empty_text=self.empty_text,
            opens_on=self.opens_on,
        )
        return view(request)

    def results_view(self, request: HttpRequest):
        return self.index_view(request, results_only=True)

    def _form_options(self) -> dict:
        return {"panel": self.get_edit_handler().bind_to_model(self.model)}

    def get_edit_handler(self) -> Panel:
        """The form's panels; `form_class` is their base, for rules that a form has to keep."""
        handler = super().get_edit_handler()
        if self.form_class:
            handler = ObjectList(handler.children, base_form_class=self.form_class)
        return with_custom_fields(handler) if has_custom_fields(self.model) else handler

    def create_view(self, request: HttpRequest):
        if self.made_elsewhere:
            raise PermissionDenied
        return self.view(self.create_view_class, **self._form_options())(request)

    def edit_view(self, request: HttpRequest, instance_pk: str):
        return self.view(self.edit_view_class, **self._form_options())(request, instance_pk=instance_pk)

    def delete_view(self, request: HttpRequest, instance_pk: str):
        return self.view(self.delete_view_class)(request, instance_pk=instance_pk)

    def inspect_view(self, request: HttpRequest, instance_pk: str):
        try:
            return self.view(self.inspect_view_class)(request, instance_pk=instance_pk)
        except Http404:
            # The old address of a record that was merged leads to the one that stayed.
            if (successor := successor_of(self.model, self.unquoted(instance_pk))) is None:
                raise
            return redirect(self.url_helper.get_action_url("inspect", quote(successor)))

    def action_view(self, request: HttpRequest, instance_pk: str, action: str):
        return self.view(self.inspect_view_class)(request, instance_pk=instance_pk, action=action)

    def history_view(self, request: HttpRequest, instance_pk: str):
        return self.view(self.history_view_class)(request, instance_pk=instance_pk)

    def get_admin_urls_for_registration(self) -> tuple[URLPattern, ...]:
        base = self.url_helper.base_url_path
        return (
            *super().get_admin_urls_for_registration(),
            re_path(rf"^{base}/results/$", self.results_view, name=self.url_name("results")),
            re_path(
                rf"^{base}/action/(?P<instance_pk>[-\w]+)/(?P<action>[-\w]+)/$",
                self.action_view,
                name=self.url_name("action"),
            ),
        )

    def register_indexing(self) -> None:
        """Records stay out of Wagtail's index of references: it would queue a task at every save of a row."""

    def register_admin_url_finders(self) -> None:
        register_admin_url_finder(self.model, self._url_finder())

    def _url_finder(self) -> type[ModelAdminURLFinder]:
        helper, urls = self.permission_helper, self.url_helper

        class RecordURLFinder(ModelAdminURLFinder):
            """A record is found at its page by whoever may see its kind; the page itself checks the row."""

            permission_helper = helper
            url_helper = urls

            def get_edit_url(self, instance: Model) -> str | None:
                if self.user is None or self.permission_helper.user_can_list(self.user):
                    return self.url_helper.get_action_url("inspect", quote(instance.pk))
                return None

        return RecordURLFinder
