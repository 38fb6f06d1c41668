"""The clients: organisations, and the people who speak for them."""

import re
import unicodedata

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.models import HasCustomFields, Record
from members.models.lists import Territory


def name_key(name: str) -> str:
    """The name without case, accents, punctuation and doubled spaces: equal keys are one organisation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+", " ", plain).split())


def email_key(email: str) -> str:
    """The form in which e-mail addresses are kept and compared."""
    return email.strip().lower()


class OrganisationKind(models.TextChoices):
    PUBLIC = "public", _("public body")
    PRIVATE = "private", _("private body")


class Organisation(HasCustomFields, Record):
    """Who may commission work from the network."""

    name = models.CharField(_("name"), max_length=160)
    name_key = models.CharField(max_length=160, editable=False, db_index=True)
    kind = models.CharField(_("public or private"), max_length=10, choices=OrganisationKind, blank=True)
    sector = models.CharField(_("sector"), max_length=80, blank=True)
    town = models.CharField(_("town"), max_length=80, blank=True)
    territory = models.ForeignKey(
        Territory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("territory"),
    )
    tax_code = models.CharField(_("tax code"), max_length=16, blank=True)
    website = models.URLField(_("website"), blank=True)

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["name"]
        indexes = [models.Index(fields=["name", "id"], name="organisation_in_order")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        # NFKD may lengthen a name (one ligature becomes three letters).
        self.name_key = name_key(self.name)[:160]
        super().save(*args, **kwargs)


class Contact(HasCustomFields, Record):
    """A person who wrote to the network or whom the network writes to."""

    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("client"),
    )

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["last_name", "first_name"]
        indexes = [models.Index(fields=["last_name", "first_name", "id"], name="contact_in_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=~models.Q(email=""),
                name="contact_email_belongs_to_one_person",
                violation_error_message=_("A contact with this e-mail address is already there."),
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def clean(self) -> None:
        super().clean()
        self.email = email_key(self.email)

    def save(self, *args, **kwargs) -> None:
        self.email = email_key(self.email)
        super().save(*args, **kwargs)
