"""What people agree to when they write to us or enrol, in words that staff edit."""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.models import Record
from cms.translated import Translated


class ConsentPurpose(models.TextChoices):
    REQUEST = "request", _("asking for a service")
    ENROLMENT = "enrolment", _("enrolling on a course")


# Shown when nobody has written a text yet: a form must never stand without one.
FALLBACK_IT = (
    "Acconsento che i dati che scrivo qui siano usati dalla rete per rispondermi, come dice l’informativa "
    "sulla riservatezza. Posso chiederne la cancellazione quando voglio."
)
FALLBACK_EN = (
    "I agree that the network uses what I write here to answer me, as the privacy notice says. "
    "I can ask for it to be deleted at any time."
)


class ConsentTextManager(models.Manager["ConsentText"]):
    def current(self, purpose: str) -> "ConsentText":
        """The text to show for a purpose; an unsaved one with the fallback words when there is none."""
        text = self.filter(purpose=purpose).first()
        return text or ConsentText(purpose=purpose, text_it=FALLBACK_IT, text_en=FALLBACK_EN)

    def version_of(self, purpose: str, text: str) -> int | None:
        """The number of the version in which these words stood, the newest first; None for other words."""
        versions = ConsentTextVersion.objects.filter(consent_text__purpose=purpose)
        same = versions.filter(models.Q(text_it=text) | models.Q(text_en=text))
        return same.order_by("-number").values_list("number", flat=True).first()


class ConsentText(Record):
    """The words beside a consent box. Each consent keeps its own copy, so these may change freely."""

    purpose = models.CharField(_("shown when"), max_length=20, choices=ConsentPurpose, unique=True)
    text_it = models.TextField(_("text"), max_length=1000)
    text_en = models.TextField(_("text in English"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    text = Translated()

    objects = ConsentTextManager()

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        ordering = ["purpose"]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} ({self.version})"

    def save(self, *args, **kwargs) -> None:
        before = ConsentText.objects.filter(pk=self.pk).first() if self.pk else None
        if before and (before.text_it, before.text_en) != (self.text_it, self.text_en):
            self.version = before.version + 1
        super().save(*args, **kwargs)
        ConsentTextVersion.objects.get_or_create(
            consent_text=self,
            number=self.version,
            defaults={"text_it": self.text_it, "text_en": self.text_en},
        )


class ConsentTextVersion(models.Model):
    """The words as they stood at a time. Written when they are saved, never changed."""

    consent_text = models.ForeignKey(ConsentText, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    text_it = models.TextField(_("text"))
    text_en = models.TextField(_("text in English"), blank=True)
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("version of a consent text")
        verbose_name_plural = _("versions of consent texts")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["consent_text", "number"], name="consent_text_version_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.consent_text.get_purpose_display()} ({self.number})"


def fingerprint(text: str) -> str:
    """A short mark of a text, to notice that it changed between showing a form and reading it."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
