"""What the pages of an import share: the kind of record, the right to import it, the frame of the page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.models import ImportBatch
from cms.rows import row_or_404
from cms.spreadsheets.resources import SheetResource, resource_for
from cms.spreadsheets.views.shown import list_url


class ImportScreen(WagtailAdminTemplateMixin, View):
    """Base: raises PermissionDenied for who may not import this kind of record."""

    screen_help = gettext_lazy(
        "A sheet becomes records in steps: choose the file, say where its columns go, read what "
        "each row would do, confirm. Nothing is written before you confirm; then all of it is, or "
        "nothing, and for thirty days it can be taken back."
    )
    header_icon = "upload"
    _show_breadcrumbs = True

    @property
    def target(self) -> str:
        return self.kwargs["target"]

    @cached_property
    def resource(self) -> SheetResource:
        found = resource_for(self.target, self.request.user)
        if found is None:
            raise PermissionDenied
        return found

    def dispatch(self, *args, **kwargs) -> HttpResponseBase:
        assert self.resource  # asks for the right before anything else
        return super().dispatch(*args, **kwargs)

    @property
    def plural(self) -> str:
        return str(self.resource.model._meta.verbose_name_plural)

    def get_page_title(self) -> str:
        return _("Import: %(records)s") % {"records": self.plural}

    def get_breadcrumbs_items(self) -> list:
        return [
            *self.breadcrumbs_items,
            {"url": list_url(self.resource), "label": capfirst(self.plural)},
            {"url": "", "label": _("Import")},
        ]

    def page(self, template: str, *, status: int = 200, **context: Any) -> HttpResponseBase:
        self.template_name = f"cms/admin/imports/{template}.html"
        response = self.render_to_response(
            self.get_context_data(resource=self.resource, list_url=list_url(self.resource), **context)
        )
        response.status_code = status
        return response


class BatchScreen(ImportScreen):
    """Base of what is about one import of the person's own."""

    @cached_property
    def batch(self) -> ImportBatch:
        batches = ImportBatch.objects.select_related("user")
        return row_or_404(self.request.user, batches, self.kwargs["pk"])  # type: ignore[return-value]

    @property
    def target(self) -> str:
        return self.batch.target

    def get_page_subtitle(self) -> str:
        return self.batch.filename

    def here(self) -> HttpResponse:
        return redirect("cms_import", self.batch.pk)
