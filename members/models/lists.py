"""Lists of words that staff keep: where requests come from, in which territory."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.models import Record
from cms.translated import Translated


class CanRetireQuerySet(models.QuerySet):
    def offered(self, *current: Any) -> Self:
        """What a form offers: those in use, and those that a record has already (their keys)."""
        return self.filter(Q(is_retired=False) | Q(pk__in=[key for key in current if key is not None]))


class CanRetire(models.Model):
    """Out of use it stays on the records that have it, and is offered no more."""

    is_retired = models.BooleanField(
        _("out of use"), default=False, help_text=_("Records that have it keep it; forms offer it no more.")
    )

    objects = CanRetireQuerySet.as_manager()

    class Meta:
        abstract = True


class ListEntry(CanRetire, Record):
    """A word of a list."""

    name_it = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = Translated()

    class Meta:
        abstract = True
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class Channel(models.TextChoices):
    """By which door a request came in. Code knows them all, so they are no list of staff's."""

    WEBSITE = "website", _("website")
    API = "api", _("other website")
    STAFF = "staff", _("written by staff")


class LeadOrigin(ListEntry):
    """How somebody came to the network: word of mouth, a fair."""

    channel = models.CharField(
        _("given by itself to requests from"),
        max_length=10,
        choices=Channel,
        blank=True,
        help_text=_("Staff can still change it on the request."),
    )

    class Meta(ListEntry.Meta):
        abstract = False
        verbose_name = _("origin of requests")
        verbose_name_plural = _("origins of requests")
        constraints = [
            models.UniqueConstraint(
                fields=["channel"],
                condition=~Q(channel=""),
                name="lead_origin_is_one_for_each_channel",
                violation_error_message=_("Another origin is given to these requests already."),
            )
        ]


class Territory(ListEntry):
    """Where the work is wanted."""

    class Meta(ListEntry.Meta):
        abstract = False
        verbose_name = _("territory")
        verbose_name_plural = _("territories")


def offer_those_in_use(form: Any) -> None:
    """Let a record's form offer the entries in use, and what the record has."""
    for name, field in form.fields.items():
        queryset = getattr(field, "queryset", None)
        if queryset is not None and issubclass(queryset.model, CanRetire):
            field.queryset = queryset.model.objects.offered(*_held(form.instance, name))


def _held(record: models.Model, name: str) -> list[Any]:
    """The keys that a record has in a field."""
    if record._meta.get_field(name).many_to_many:
        return list(getattr(record, name).values_list("pk", flat=True)) if record.pk else []
    return [getattr(record, f"{name}_id")]
