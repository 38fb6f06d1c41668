"""A request: somebody said what they need. Moved along its stages by members.services.leads."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.models import HasCustomFields, Record
from cms.money import Money
from cms.money_fields import CentsField
from members.models.contact import Contact
from members.models.languages import Language
from members.models.lead_stage import LeadStage, LostReason, StageKind
from members.models.lists import Channel, LeadOrigin, Territory
from members.models.organisation import Organisation
from members.models.service_format import ServiceFormat


class LeadQuerySet(models.QuerySet["Lead"]):
    def open(self) -> "LeadQuerySet":
        """Neither won nor lost."""
        return self.filter(kind=StageKind.OPEN)

    def overdue(self, today: date) -> "LeadQuerySet":
        """Open, with a next action that should have been done before today."""
        return self.open().filter(next_action_on__lt=today)

    def due(self, today: date) -> "LeadQuerySet":
        """Open, with a next action for today or before."""
        return self.open().filter(next_action_on__lte=today)

    def unassigned(self) -> "LeadQuerySet":
        return self.open().filter(owner=None)


class Lead(HasCustomFields, Record):
    """A request and the work on it."""

    Source = Channel

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    message = models.TextField(_("message"), blank=True)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("client"),
    )
    contact = models.ForeignKey(
        Contact,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("contact"),
    )
    # The contact may have been known already by another name: what was typed stays as it was typed.
    sender_name = models.CharField(_("name as written"), max_length=160, blank=True)
    sender_phone = models.CharField(_("telephone as written"), max_length=40, blank=True)
    sender_organisation = models.CharField(_("organisation as written"), max_length=160, blank=True)
    stage = models.ForeignKey(
        LeadStage, on_delete=models.PROTECT, related_name="leads", verbose_name=_("stage"), editable=False
    )
    kind = models.CharField(
        _("outcome"), max_length=10, choices=StageKind, default=StageKind.OPEN, editable=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("owner"),
    )
    service_format = models.ForeignKey(
        ServiceFormat,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("format of interest"),
    )
    format_name = models.CharField(_("format as it was called"), max_length=120, blank=True)
    source = models.CharField(_("came from"), max_length=10, choices=Source, default=Source.WEBSITE)
    origin = models.ForeignKey(
        LeadOrigin,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("how they came to us"),
    )
    territory = models.ForeignKey(
        Territory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("territory"),
    )
    page = models.ForeignKey(
        "wagtailcore.Page",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("page"),
    )
    page_title = models.CharField(_("title of the page"), max_length=255, blank=True)
    page_url = models.CharField(_("address of the page"), max_length=500, blank=True)
    expected_value_cents = CentsField(_("expected value"), null=True, blank=True)
    currency = models.CharField(max_length=3, default="EUR", editable=False)
    next_action = models.CharField(_("next action"), max_length=200, blank=True)
    next_action_on = models.DateField(_("to be done by"), null=True, blank=True)
    lost_reason = models.ForeignKey(
        LostReason,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
        verbose_name=_("reason it was lost"),
        editable=False,
    )
    lost_note = models.TextField(_("note on the loss"), blank=True, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ITALIAN)

    consent = models.ForeignKey(
        "cms.ConsentRecord",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("consent"),
    )

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="lead_in_order"),
            models.Index(fields=["kind", "next_action_on"], name="lead_by_next_action"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind=StageKind.LOST) | models.Q(lost_reason__isnull=False),
                name="lead_lost_has_a_reason",
                violation_error_message=_("Say why the request was lost."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def expected_value(self) -> Money | None:
        return None if self.expected_value_cents is None else Money(self.expected_value_cents, self.currency)

    @property
    def contact_email(self) -> str:
        return self.contact.email if self.contact else ""

    contact_email.fget.short_description = _("e-mail")  # type: ignore[attr-defined]

    def is_overdue(self, today: date) -> bool:
        return self.kind == StageKind.OPEN and self.next_action_on is not None and self.next_action_on < today


class LeadNote(Record):
    """Something staff want to remember of a request."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="notes", verbose_name=_("request"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    text = models.TextField(_("note"))

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.text[:80]


class LeadStageMove(models.Model):
    """One step of a request from a stage to another: its history, never changed."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="moves", verbose_name=_("request"))
    from_stage = models.ForeignKey(
        LeadStage, on_delete=models.PROTECT, null=True, related_name="moves_away", verbose_name=_("from")
    )
    to_stage = models.ForeignKey(
        LeadStage, on_delete=models.PROTECT, related_name="moves_here", verbose_name=_("to")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)
    lost_reason = models.ForeignKey(
        LostReason, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("reason")
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.from_stage or '–'} → {self.to_stage}"
