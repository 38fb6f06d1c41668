"""The fields that staff add to records, their choices, and the values by which lists are filtered."""

from __future__ import annotations

import uuid

from django.apps import apps
from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.models.record import Record
from cms.translated import Translated


class FieldKind(models.TextChoices):
    """What a field holds. Code knows each kind (cms.custom_fields.typed), so it is no list of staff's."""

    TEXT = "text", _("Text")
    LONG_TEXT = "long_text", _("Long text")
    NUMBER = "number", _("Number")
    MONEY = "money", _("Amount of money")
    DATE = "date", _("Date")
    CHOICE = "choice", _("One choice of several")
    CHOICES = "choices", _("Several choices")
    YES_NO = "yes_no", _("Yes or no")
    LINK = "link", _("Link")
    PERSON = "person", _("Person")
    FILE = "file", _("File")

    @property
    def has_choices(self) -> bool:
        return self in (FieldKind.CHOICE, FieldKind.CHOICES)

    @property
    def can_filter(self) -> bool:
        return self not in (FieldKind.LONG_TEXT, FieldKind.FILE)


class CustomFieldQuerySet(models.QuerySet["CustomField"]):
    def of(self, model: type[models.Model]) -> CustomFieldQuerySet:
        """The fields of a kind of record, in their order, with their choices; deleted ones are gone."""
        return (
            self.filter(record_kind=model._meta.label_lower, deleted_at=None)
            .prefetch_related("choices")
            .order_by("order", "pk")
        )

    def filtered(self) -> CustomFieldQuerySet:
        """Those by whose values lists are filtered."""
        return self.filter(in_filters=True, deleted_at=None)


class CustomField(Record):
    """A field that staff added to a kind of record.

    Its key names the values in each record's column `custom`, in addresses, sheets and the API. It never
    changes and is never given again: the row of a deleted field stays, to hold the key.
    """

    record_kind = models.CharField(_("kind of record"), max_length=100, editable=False)
    key = models.SlugField(_("key"), max_length=40, editable=False)
    kind = models.CharField(_("what it holds"), max_length=12, choices=FieldKind)
    label_it = models.CharField(_("name"), max_length=80)
    label_en = models.CharField(_("name in English"), max_length=80, blank=True)
    help_it = models.CharField(
        _("help"), max_length=240, blank=True, help_text=_("Shown below the field, for who fills it in.")
    )
    help_en = models.CharField(_("help in English"), max_length=240, blank=True)
    unit = models.CharField(
        _("unit"), max_length=20, blank=True, help_text=_("Written after the number, such as “m²”.")
    )
    decimals = models.PositiveSmallIntegerField(
        _("decimal places"), default=0
    )  # six at most: see FilterValue
    default = models.JSONField(_("proposed value"), null=True, blank=True)
    is_required = models.BooleanField(
        _("required"),
        default=False,
        help_text=_("Asked of who writes or edits a record here; requests from the site arrive anyway."),
    )
    in_list = models.BooleanField(
        _("a column of the list"), default=False, help_text=_("Each person can still choose other columns.")
    )
    in_filters = models.BooleanField(_("in the filters of the list"), default=False)
    # Empty while the values are being gathered: until then the filter is not offered, for it would lie.
    filters_ready_at = models.DateTimeField(null=True, blank=True, editable=False)
    seen_by = models.JSONField(_("who sees it"), default=list, blank=True)
    edited_by = models.JSONField(_("who fills it in"), default=list, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0, editable=False)
    retired_at = models.DateTimeField(_("taken out of use"), null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    label = Translated()
    help = Translated()

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        ordering = ["record_kind", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["record_kind", "key"], name="custom_field_key_is_never_reused")
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def model(self) -> type[models.Model]:
        """The kind of record that has the field. Raises LookupError when code knows it no more."""
        return apps.get_model(self.record_kind)

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None


class CustomChoice(models.Model):
    """One of a field's choices. Values hold its key, so its words can change; it is never deleted alone."""

    field = models.ForeignKey(CustomField, models.CASCADE, related_name="choices")
    key = models.SlugField(max_length=40, editable=False)
    label_it = models.CharField(_("choice"), max_length=80)
    label_en = models.CharField(_("choice in English"), max_length=80, blank=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    is_retired = models.BooleanField(_("no longer offered"), default=False)
    # Values that still hold this key are read as the other; a task rewrites them behind.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", editable=False
    )
    label = Translated()

    class Meta:
        verbose_name = _("choice of a custom field")
        verbose_name_plural = _("choices of custom fields")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["field", "key"], name="custom_choice_key_is_once_in_a_field")
        ]

    def __str__(self) -> str:
        return self.label


class FilterValue(models.Model):
    """A value of a filtered field, once more, where both databases find it by an index.

    Written in the transaction that writes the record (docs/decisions/custom-fields.md says why it is a
    table). text: a choice's key, or the beginning of a text, folded (cms.folding). number: a number, cents, a
    date's ordinal, 1 or 0, a person's key; of a number with decimals the whole one below it, with the
    millionths above that. Both are exact on every database; SQLite would keep a decimal as a float.
    """

    field = models.ForeignKey(CustomField, models.CASCADE, related_name="+")
    record_id = models.BigIntegerField()
    text = models.CharField(max_length=200, default="", blank=True)
    number = models.BigIntegerField(null=True)
    millionths = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("value of a filter")
        verbose_name_plural = _("values of filters")
        indexes = [
            models.Index(fields=["field", "text", "record_id"], name="filter_value_by_text"),
            models.Index(
                fields=["field", "number", "millionths", "record_id"], name="filter_value_by_number"
            ),
            models.Index(fields=["record_id", "field"], name="filter_value_of_record"),
        ]

    def __str__(self) -> str:
        return f"{self.field_id}: {self.record_id}"


def private_files() -> Storage:
    """Where files lie that only a view which checks rights hands out."""
    return storages["private"]


def file_path(file: CustomFile, name: str) -> str:
    """The name of a stored file tells nothing of whom it concerns."""
    return f"custom-fields/{file.pk.hex[:2]}/{file.pk.hex}"


class CustomFile(models.Model):
    """A file that is the value of a field of a record."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    field = models.ForeignKey(CustomField, models.CASCADE, related_name="files")
    record_id = models.BigIntegerField(null=True)
    file = models.FileField(upload_to=file_path, storage=private_files)
    name = models.CharField(max_length=160)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("file of a custom field")
        verbose_name_plural = _("files of custom fields")

    def __str__(self) -> str:
        return self.name


class FieldWork(models.Model):
    """Work on all records of a kind after a field was changed, done by a task in chunks."""

    class Kind(models.TextChoices):
        GATHER = "gather", _("preparing the filter")
        MERGE = "merge", _("merging two choices")
        ERASE = "erase", _("erasing the values")

    field = models.ForeignKey(CustomField, models.CASCADE, related_name="works")
    kind = models.CharField(max_length=8, choices=Kind)
    choice = models.ForeignKey(CustomChoice, models.CASCADE, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    last_pk = models.BigIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    claimed_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("work on a custom field")
        verbose_name_plural = _("works on custom fields")
        ordering = ["pk"]
        indexes = [models.Index(fields=["finished_at"], name="field_work_waiting")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.field}"

    @property
    def percent(self) -> int:
        return 100 if self.finished_at or not self.total else min(99, self.done * 100 // self.total)
