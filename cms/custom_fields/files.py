"""Files of custom fields: taken in, kept in the private storage, and handed out only as downloads."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.models.custom_fields import CustomField, CustomFile

BYTES_AT_MOST = 10 * 1024 * 1024
PAPERS = ["pdf", "doc", "docx", "odt", "xls", "xlsx", "ods", "csv", "ppt", "pptx", "odp", "txt", "rtf", "eml"]
ENDINGS = frozenset([*PAPERS, "png", "jpg", "jpeg", "webp", "gif", "zip", "p7m"])
_WAITING = "_files_of_custom_fields"


class FileLink(str):
    """A kept file as a form shows it: its name, which leads to it."""

    stored: dict[str, str]
    url: str

    def __new__(cls, stored: dict[str, str]) -> FileLink:
        link = super().__new__(cls, stored["name"])
        link.stored = stored
        link.url = url_of(stored)
        return link


def url_of(stored: dict[str, str]) -> str:
    """Where staff open a kept file."""
    return reverse("custom_fields:file", args=[stored["id"]])


def check_upload(upload: UploadedFile) -> None:
    """Raises ValidationError for what is too large, or of a kind that nobody needs here."""
    if (upload.size or 0) > BYTES_AT_MOST:
        raise ValidationError(
            _("A file may have at most %(size)s.") % {"size": filesizeformat(BYTES_AT_MOST)}
        )
    if PurePath(upload.name or "").suffix.lower().lstrip(".") not in ENDINGS:
        raise ValidationError(
            _("Files of this kind are not taken. Use one of these: %(endings)s.")
            % {"endings": ", ".join(sorted(ENDINGS))}
        )


class FileInput(forms.FileField):
    """A file of a form, which says what it takes."""

    widget = forms.ClearableFileInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile):
            check_upload(upload)
        return upload


def new_file(definition: CustomField, record: Any, upload: UploadedFile) -> dict[str, str]:
    """The value of an uploaded file. It is stored with the record's next save."""
    name = PurePath((upload.name or "").replace("\\", "/")).name
    ending = PurePath(name).suffix
    name = name.removesuffix(ending)[: 150 - len(ending)] + ending
    file = CustomFile(field=definition, name=name)
    waiting = record.__dict__.setdefault(_WAITING, [])
    waiting.append((file, upload))
    return {"id": str(file.pk), "name": name}


def keep_files(record: Model) -> None:
    """Store what waits on a record that was just saved."""
    for file, upload in record.__dict__.pop(_WAITING, ()):
        file.record_id = record.pk
        file.file.save(file.name, upload, save=False)
        file.save(force_insert=True)
