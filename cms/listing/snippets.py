"""Snippets with the same list, and with the same row rights on every one of their views."""

from __future__ import annotations

from functools import wraps

from wagtail.admin.viewsets.base import ViewSet
from wagtail.snippets.views.snippets import DeleteView, IndexView, SnippetViewSet

from cms.deleting import TellsWhatLeans
from cms.listing.choosers import ScopedChooserViewSet
from cms.listing.views import RecordListMixin
from cms.permissions import record_policy
from cms.rows import has_scope, row_or_404


class SnippetIndexView(RecordListMixin, IndexView):
    """The list of a snippet: Wagtail's, with drafts and checkboxes, and our columns, search and cards."""

    opens_on = "edit"


class SnippetDeleteView(TellsWhatLeans, DeleteView):
    """Wagtail's, told before it tries what the database would refuse."""


class RecordSnippetViewSet(SnippetViewSet):
    """A snippet listed as records are: `list_columns`, `search_fields`, `filterset_class`, `empty_text`."""

    index_view_class = SnippetIndexView
    chooser_viewset_class = ScopedChooserViewSet
    delete_view_class = SnippetDeleteView
    delete_template_name = TellsWhatLeans.template_name
    inspect_view_enabled = True
    list_columns = ("__str__",)
    list_select_related: tuple = ()
    list_prefetch_related: tuple = ()
    empty_text = ViewSet.UNDEFINED
    list_per_page = 30
    search_backend_name = None
    copy_view_enabled = False

    def on_register(self) -> None:
        record_policy(self.model)
        super().on_register()

    def get_index_view_kwargs(self, **kwargs) -> dict:
        return super().get_index_view_kwargs(
            list_columns=self.list_columns,
            list_select_related=self.list_select_related,
            list_prefetch_related=self.list_prefetch_related,
            empty_text=self.empty_text,
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
