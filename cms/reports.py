"""What the platform reports to staff: mails, the clock, consents. Written by programs, read by people."""

import django_filters
from django import forms
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from cms import audit, consent
from cms.consent_panel import consents_panel
from cms.listing import BooleanColumn, Column, DateColumn, NumberColumn, RecordFilterSet, StateColumn
from cms.modeladmin import RecordAction, RecordActionForm, RecordModelAdmin
from cms.models import ClockRun, ConsentRecord, OutboxMessage, Stream, Suppression
from cms.models.outbox import OutboxState
from cms.registries import row_scopes
from cms.roles import Role, has_role

OUTBOX_TONES = {
    OutboxState.WAITING: "busy",
    OutboxState.SENT: "good",
    OutboxState.FAILED: "bad",
    OutboxState.SUPPRESSED: "quiet",
}
RUN_TONES = {ClockRun.Outcome.DONE: "good", ClockRun.Outcome.FAILED: "bad", ClockRun.Outcome.NEVER: "quiet"}


def own_mails(user, mails: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
    """The mails about what a person may see: a fundraiser reads receipts, not answers to requests."""
    if user.is_superuser or has_role(user, Role.CONSORTIUM_ADMIN, Role.AUDITOR):
        return mails
    kinds = [
        kind
        for kind in ContentType.objects.filter(pk__in=mails.order_by().values("about_type").distinct())
        if user.has_perm(f"{kind.app_label}.view_{kind.model}")
    ]
    return mails.filter(about_type__in=kinds)


def attachments(mail: OutboxMessage) -> str:
    """The names of the files that go with a mail."""
    return ", ".join(str(file.get("filename", "")) for file in mail.attachments)


def try_again(request, mail: OutboxMessage, cleaned: dict) -> str:
    """Put a mail that failed back in the queue."""
    if not mail.transition(to=OutboxState.WAITING, attempts=0, next_try_at=timezone.now()):
        raise ValidationError(gettext("Somebody else has just done this. Load the page again."))
    audit.record("wagtail.edit", mail, user=request.user, data={"fields": ["state"]})
    return gettext("The mail waits to be sent again.")


class OutboxFilterSet(RecordFilterSet):
    state = django_filters.ChoiceFilter(choices=OutboxState.choices, label=_("State"))
    stream = django_filters.ChoiceFilter(choices=Stream.choices, label=_("Stream"))
    created_at = django_filters.DateFromToRangeFilter(label=_("Written"), widget=DateRangePickerWidget)

    class Meta:
        model = OutboxMessage
        fields: list[str] = []


class OutboxAdmin(RecordModelAdmin):
    model = OutboxMessage
    help_text = _(
        "Every mail of the site, waiting, sent or failed. A mail that fails is tried again for "
        "some time; afterwards look at the reason on its page and try once more."
    )
    menu_label = _("Mails")
    menu_icon = "mail"
    menu_order = 100
    read_only = True
    list_columns = (
        "subject",
        "to",
        StateColumn("state", tones=OUTBOX_TONES, sort_key="state"),
        StateColumn("stream"),
        DateColumn("created_at", label=_("Written"), sort_key="created_at"),
        DateColumn("sent_at", sort_key="sent_at"),
    )
    search_fields = ("to", "subject")
    filterset_class = OutboxFilterSet
    ordering = ("-created_at",)
    empty_text = _(
        "No mail yet. Receipts, answers to requests and enrolments are listed here as they go out."
    )
    inspect_sections = (
        (_("The mail"), ("to", "subject", "text", (_("attachments"), attachments))),
        (_("Its way"), ("state", "stream", "language", "attempts", "next_try_at", "sent_at", "last_error")),
    )
    record_actions = (
        RecordAction(
            name="try-again",
            label=_("Try again"),
            icon="rotate",
            run=try_again,
            permission="cms.change_outboxmessage",
            is_offered=lambda mail, user: mail.state in (OutboxState.FAILED, OutboxState.SUPPRESSED),
        ),
    )


class ClockRunAdmin(RecordModelAdmin):
    model = ClockRun
    help_text = _(
        "The jobs that the site does by itself, with the last run of each. A job that failed is "
        "tried again after a minute, then ever later. When nothing has run for some minutes, the "
        "clock itself has stopped: tell whoever runs the site."
    )
    menu_label = _("Clock")
    menu_icon = "time"
    menu_order = 110
    read_only = True
    list_columns = (
        "name",
        StateColumn("outcome", tones=RUN_TONES, sort_key="outcome"),
        DateColumn("started_at", sort_key="started_at"),
        DateColumn("next_run_at", sort_key="next_run_at"),
        NumberColumn("failures_in_a_row", sort_key="failures_in_a_row"),
        "message",
    )
    ordering = ("name",)
    list_filter = ("outcome",)
    empty_text = _("The clock has not run yet. Start it with: manage.py clock.")
    inspect_sections = (
        (_("Last run"), ("outcome", "started_at", "duration_ms", "message", "next_run_at")),
        (_("Failures"), ("failures_in_a_row", "last_failed_at", "last_error")),
    )


class WithdrawalForm(RecordActionForm):
    told_by = forms.CharField(
        label=_("How the person told us"),
        max_length=120,
        help_text=_("For example: by phone on 3 May. It stays with the withdrawal."),
    )


def withdraw_consent(request, word: ConsentRecord, cleaned: dict) -> str:
    """Write that the person takes the consent back; what they said before stays as it is."""
    withdrawn = consent.withdraw(
        email=word.email,
        purpose=word.purpose,
        source=f"{gettext('staff')}: {cleaned['told_by']}",
        language=word.language,
        by=request.user,
    )
    audit.record("cms.consent.withdrawn", withdrawn, user=request.user, data={"purpose": word.purpose})
    return gettext("Withdrawn. Mail that leaned on this consent is no longer sent.")


def can_be_withdrawn(word: ConsentRecord, user) -> bool:
    """Only a yes that is still the person's last word."""
    return word.given and consent.latest(word.email, word.purpose) == word


class ConsentFilterSet(RecordFilterSet):
    purpose = django_filters.ChoiceFilter(
        choices=lambda: [(slug, purpose.label) for slug, purpose in consent.purposes.items()],
        label=_("Purpose"),
    )
    recorded_at = django_filters.DateFromToRangeFilter(label=_("When"), widget=DateRangePickerWidget)

    class Meta:
        model = ConsentRecord
        fields = ["given", "language"]


class ConsentAdmin(RecordModelAdmin):
    model = ConsentRecord
    help_text = _(
        "Who agreed to what, when, where and to which words. Nothing is changed here: when "
        "somebody takes a consent back, open it and write a withdrawal, which counts at once."
    )
    menu_label = _("Consents")
    menu_icon = "circle-check"
    menu_order = 120
    read_only = True
    list_columns = (
        "email",
        Column("purpose_label", label=_("Purpose"), sort_key="purpose"),
        BooleanColumn("given"),
        NumberColumn("version", label=_("Text version")),
        "source",
        DateColumn("recorded_at", sort_key="recorded_at"),
    )
    search_fields = ("email", "purpose")
    filterset_class = ConsentFilterSet
    ordering = ("-recorded_at",)
    empty_text = _("No consent yet. What people agree to in a form is kept here, with the text they read.")
    inspect_sections = (
        (_("What the person said"), ("email", "purpose_label", "given", "text", "version", "language")),
        (_("When and where"), ("recorded_at", "source", "recorded_by")),
    )
    inspect_panels = (consents_panel(lambda word, user: word.email, title=_("Everything this person said")),)
    record_actions = (
        RecordAction(
            name="withdraw",
            label=_("Write a withdrawal"),
            icon="cross",
            run=withdraw_consent,
            form_class=WithdrawalForm,
            permission="cms.withdraw_consentrecord",
            help_text=_("When a person tells you by voice or by letter. It counts at once."),
            is_offered=can_be_withdrawn,
        ),
    )


class SuppressionAdmin(RecordModelAdmin):
    model = Suppression
    help_text = _(
        "Addresses to which the site writes no more, because mails came back or people asked so. "
        "Take one off only when its owner tells you that it works again."
    )
    menu_label = _("Addresses not written to")
    menu_icon = "no-view"
    menu_order = 130
    list_columns = (
        "email",
        StateColumn("scope"),
        StateColumn("reason"),
        DateColumn("created_at", sort_key="created_at"),
    )
    search_fields = ("email", "note")
    list_filter = ("scope", "reason")
    ordering = ("email",)
    panels = [
        FieldPanel("email"),
        FieldRowPanel([FieldPanel("scope"), FieldPanel("reason")]),
        FieldPanel("note"),
    ]
    empty_text = _("Nobody. Addresses that bounce, or that asked to be left in peace, are listed here.")


def register() -> None:
    """Say which mails a person may see; called when the app is ready."""
    row_scopes.register(OutboxMessage, own_mails)
    audit.register("cms.consent.withdrawn", _("Withdraw a consent"), _("Consent withdrawn"))


REPORTS = (OutboxAdmin, ClockRunAdmin, ConsentAdmin, SuppressionAdmin)
