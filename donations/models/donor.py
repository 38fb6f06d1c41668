"""Who gives. One record a person, known by the e-mail address."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from cms.models import HasCustomFields, Record


class DonorQuerySet(models.QuerySet["Donor"]):
    def with_address(self, email: str) -> DonorQuerySet:
        """Who has this address, however it is written; asked as the index is made."""
        return self.alias(address=Lower("email")).filter(address=email.strip().lower())


class Donor(HasCustomFields, Record):
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=5, default="it")

    objects = DonorQuerySet.as_manager()

    class Meta:
        verbose_name = _("donor")
        verbose_name_plural = _("donors")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["name", "id"], name="donor_in_order")]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="donor_email_is_unique_whatever_its_case")
        ]

    def __str__(self) -> str:
        return self.name or self.email
