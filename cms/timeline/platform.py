"""What the platform itself knows of somebody: mails, consents, the days in fields that staff added."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.custom_fields.registry import fields_for
from cms.models import ConsentRecord, OutboxMessage
from cms.models.custom_fields import FieldKind
from cms.timeline.moments import About, Moment, Moments, register


class Mails(Moments):
    """What the site wrote to them."""

    key, label, icon = "mails", gettext_lazy("Mails"), "mail"
    model = OutboxMessage

    def rows(self, about: About, user: Any) -> QuerySet:
        return OutboxMessage.objects.filter(to__in=about.emails).defer("text", "html", "attachments")

    def title(self, row: Any) -> str:
        return row.subject

    def detail(self, row: Any) -> str:
        return row.get_state_display()


class Consents(Moments):
    """What they agreed to, and what they took back."""

    key, label, icon = "consents", gettext_lazy("Consents"), "circle-check"
    model = ConsentRecord
    at = "recorded_at"

    def rows(self, about: About, user: Any) -> QuerySet:
        return ConsentRecord.objects.filter(email__in=about.emails).select_related("recorded_by")

    def title(self, row: Any) -> str:
        words = _("Agreed: %(purpose)s") if row.given else _("Does not agree: %(purpose)s")
        return words % {"purpose": row.purpose_label}

    def by(self, row: Any) -> Any:
        return row.recorded_by


class AddedDays(Moments):
    """The days that stand in fields which staff added to the record itself."""

    key, label, icon = "days", gettext_lazy("Added dates"), "calendar-alt"

    def is_open_to(self, user: Any) -> bool:
        return True

    def moments(self, about: About, user: Any, *, most: int) -> list[Moment]:
        record: Any = about.record
        told = []
        for field in fields_for(type(record), user, with_retired=True):
            day = field.value_of(record) if field.kind == FieldKind.DATE else None
            if day is not None:
                at = timezone.make_aware(datetime.combine(day, time()))
                told.append(Moment(at=at, title=str(field.label), source=self))
        return sorted(told, key=lambda moment: moment.at, reverse=True)[:most]


def register_platform() -> None:
    """Called once, when the app is ready."""
    register(Mails, Consents, AddedDays)
