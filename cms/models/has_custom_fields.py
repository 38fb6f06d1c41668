"""What a kind of record needs to be given fields by staff."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _


class PeopleNamed:
    """What a prefetch of “custom_people” uses: the people that the rows' fields name, in two queries."""

    def is_cached(self, record: models.Model) -> bool:
        from cms.custom_fields.reference_kinds import PEOPLE

        return PEOPLE in record.__dict__

    def get_prefetch_querysets(self, instances, querysets=None):
        from cms.custom_fields.reference_kinds import fetch_people

        fetch_people(instances)
        # Nothing is left for Django to join: the people stand on the rows.
        return [], lambda row: None, lambda row: None, True, "custom_people", False


class HasCustomFields(models.Model):
    """Keeps the values of custom fields in one column: key of the field -> plain value.

    Read and write them through the typed fields of cms.custom_fields. Saving keeps the values of filters in
    step; who writes rows in bulk calls cms.custom_fields.keep_filter_values afterwards, in the transaction.
    """

    custom = models.JSONField(_("custom fields"), default=dict, blank=True, editable=False)
    custom_people = PeopleNamed()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs) -> None:
        """As usual, and with it the files and the values of filters, in one transaction."""
        names = kwargs.get("update_fields")
        is_written = "custom" in self.__dict__ if names is None else "custom" in names
        is_changed = is_written and self.custom != getattr(self, "_custom_as_stored", {})
        with transaction.atomic() if is_changed else nullcontext():
            super().save(*args, **kwargs)
            if is_changed:
                from cms.custom_fields.files import keep_files
                from cms.custom_fields.filter_values import keep_filter_values

                keep_files(self)
                keep_filter_values(type(self), [self])
        if is_changed:
            self._remember_custom()

    @classmethod
    def from_db(cls, db, field_names, values):
        record = super().from_db(db, field_names, values)
        record._remember_custom()
        return record

    def refresh_from_db(self, *args, **kwargs) -> None:
        super().refresh_from_db(*args, **kwargs)
        self._remember_custom()

    def _remember_custom(self) -> None:
        self._custom_as_stored = dict(self.__dict__.get("custom") or {})

    def clean(self) -> None:
        """Refuse values that no field of the record could hold."""
        super().clean()
        if self.custom != getattr(self, "_custom_as_stored", {}):
            from cms.custom_fields.validation import validate_values

            validate_values(type(self), self.custom)

    def custom_values(self) -> dict[str, Any]:
        """The values by key, as stored."""
        return dict(self.custom or {})
