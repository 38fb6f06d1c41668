"""Who gives. One record a person, known by the e-mail address."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from cms.models import HasCustomFields, Record
from cms.money import Money
from donations.models.base import named
from donations.tax_codes import TaxCodeField


class DonorQuerySet(models.QuerySet["Donor"]):
    def with_address(self, email: str) -> DonorQuerySet:
        """Who has this address, however it is written; asked as the index is made."""
        plain = email.strip().lower()
        return self.alias(plain_email=Lower("email")).filter(plain_email=plain) if plain else self.none()


class Donor(HasCustomFields, Record):
    email = models.EmailField(
        _("e-mail address"), blank=True, help_text=_("Empty for who has none: receipts are printed.")
    )
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=5, default="it")

    tax_code = TaxCodeField(
        _("tax code"),
        help_text=_(
            "Without it no gift can be sent to the tax office. Eleven digits for a company or association."
        ),
    )
    address = models.TextField(
        _("address"),
        blank=True,
        max_length=300,
        help_text=_("Street, postcode, town; stands on the receipts."),
    )
    objected_on = models.DateField(
        _("objected on"),
        null=True,
        blank=True,
        help_text=_(
            "The day on which the donor asked that the gifts are not sent to the tax office. Empty: no "
            "objection."
        ),
    )

    objects = DonorQuerySet.as_manager()

    class Meta:
        verbose_name = _("donor")
        verbose_name_plural = _("donors")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["name", "id"], name="donor_in_order")]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=~Q(email=""), name="donor_email_is_unique_whatever_its_case"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    @named(_("given"))
    def given(self) -> Money:
        """All that this person gave and that did not go back."""
        return Money(self.total.given_cents, "EUR") if hasattr(self, "total") else Money(0, "EUR")

    @property
    @named(_("donations"))
    def donation_count(self) -> int:
        return self.total.donations if hasattr(self, "total") else 0


class DonorTotal(models.Model):
    """What the ledger says of a donor, kept beside it so that reading stays one row.

    Written only by donations.services.ledger, in the transaction of the ledger's row; there is none before
    the first payment.
    """

    donor = models.OneToOneField(Donor, models.CASCADE, primary_key=True, related_name="total")
    given_cents = models.BigIntegerField(_("given"), default=0)
    donations = models.PositiveIntegerField(_("donations"), default=0)

    class Meta:
        verbose_name = _("donor total")
        verbose_name_plural = _("donor totals")

    def __str__(self) -> str:
        return f"{self.donor_id}: {self.given_cents}"
