"""The door of the files of custom fields."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from cms.custom_fields.registry import fields_for
from cms.models.custom_fields import CustomFile
from cms.permissions import ANY_ACTION, record_policy
from cms.rows import row_or_404


@never_cache
def serve_file(request: HttpRequest, pk: UUID) -> FileResponse:
    """A file, as a download, for who sees the record and the field that hold it now; 404 for anybody else."""
    file = get_object_or_404(CustomFile.objects.select_related("field"), pk=pk)
    model = file.field.model
    if not record_policy(model).user_has_any_permission(request.user, ANY_ACTION):
        raise Http404
    record: Any = row_or_404(request.user, model._default_manager.all(), file.record_id)
    seen = fields_for(model, request.user, with_retired=True)
    field = next((each for each in seen if each.key == file.field.key), None)
    if field is None or (field.value_of(record) or {}).get("id") != str(file.pk):
        raise Http404
    # Never shown in the browser, whatever it claims to be: it might hold a script.
    response = FileResponse(
        file.file.open("rb"),
        as_attachment=True,
        filename=file.name,
        content_type="application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
