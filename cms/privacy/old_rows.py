"""The platform's own kinds of old rows."""

from __future__ import annotations

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.forms.models import FormSubmission
from wagtail.models import ModelLogEntry, PageLogEntry

from cms.models import ConsentRecord, OutboxMessage, PrivacyRequest, RetentionRule
from cms.models.outbox import OutboxState
from cms.models.privacy import OPEN
from cms.privacy.retention import RetentionKind, delete_all, kinds

DELETE = RetentionRule.Action.DELETE


def _forget_consents(rows: list) -> None:
    ConsentRecord.objects.filter(pk__in=[row.pk for row in rows]).forget()


def _superseded(before):
    """Last words too: whoever has not written for so long is asked anew."""
    return ConsentRecord.objects.filter(recorded_at__lt=before)


def register() -> None:
    kinds.register(
        "cms.outbox",
        RetentionKind(
            _("Mails that were sent or ended otherwise"),
            lambda before: OutboxMessage.objects.filter(created_at__lt=before).exclude(
                state=OutboxState.WAITING
            ),
            {DELETE: delete_all},
        ),
    )
    kinds.register(
        "cms.records_log",
        RetentionKind(
            _("Log of what was done to records"),
            lambda before: ModelLogEntry.objects.filter(timestamp__lt=before),
            {DELETE: delete_all},
            say=lambda entry: f"{entry.action} · {entry.object_id}",
        ),
    )
    kinds.register(
        "cms.pages_log",
        RetentionKind(
            _("Log of what was done to pages"),
            lambda before: PageLogEntry.objects.filter(timestamp__lt=before),
            {DELETE: delete_all},
            say=lambda entry: f"{entry.action} · {entry.label}",
        ),
    )
    for name, label, model in (
        ("failed", _("Failed logins, with address"), AccessFailureLog),
        ("attempts", _("Attempts to log in that were counted"), AccessAttempt),
        ("logins", _("Logins, with address"), AccessLog),
    ):
        kinds.register(
            f"axes.{name}",
            RetentionKind(
                label,
                lambda before, model=model: model.objects.filter(attempt_time__lt=before),
                {DELETE: delete_all},
                say=lambda row: f"{row.attempt_time:%d/%m/%Y}",
            ),
        )
    kinds.register(
        "cms.submissions",
        RetentionKind(
            _("Answers to forms"),
            lambda before: FormSubmission.objects.filter(submit_time__lt=before),
            {DELETE: delete_all},
            say=lambda row: f"{row.page_id} · {row.submit_time:%d/%m/%Y}",
        ),
    )
    kinds.register(
        "cms.consents",
        RetentionKind(_("Consents"), _superseded, {DELETE: _forget_consents}),
    )
    kinds.register(
        "cms.privacy_requests",
        RetentionKind(
            _("Privacy requests that were answered"),
            lambda before: PrivacyRequest.objects.filter(closed_at__lt=before).exclude(state__in=OPEN),
            {DELETE: delete_all},
        ),
    )
