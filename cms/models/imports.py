"""A spreadsheet on its way into the records: the file, its rows as understood, what became of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.models.work import Work

UNDO_DAYS = 30


def private_storage() -> Storage:
    return storages["private"]


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("columns to be chosen")
    READING = "reading", _("being read")
    READY = "ready", _("to be looked at and confirmed")
    CONFIRMED = "confirmed", _("being written")
    STALE = "stale", _("to be read again: records changed meanwhile")
    WRITTEN = "written", _("written; the histories of the records follow")
    DONE = "done", pgettext_lazy("import", "done")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")
    FAILED = "failed", _("could not be read")
    CANCELLED = "cancelled", _("cancelled")


S = ImportState
ALLOWED = {
    S.UPLOADED: {S.READING, S.CANCELLED},
    S.READING: {S.READY, S.FAILED, S.CANCELLED},
    S.READY: {S.UPLOADED, S.READING, S.CONFIRMED, S.CANCELLED},
    S.CONFIRMED: {S.WRITTEN, S.STALE},
    S.STALE: {S.UPLOADED, S.READING, S.CANCELLED},
    S.WRITTEN: {S.DONE},
    S.DONE: {S.UNDOING},
    S.UNDOING: {S.UNDONE, S.DONE},
    S.UNDONE: set(),
    S.FAILED: {S.UPLOADED, S.CANCELLED},
    S.CANCELLED: set(),
}
# What a worker has to do, and what waits for a person.
AT_WORK = (S.READING, S.CONFIRMED, S.WRITTEN, S.UNDOING)
WAITING = (S.UPLOADED, S.READY, S.STALE, S.FAILED)


class ImportBatch(Work):
    """One file that somebody imports. Its state says which page the person sees and what the worker does."""

    State = ImportState
    ALLOWED = ALLOWED
    AT_WORK = AT_WORK

    target = models.CharField(_("records"), max_length=100, help_text=_("Such as members.contact."))
    file = models.FileField(
        _("file"), upload_to="imports/%Y/%m/", storage=private_storage, max_length=200, blank=True
    )
    filename = models.CharField(_("name of the file"), max_length=200)
    sheet = models.CharField(_("sheet"), max_length=200, blank=True)
    header_row = models.PositiveIntegerField(_("row with the names of the columns"), default=0)
    headers = models.JSONField(default=list, blank=True)
    # Number of a column, as text -> name of a field; a column that is not there is not imported.
    mapping = models.JSONField(default=dict, blank=True)
    empties_fields = models.BooleanField(
        _("an empty cell empties the field"),
        default=False,
        help_text=_("Otherwise an empty cell leaves what is already written."),
    )
    leaves_out_problems = models.BooleanField(_("rows with problems are left out"), default=False)

    state = models.CharField(
        _("state"), max_length=10, choices=ImportState, default=ImportState.UPLOADED, db_index=True
    )
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_read = models.PositiveIntegerField(_("rows read"), default=0)
    last_row = models.PositiveIntegerField(default=0, editable=False)
    new_count = models.PositiveIntegerField(_("new"), default=0)
    changed_count = models.PositiveIntegerField(_("changed"), default=0)
    same_count = models.PositiveIntegerField(_("same"), default=0)
    problem_count = models.PositiveIntegerField(_("with problems"), default=0)
    # The version that every written row got: a row that still has it was not touched since.
    written_at = models.DateTimeField(_("written on"), null=True, blank=True)
    rows_followed = models.PositiveIntegerField(default=0, editable=False)
    undone_at = models.DateTimeField(_("undone on"), null=True, blank=True)
    kept_count = models.PositiveIntegerField(_("kept when it was undone"), default=0)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.filename

    @property
    def write_count(self) -> int:
        """How many rows a confirmation writes."""
        return self.new_count + self.changed_count

    @property
    def undo_until(self) -> datetime | None:
        return self.written_at + timedelta(days=UNDO_DAYS) if self.written_at else None

    @property
    def may_be_undone(self) -> bool:
        until = self.undo_until
        return self.state == ImportState.DONE and until is not None and timezone.now() < until


class RowOutcome(models.TextChoices):
    NEW = "new", pgettext_lazy("row", "new")
    CHANGED = "changed", pgettext_lazy("row", "changed")
    SAME = "same", pgettext_lazy("row", "same")
    PROBLEM = "problem", _("problem")


class StagedRow(models.Model):
    """One row of a file as it was understood, next to the record it is about."""

    Outcome = RowOutcome

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=RowOutcome)
    # Of the natural key: two rows of a file about one record are told.
    key = models.BigIntegerField(null=True)
    object_pk = models.BigIntegerField(null=True)
    version = models.CharField(max_length=40, blank=True)
    # Field -> value, as JSON has it: of a new row all its fields, of a changed one those that change.
    values_new = models.JSONField(default=dict)
    values_old = models.JSONField(default=dict)
    # [[column of the sheet, what is wrong], ...]; cells: the row as it stood, for the sheet of problems.
    problems = models.JSONField(default=list)
    cells = models.JSONField(default=list)
    # After writing or undoing: why this row was not.
    kept_because = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="import_row_is_staged_once"),
        ]
        indexes = [
            models.Index(fields=["batch", "outcome", "number"], name="import_rows_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.number}"


class ImportMapping(models.Model):
    """Which column went where the last time that a file with these headers came."""

    target = models.CharField(max_length=100)
    headers_key = models.CharField(max_length=64)
    # Folded header -> name of a field, "" for a column that was left out.
    fields = models.JSONField(default=dict)
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")
        constraints = [
            models.UniqueConstraint(fields=["target", "headers_key"], name="mapping_is_once_for_headers")
        ]

    def __str__(self) -> str:
        return f"{self.target}: {len(self.fields)}"
