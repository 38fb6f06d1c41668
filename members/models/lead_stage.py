"""The words staff choose for the way of a request. Code knows the kinds, never the names."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.models import Record
from cms.translated import Translated
from members.models.lists import CanRetire, CanRetireQuerySet, ListEntry


class StageKind(models.TextChoices):
    OPEN = "open", _("open")
    WON = "won", _("won")
    LOST = "lost", _("lost")


class LeadStageQuerySet(CanRetireQuerySet):
    def first_open(self) -> "LeadStage | None":
        """Where a new request begins."""
        first: Any = self.offered().filter(kind=StageKind.OPEN).order_by("order", "pk").first()
        return first


class LeadStage(CanRetire, Record):
    """A step on the way of a request, such as "proposal"."""

    name_it = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=StageKind,
        default=StageKind.OPEN,
        help_text=_("It cannot be changed once requests have stood in the stage."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = Translated()

    objects = LeadStageQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage of requests")
        verbose_name_plural = _("stages of requests")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.pk and self.was_used() and LeadStage.objects.get(pk=self.pk).kind != self.kind:
            raise ValidationError({"kind": _("Requests have stood in this stage: its kind stays as it is.")})
        others = LeadStage.objects.offered().filter(kind=self.kind).exclude(pk=self.pk)
        if self.is_retired and not others.exists():
            told = _("It is the last stage of its kind in use: requests need one.")
            raise ValidationError({"is_retired": told})

    def was_used(self) -> bool:
        return self.leads.exists() or self.moves_here.exists()


class LostReason(ListEntry):
    """Why a request was lost."""

    name_it = models.CharField(_("reason"), max_length=80)
    name_en = models.CharField(_("reason in English"), max_length=80, blank=True)

    class Meta(ListEntry.Meta):
        abstract = False
        verbose_name = _("reason for losing a request")
        verbose_name_plural = _("reasons for losing a request")
