"""The first page of an import, and what can be downloaded."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from cms.models import ImportBatch
from cms.spreadsheets.importing import starting
from cms.spreadsheets.reading import Refused
from cms.spreadsheets.views import sheets
from cms.spreadsheets.views.forms import UploadForm
from cms.spreadsheets.views.screen import BatchScreen, ImportScreen

LATEST = 8


class StartView(ImportScreen):
    """Choose the file."""

    def get(self, request: HttpRequest, target: str) -> HttpResponseBase:
        return self._form(UploadForm())

    def post(self, request: HttpRequest, target: str) -> HttpResponseBase:
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                batch = starting.receive(resource=self.resource, file=form.cleaned_data["file"])
            except Refused as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect("cms_import", batch.pk)
        return self._form(form, status=422)

    def _form(self, form: UploadForm, *, status: int = 200) -> HttpResponseBase:
        mine = ImportBatch.objects.filter(target=self.target, user=self.request.user)
        return self.page(
            "start",
            status=status,
            form=form,
            fields=list(self.resource.sheet_fields().values()),
            latest=mine[:LATEST],
            template_url=reverse("cms_import_template", args=(self.target,)),
        )


class TemplateView(ImportScreen):
    """The sheet to fill in."""

    def get(self, request: HttpRequest, target: str) -> HttpResponse:
        return sheets.template(self.resource)


class ProblemsView(BatchScreen):
    """The rows with problems, as a sheet."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return sheets.problems(self.batch)
