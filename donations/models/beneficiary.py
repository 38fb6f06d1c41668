"""Who receives the money and issues the receipt, and what the law takes it for from when to when."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum import iban as ibans
from stdnum.exceptions import ValidationError as NotANumber

from cms.models import Record
from donations.models.base import named
from donations.models.presets import SuggestsAmounts
from donations.regimes import FiscalRegime, rules_of

__all__ = ["Beneficiary", "FiscalRegime", "RegimePeriod"]


def validate_iban(number: str) -> None:
    """Raises ValidationError for what is no IBAN."""
    try:
        ibans.validate(number)
    except NotANumber as wrong:
        raise ValidationError(gettext("There is a slip in the IBAN: its check digits do not fit.")) from wrong


class Beneficiary(SuggestsAmounts, Record):
    name = models.CharField(_("name"), max_length=120, unique=True, help_text=_("As donors know it."))
    legal_name = models.CharField(
        _("legal name"), max_length=200, help_text=_("As it must stand on a receipt.")
    )
    tax_code = models.CharField(_("tax code"), max_length=20, blank=True)
    address = models.TextField(_("address"), blank=True, help_text=_("Street, postcode, town."))
    email = models.EmailField(_("e-mail address"), help_text=_("Donors write here about their donations."))
    iban = models.CharField(
        _("IBAN"),
        max_length=42,
        blank=True,
        validators=[validate_iban],
        help_text=_("Where donors may send a bank transfer. Empty: no transfers are offered."),
    )
    stripe_account_id = models.CharField(max_length=60, null=True, blank=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("beneficiary")
        verbose_name_plural = _("beneficiaries")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    @named(_("IBAN"))
    def shown_iban(self) -> str:
        """The IBAN in groups of four, as banks print it."""
        return ibans.format(self.iban) if self.iban else ""

    def regime_on(self, day: date) -> RegimePeriod | None:
        """The period that holds on a day (in Italy), or None: then nothing about tax is claimed."""
        return self.regimes.on(day).first()


class RegimePeriodQuerySet(models.QuerySet["RegimePeriod"]):
    def on(self, day: date) -> RegimePeriodQuerySet:
        """Those that hold on a day, the first and the last included."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def touching(self, *, starts_on: date, ends_on: date | None) -> RegimePeriodQuerySet:
        """Those that share a day with a time; ends_on None means without an end."""
        rows = self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
        return rows if ends_on is None else rows.filter(starts_on__lte=ends_on)


class RegimePeriod(Record):
    """What the law takes a beneficiary for, from one day to another. No two share a day.

    PostgreSQL keeps that by a constraint of exclusion (migration 0011), both databases by save(), which looks
    under the lock of the beneficiary's row.
    """

    beneficiary = models.ForeignKey(
        Beneficiary, models.PROTECT, related_name="regimes", verbose_name=_("beneficiary")
    )
    regime = models.CharField(_("fiscal regime"), max_length=20, choices=FiscalRegime)
    starts_on = models.DateField(
        _("from"), help_text=_("The first day, such as that of the entry in the register.")
    )
    ends_on = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day; empty: still so."))
    register_number = models.CharField(
        _("number in the register"),
        max_length=60,
        blank=True,
        help_text=_("Such as the RUNTS number; receipts quote it."),
    )
    note = models.TextField(_("note"), blank=True, help_text=_("Who confirmed it, and when."))

    objects = RegimePeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("fiscal regime")
        verbose_name_plural = _("fiscal regimes")
        ordering = ["beneficiary", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="regime_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.beneficiary} · {self.get_regime_display()}"

    def clean(self) -> None:
        super().clean()
        if not (self.regime and self.starts_on and self.beneficiary_id):
            return
        last_day = rules_of(self.regime).last_day
        if last_day and (self.ends_on is None or self.ends_on > last_day):
            raise ValidationError(
                {
                    "ends_on": gettext("The law ended this regime on %(day)s.")
                    % {"day": last_day.strftime("%d/%m/%Y")}
                }
            )
        self._refuse_overlap()

    def _refuse_overlap(self) -> None:
        others = RegimePeriod.objects.filter(beneficiary_id=self.beneficiary_id).exclude(pk=self.pk)
        other = others.touching(starts_on=self.starts_on, ends_on=self.ends_on).first()
        if other:
            raise ValidationError(
                gettext("These days overlap with “%(regime)s” from %(from)s to %(to)s: end that one first.")
                % {
                    "regime": other.get_regime_display(),
                    "from": other.starts_on.strftime("%d/%m/%Y"),
                    "to": other.ends_on.strftime("%d/%m/%Y") if other.ends_on else "…",
                }
            )

    def save(self, *args, **kwargs) -> None:
        """Raises ValidationError when somebody else took the days meanwhile."""
        with transaction.atomic():
            Beneficiary.objects.select_for_update().get(pk=self.beneficiary_id)
            self._refuse_overlap()
            super().save(*args, **kwargs)
