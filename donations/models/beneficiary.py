"""Who receives the money and issues the receipt."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.models import Record


class FiscalRegime(models.TextChoices):
    """What a receipt may claim. More regimes come when an accountant has confirmed their words."""

    NO_CLAIM = "no_claim", _("No tax claim: the donor gets a thank-you letter")


class Beneficiary(Record):
    name = models.CharField(_("name"), max_length=120, unique=True, help_text=_("As donors know it."))
    legal_name = models.CharField(
        _("legal name"), max_length=200, help_text=_("As it must stand on a receipt.")
    )
    tax_code = models.CharField(_("tax code"), max_length=20, blank=True)
    address = models.TextField(_("address"), blank=True, help_text=_("Street, postcode, town."))
    email = models.EmailField(_("e-mail address"), help_text=_("Donors write here about their donations."))
    fiscal_regime = models.CharField(
        _("fiscal regime"), max_length=20, choices=FiscalRegime, default=FiscalRegime.NO_CLAIM
    )
    stripe_account_id = models.CharField(max_length=60, null=True, blank=True, unique=True, editable=False)

    class Meta:
        verbose_name = _("beneficiary")
        verbose_name_plural = _("beneficiaries")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
