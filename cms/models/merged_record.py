"""What became of a record that was merged into another: the row as it was, and what moved with it."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class MergedRecordQuerySet(models.QuerySet["MergedRecord"]):
    def of_kind(self, model: type[models.Model]) -> MergedRecordQuerySet:
        return self.filter(record_kind=model._meta.label_lower)


class MergedRecord(models.Model):
    """One merge.

    snapshot: the columns of the row that went. moved: "app.model.column" -> keys of the rows that point at
    the one that stayed since then.
    """

    record_kind = models.CharField(_("kind of record"), max_length=100)
    kept_pk = models.BigIntegerField(_("record that stayed"))
    gone_pk = models.BigIntegerField(_("record that went"))
    snapshot = models.JSONField(_("as it was"), encoder=DjangoJSONEncoder)
    moved = models.JSONField(_("what moved with it"), default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = MergedRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("merged record")
        verbose_name_plural = _("merged records")
        default_permissions = ()
        indexes = [models.Index(fields=["record_kind", "kept_pk"], name="merged_record_by_kept")]
        constraints = [
            models.UniqueConstraint(fields=["record_kind", "gone_pk"], name="record_is_merged_away_once")
        ]

    def __str__(self) -> str:
        return f"{self.record_kind} {self.gone_pk} → {self.kept_pk}"
