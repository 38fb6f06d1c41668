"""The people who speak for clients, or for themselves, and what each is in which client."""

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, Lower, Replace, Right, Trim
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from cms.models import HasCustomFields, Record
from members.models.organisation import Organisation, email_key


def of_full_name(first: Combinable, last: Combinable) -> Func:
    """A person's name as the database compares it: one case, no spaces around."""
    return Lower(Trim(Concat(first, Value(" "), last)))


def of_phone(phone: Combinable) -> Func:
    """The last nine digits of a telephone number as people write it: with or without its country."""
    for sign in " -/.()+":
        phone = Replace(phone, Value(sign), Value(""))
    return Right(phone, 9)


class Contact(HasCustomFields, Record, ClusterableModel):
    """A person who wrote to the network or whom the network writes to. Never revised: see Position."""

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


class Position(Record):
    """What a person is in a client beside the one they belong to first: a teacher who sits on a board."""

    contact = ParentalKey(
        Contact, on_delete=models.CASCADE, related_name="positions", verbose_name=_("contact")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="positions", verbose_name=_("client")
    )
    role = models.CharField(
        _("role"), max_length=80, help_text=_("Such as: head teacher, councillor for culture, buyer.")
    )
    ended_on = models.DateField(_("until"), null=True, blank=True, help_text=_("Empty while it lasts."))

    panels = [
        FieldPanel("organisation"),
        FieldRowPanel([FieldPanel("role"), FieldPanel("ended_on")]),
    ]

    class Meta:
        verbose_name = _("role in a client")
        verbose_name_plural = _("roles in clients")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.role} · {self.organisation}"
