"""Pages that tell about a record: the facts stand on the record, the page holds words and pictures.

Publishing a page writes every field of its revision back, so nothing that changes by another way may stand
on it. The Italian and the English page share one record, hence a foreign key and not a one-to-one.
"""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from pages.models.base import BasePage, SitePageQuerySet


class RecordPageQuerySet(SitePageQuerySet):
    def published(self) -> RecordPageQuerySet:
        """Live, public, and about a record that staff show to the public."""
        return super().published().filter(self.model.record_is_shown)


class HiddenWithItsRecord:
    """First base of each RecordPage, before any that brings routes: it must have the first word."""

    def route(self, request: HttpRequest, path_components: list[str]):
        """A record that staff took off the site has no public page either."""
        if not self.is_shown:
            raise Http404
        return super().route(request, path_components)


class RecordPage(BasePage):
    """One page for each record and language, which the database keeps.

    The language of a page is on Wagtail's own table and a constraint cannot cross two tables; so it is
    repeated here, set by every save and check, and subclasses declare `one_page_for_each(...)`.
    """

    language = models.CharField(_("language"), max_length=12, editable=False, blank=True)

    record_field: ClassVar[str]
    # Which records the public may see: as a filter on the page, and as a question to one page below.
    record_is_shown: ClassVar[Q]
    already_told: ClassVar[object] = _("This record already has a page in this language: open that one.")

    class Meta:
        abstract = True

    @property
    def record(self) -> models.Model | None:
        return getattr(self, self.record_field)

    @property
    def is_shown(self) -> bool:
        """Whether staff show the record to the public."""
        raise NotImplementedError

    def clean(self) -> None:
        super().clean()
        self._repeat_language()
        # Forms leave `language` out, and with it the constraint: so it is asked here too.
        record_id = getattr(self, f"{self.record_field}_id")
        twins = type(self)._base_manager.filter(language=self.language, **{self.record_field: record_id})
        if record_id and twins.exclude(pk=self.pk).exists():
            raise ValidationError({self.record_field: self.already_told})

    def save(self, *args, **kwargs) -> None:
        self._repeat_language()
        super().save(*args, **kwargs)

    def _repeat_language(self) -> None:
        if self.locale_id:
            self.language = self.locale.language_code


def one_page_for_each(record: str) -> models.UniqueConstraint:
    """The constraint of a RecordPage: its record has one page in each language."""
    return models.UniqueConstraint(
        fields=[record, "language"],
        name=f"{record}_has_one_page_in_each_language",
        violation_error_message=RecordPage.already_told,
    )
