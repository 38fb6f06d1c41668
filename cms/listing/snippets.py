"""Snippets with the same list, and with the same row rights on every one of their views."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps
from typing import Any

from django.db.models import Model, QuerySet
from wagtail.admin.viewsets.base import ViewSet
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, IndexView, SnippetViewSet

from cms.deleting import TellsWhatLeans
from cms.listing.bulk import BulkAction, bulk_actions_of
from cms.listing.choosers import ScopedChooserViewSet
from cms.listing.views import RecordListMixin
from cms.modeladmin.meanwhile import TellsOfMeanwhile
from cms.permissions import record_policy
from cms.registries import visible_rows
from cms.rows import has_scope, row_or_404
from cms.screen_help import TellsOfSource
from cms.sources import sources
from cms.sources.declared import source_from


class SnippetIndexView(RecordListMixin, IndexView):
    """The list of a snippet: Wagtail's, with drafts and checkboxes, and our columns, search and cards."""

    opens_on = "edit"


class SnippetCreateView(TellsOfSource, CreateView):
    """Wagtail's, with a heading and help."""


class SnippetEditView(TellsOfSource, TellsOfMeanwhile, EditView):
    """Wagtail's, told when somebody else saved meanwhile."""

    def fresh_object(self) -> Model:
        return self.get_object()

    def knows_the_latest(self) -> bool:
        """Wagtail minds its own saving by itself, and knows which drafts this window has saved already."""
        if self.expects_json_response:
            return True
        return bool(self.request.POST.get("overwrite_revision_id")) and not self.is_out_of_date


class SnippetDeleteView(TellsWhatLeans, DeleteView):
    """Wagtail's, told before it tries what the database would refuse."""


class RecordSnippetViewSet(SnippetViewSet):
    """A snippet listed as records are.

    `list_columns`, `extra_columns` (can be chosen, are not shown at first), `search_fields`,
    `filterset_class` or `list_filter`, `ordering`, `empty_text`, `rows_for(user)`, `bulk_actions`,
    `bulk_fields`, `help_text` (what is behind the "?").
    """

    index_view_class = SnippetIndexView
    chooser_viewset_class = ScopedChooserViewSet
    add_view_class = SnippetCreateView
    create_template_name = "cms/admin/snippet_create.html"
    edit_view_class = SnippetEditView
    edit_template_name = "cms/admin/snippet_edit.html"
    delete_view_class = SnippetDeleteView
    delete_template_name = TellsWhatLeans.template_name
    inspect_view_enabled = True
    list_columns: Sequence[Any] = ("__str__",)
    extra_columns: Sequence[Any] = ()
    bulk_actions: Sequence[BulkAction] = ()
    bulk_fields: Sequence[str] = ()
    help_text: Any = ""
    list_select_related: Sequence[str] = ()
    list_prefetch_related: Sequence[Any] = ()
    empty_text = ViewSet.UNDEFINED
    list_per_page = 30
    search_backend_name = None
    copy_view_enabled = False

    def on_register(self) -> None:
        policy = record_policy(self.model)
        self.source = source_from(
            self,
            policy=policy,
            label=self.menu_label,
            list_url_name=self.get_url_name("list"),
            row_url_name=self.get_url_name("inspect"),
            bulk_actions=bulk_actions_of(self),
            icon=self.icon,
        )
        sources.register(self.source.key, self.source)
        super().on_register()

    def rows_for(self, user) -> QuerySet:
        """The rows that a person may see."""
        return visible_rows(user, self.model._default_manager.all())

    def get_index_view_kwargs(self, **kwargs) -> dict:
        return super().get_index_view_kwargs(
            source=self.source,
            empty_text=self.empty_text,
            template_name=RecordListMixin.template_name,
            results_template_name=RecordListMixin.results_template_name,
            **kwargs,
        )

    def construct_view(self, view_class, **kwargs):
        """Every view of one snippet, whatever its kind, first finds it among the person's own rows."""
        view = super().construct_view(view_class, **kwargs)

        @wraps(view)
        def scoped(request, *args, **kwargs):
            if "pk" in kwargs and has_scope(self.model):
                row_or_404(request.user, self.model._default_manager.all(), kwargs["pk"])
            return view(request, *args, **kwargs)

        return scoped
