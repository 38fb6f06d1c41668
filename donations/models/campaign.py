"""A call for money with a goal and an end. Its words and pictures stand on a page; its facts here."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.models import HasCustomFields, Record
from cms.money import Money
from cms.money_fields import CentsField
from cms.translated import Translated
from donations.models.base import ForbiddenTransition, named
from donations.models.beneficiary import Beneficiary
from donations.models.presets import SuggestsAmounts


class CampaignMode(models.TextChoices):
    FLEXIBLE = "flexible", _("Keeps what arrives")
    ALL_OR_NOTHING = "all_or_nothing", _("All or nothing")


class CampaignState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("campaign", "Draft")
    LIVE = "live", pgettext_lazy("campaign", "Live")
    SUCCEEDED = "succeeded", pgettext_lazy("campaign", "Succeeded")
    FAILED = "failed", pgettext_lazy("campaign", "Failed")
    CANCELED = "canceled", pgettext_lazy("campaign", "Cancelled")


ALLOWED = {
    CampaignState.DRAFT: {CampaignState.LIVE, CampaignState.CANCELED},
    CampaignState.LIVE: {CampaignState.SUCCEEDED, CampaignState.FAILED, CampaignState.CANCELED},
    CampaignState.SUCCEEDED: set(),
    CampaignState.FAILED: set(),
    CampaignState.CANCELED: set(),
}


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def public(self) -> CampaignQuerySet:
        """Those that the public may read about: live, or ended."""
        return self.exclude(state__in=[CampaignState.DRAFT, CampaignState.CANCELED])

    def live(self, today: date) -> CampaignQuerySet:
        """Those that take money today."""
        return self.filter(
            Q(closes_on__isnull=True) | Q(closes_on__gte=today), state=CampaignState.LIVE, opens_on__lte=today
        )

    def with_raised(self) -> CampaignQuerySet:
        """With the total beside each, so that reading `raised` asks nothing more."""
        return self.select_related("total")


class Campaign(SuggestsAmounts, HasCustomFields, Record):
    slug = models.SlugField(_("short name for addresses"), max_length=80, unique=True)
    name_it = models.CharField(_("name in Italian"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    beneficiary = models.ForeignKey(
        Beneficiary, models.PROTECT, related_name="campaigns", verbose_name=_("beneficiary")
    )
    goal_cents = CentsField(_("goal"))
    minimum_cents = CentsField(
        _("minimum"), null=True, blank=True, help_text=_("The least with which the work can begin.")
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR", editable=False)
    opens_on = models.DateField(_("opens on"), default=timezone.localdate)
    closes_on = models.DateField(_("closes on"), null=True, blank=True, help_text=_("The last day included."))
    mode = models.CharField(_("mode"), max_length=20, choices=CampaignMode, default=CampaignMode.FLEXIBLE)
    state = models.CharField(
        _("state"), max_length=20, choices=CampaignState, default=CampaignState.DRAFT, editable=False
    )

    name = Translated()
    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-opens_on", "-id"]
        indexes = [models.Index(fields=["-opens_on", "-id"], name="campaign_in_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(goal_cents__gt=0),
                name="campaign_goal_is_positive",
                violation_error_message=_("The goal must be more than zero."),
            ),
            models.CheckConstraint(
                condition=Q(minimum_cents__isnull=True) | Q(minimum_cents__lte=F("goal_cents")),
                name="campaign_minimum_is_within_goal",
                violation_error_message=_("The minimum cannot be above the goal."),
            ),
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(closes_on__gte=F("opens_on")),
                name="campaign_closes_after_opening",
                violation_error_message=_("A campaign cannot close before it opens."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.pk and self.ledger_entries.exclude(beneficiary=self.beneficiary_id).exists():
            raise ValidationError(
                {
                    "beneficiary": _(
                        "Money has arrived for this campaign: who receives it can no longer change."
                    )
                }
            )

    def save(self, *args, **kwargs) -> None:
        super().save(*args, **kwargs)
        CampaignTotal.objects.get_or_create(campaign=self)

    def is_open_on(self, today: date) -> bool:
        """Whether it takes money on that day (a date in Italy)."""
        return (
            self.state == CampaignState.LIVE
            and self.opens_on <= today
            and (self.closes_on is None or today <= self.closes_on)
        )

    @property
    def is_open(self) -> bool:
        return self.is_open_on(timezone.localdate())

    @property
    def days_left(self) -> int | None:
        """Days until the last one, today not counted; 0 on the last day and after; None without an end."""
        return max((self.closes_on - timezone.localdate()).days, 0) if self.closes_on else None

    @property
    @named(_("goal"))
    def goal(self) -> Money:
        return Money(self.goal_cents, self.currency)

    @property
    def minimum(self) -> Money | None:
        return Money(self.minimum_cents, self.currency) if self.minimum_cents else None

    @property
    def raised_cents(self) -> int:
        return self.total.raised_cents

    @property
    @named(_("raised"))
    def raised(self) -> Money:
        return Money(self.total.raised_cents, self.currency)

    @property
    @named(_("donations"))
    def donation_count(self) -> int:
        return self.total.donations

    @property
    @named(_("donors"))
    def donor_count(self) -> int:
        return self.total.donors

    def transition(self, *, to: CampaignState, because: str) -> bool:
        """The one door of the state. The caller holds the row's lock.

        because: the reason in a few words. Returns whether anything changed; raises ForbiddenTransition.
        """
        if to == self.state:
            return False
        if to not in ALLOWED[CampaignState(self.state)]:
            raise ForbiddenTransition(f"{self.state} -> {to}")
        CampaignTransition.objects.create(campaign=self, was=self.state, became=to, because=because[:200])
        self.state = to
        self.save(update_fields=["state", "updated_at"])
        return True


class CampaignTransition(models.Model):
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="transitions")
    was = models.CharField(_("was"), max_length=20, choices=CampaignState)
    became = models.CharField(_("became"), max_length=20, choices=CampaignState)
    because = models.CharField(_("because"), max_length=200)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("move of a campaign")
        verbose_name_plural = _("moves of campaigns")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.was} → {self.became}"


class CampaignTotal(models.Model):
    """What the ledger says of a campaign, kept beside it so that reading stays one row.

    Written only by donations.services.ledger, in the transaction of the ledger's row.
    """

    campaign = models.OneToOneField(Campaign, models.CASCADE, primary_key=True, related_name="total")
    raised_cents = models.BigIntegerField(_("raised"), default=0)
    donations = models.PositiveIntegerField(_("donations"), default=0)
    donors = models.PositiveIntegerField(_("donors"), default=0)

    class Meta:
        verbose_name = _("campaign total")
        verbose_name_plural = _("campaign totals")

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.raised_cents}"
