"""The clients: organisations, and the people who speak for them."""

import re
import unicodedata

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Lower, Replace, Right, Trim
from django.utils.translation import gettext_lazy as _

from cms.models import HasCustomFields, Record
from members.models.lists import Territory


def name_key(name: str) -> str:
    """The name without case, accents, punctuation and doubled spaces: equal keys are one organisation."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+", " ", plain).split())


# Legal forms and small words: with and without them a body is called by the same name.
_SMALL_WORDS = frozenset(
    {
        "a", "aps", "arl", "associazione", "coop", "cooperativa", "d", "da", "de", "dei", "del", "dell",
        "della", "delle", "di", "e", "ed", "ets", "il", "l", "la", "le", "odv", "onlus", "per", "s",
        "sas", "sociale", "societa", "snc", "soc", "spa", "srl", "srls", "the",
    }
)  # fmt: skip


def bare_key(name: str) -> str:
    """The name key without legal form and small words: equal keys may be one organisation."""
    key = name_key(name.replace(".", ""))  # s.r.l. is srl
    return (" ".join(word for word in key.split() if word not in _SMALL_WORDS) or key)[:160]


def of_full_name(first: Combinable, last: Combinable) -> Func:
    """A person's name as the database compares it: one case, no spaces around."""
    return Lower(Trim(Concat(first, Value(" "), last)))


def of_phone(phone: Combinable) -> Func:
    """The last nine digits of a telephone number as people write it: with or without its country."""
    for sign in " -/.()+":
        phone = Replace(phone, Value(sign), Value(""))
    return Right(phone, 9)


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
    bare_key = models.CharField(max_length=160, editable=False, db_index=True, default="")
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
    tax_code = models.CharField(_("tax code"), max_length=16, blank=True, db_index=True)
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
        self.name_key, self.bare_key = name_key(self.name)[:160], bare_key(self.name)
        super().save(*args, **kwargs)


class Contact(HasCustomFields, Record):
    """A person who wrote to the network or whom the network writes to."""

    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    # Written by the database, so that bulk writers cannot leave them behind.
    name_key = models.GeneratedField(
        expression=of_full_name(F("first_name"), F("last_name")),
        output_field=models.CharField(max_length=161),
        db_persist=True,
    )
    phone_key = models.GeneratedField(
        expression=of_phone(F("phone")), output_field=models.CharField(max_length=40), db_persist=True
    )
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
        indexes = [
            models.Index(fields=["last_name", "first_name", "id"], name="contact_in_order"),
            models.Index(fields=["name_key"], name="contact_by_name"),
            models.Index(fields=["phone_key"], name="contact_by_phone"),
        ]
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
