"""A person's place on an edition. Taken and given back by members.services.enrolments."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.models import HasCustomFields, Record
from members.models.course_edition import CourseEdition
from members.models.languages import Language
from members.models.organisation import email_key


def new_token() -> str:
    """A name for an enrolment that nobody can guess."""
    return secrets.token_urlsafe(24)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def confirmed(self) -> "EnrolmentQuerySet":
        return self.filter(state=Enrolment.State.CONFIRMED)


class Enrolment(HasCustomFields, Record):
    """Somebody enrolled on an edition, and perhaps gave the place back."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        CANCELLED = "cancelled", _("cancelled")

    edition = models.ForeignKey(
        CourseEdition, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("edition")
    )
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    organisation_name = models.CharField(_("organisation"), max_length=160, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.CONFIRMED, editable=False
    )
    cancelled_at = models.DateTimeField(_("cancelled on"), null=True, blank=True, editable=False)
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

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="enrolment_in_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "email"],
                condition=models.Q(state="confirmed"),
                name="enrolment_is_once_for_each_person",
                violation_error_message=_("This person is already enrolled."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.full_name} · {self.edition}"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def save(self, *args, **kwargs) -> None:
        self.email = email_key(self.email)
        super().save(*args, **kwargs)
