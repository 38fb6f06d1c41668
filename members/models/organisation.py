"""The clients: organisations that ask the network for work."""

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


def email_key(email: str) -> str:
    """The form in which e-mail addresses are kept and compared."""
    return email.strip().lower()


class OrganisationKind(models.TextChoices):
    PUBLIC = "public", _("public body")
    PRIVATE = "private", _("private body")


class Nature(models.TextChoices):
    """What a client is, beside being public or private."""

    COMPANY = "company", _("company")
    BODY = "body", _("public body")
    SCHOOL = "school", _("school")
    THIRD_SECTOR = "third_sector", _("third sector")
    INDIVIDUAL = "individual", _("individual")


class Organisation(HasCustomFields, Record):
    """Who may commission work from the network."""

    name = models.CharField(_("name"), max_length=160)
    name_key = models.CharField(max_length=160, editable=False, db_index=True)
    bare_key = models.CharField(max_length=160, editable=False, db_index=True, default="")
    kind = models.CharField(_("public or private"), max_length=10, choices=OrganisationKind, blank=True)
    nature = models.CharField(_("what it is"), max_length=12, choices=Nature, blank=True)
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
