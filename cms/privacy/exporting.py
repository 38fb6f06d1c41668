"""The file that a person gets: their data to read and for machines, and the files that belong to them."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from cms import audit
from cms.models import PrivacyRequest
from cms.models.privacy import PrivacyState
from cms.privacy.files import doom_files
from cms.privacy.finding import theirs

DAYS_KEPT = 14


@transaction.atomic
def make_file(request: PrivacyRequest, *, by: Any) -> PrivacyRequest:
    """Make the file of a confirmed request and keep it for DAYS_KEPT days. Once done, it returns quietly.

    Raises Refusal when rows have come that nobody has looked at, or when the request is not confirmed.
    """
    from cms.privacy.requests import check_confirmed, lock

    request = lock(request)
    if request.state == PrivacyState.DONE:
        return request
    check_confirmed(request, PrivacyRequest.Kind.EXPORT)
    with translation.override(request.language):
        parts, files = _gather(request)
        content = _zip(request, parts, files)
    request.file.save(f"{uuid.uuid4().hex}.zip", ContentFile(content), save=False)
    request.transition(to=PrivacyState.DONE, file_until=timezone.now() + timedelta(days=DAYS_KEPT))
    request.rows.all().delete()
    audit.record("cms.privacy.exported", request, user=by, data={"rows": sum(len(p["rows"]) for p in parts)})
    return request


def forget_old_files() -> int:
    """Delete the files whose days are over; how many."""
    over = PrivacyRequest.objects.filter(file_until__lte=timezone.now()).exclude(file="")
    gone = 0
    for request in over:
        with transaction.atomic():
            doom_files(request)
            gone += PrivacyRequest.objects.filter(pk=request.pk, file=request.file.name).update(file="")
    return gone


def _gather(request: PrivacyRequest) -> tuple[list[dict], list[tuple[str, bytes]]]:
    """The rows by kind, in the words of the active language, and the files with the names they get."""
    parts: dict[str, dict] = {}
    files = []
    for source, row in theirs(request):
        part = parts.setdefault(source.key, {"title": str(source.label), "rows": []})
        facts = {str(label): value for label, value in source.export(row).items()}
        names = []
        for number, file in enumerate(source.files(row), 1):
            if storages[file.storage].exists(file.name):
                name = f"{row._meta.model_name}-{row.pk}-{number}{PurePosixPath(file.name).suffix}"
                with storages[file.storage].open(file.name, "rb") as content:
                    files.append((name, content.read()))
                names.append(name)
        part["rows"].append({"title": source.title(row), "facts": facts, "files": names})
    return list(parts.values()), files


def _zip(request: PrivacyRequest, parts: list[dict], files: list[tuple[str, bytes]]) -> bytes:
    made_at = timezone.localtime()
    context = {
        "email": request.email,
        "made_at": made_at,
        "language": request.language,
        "site_name": settings.WAGTAIL_SITE_NAME,
        "parts": parts,
    }
    facts = {**context, "made_at": made_at.isoformat()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("dati.html", render_to_string("cms/admin/privacy/person_file.html", context))
        archive.writestr("dati.json", json.dumps(facts, ensure_ascii=False, indent=2, default=str))
        for name, content in files:
            archive.writestr(f"allegati/{name}", content)
    return packed.getvalue()
