"""A call, a meeting, a mail from elsewhere: what was said, written down by staff."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.models import Record
from members.models.contact import Contact
from members.models.lead import Lead
from members.models.organisation import Organisation


class ExchangeKind(models.TextChoices):
    CALL = "call", _("telephone call")
    MEETING = "meeting", _("meeting")
    MAIL = "mail", _("mail from our own mailbox")
    MESSAGE = "message", _("message")


class Exchange(Record):
    """What passed between somebody of the network and a client or person, and when."""

    Kind = ExchangeKind

    kind = models.CharField(_("what it was"), max_length=10, choices=ExchangeKind, default=ExchangeKind.CALL)
    happened_at = models.DateTimeField(_("when"), default=timezone.now)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="exchanges",
        verbose_name=_("client"),
    )
    contact = models.ForeignKey(
        Contact,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="exchanges",
        verbose_name=_("contact"),
    )
    lead = models.ForeignKey(
        Lead,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="exchanges",
        verbose_name=_("request"),
    )
    text = models.TextField(_("what was said"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("written by"),
    )

    class Meta:
        verbose_name = _("exchange")
        verbose_name_plural = _("calls and meetings")
        ordering = ["-happened_at", "-pk"]
        indexes = [models.Index(fields=["-happened_at", "-id"], name="exchange_in_order")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False) | models.Q(contact__isnull=False),
                name="exchange_is_with_somebody",
                violation_error_message=_("Say with whom it was: a client, a contact, or both."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().capitalize()} · {self.text[:80]}"
