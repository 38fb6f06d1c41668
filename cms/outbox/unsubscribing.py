"""The way out of promotional mail: one link for each address, for people and for their mail programs."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from cms.consent import PROMOTIONAL, has_consent, has_withdrawn, normal_email, withdraw
from cms.models.consent import ConsentRecord
from cms.models.outbox import OutboxMessage, Stream, Suppression, UnsubscribeLink
from cms.models.privacy import ErasedRow
from cms.privacy.needles import email_hash


def unsubscribe_url(email: str, language: str) -> str:
    """The full address by which `email` unsubscribes, in a language. The same each time."""
    link, _made = UnsubscribeLink.objects.get_or_create(email=normal_email(email))
    with translation.override(language):
        return settings.BASE_URL + reverse("unsubscribe", args=[link.token])


def unsubscribe(link: UnsubscribeLink, *, source: str, language: str) -> ConsentRecord:
    """Stop promotional mail to the link's address, from now on. Safe to call twice."""
    return withdraw(email=link.email, purpose=PROMOTIONAL, source=source, language=language)


def is_unwanted(message: OutboxMessage) -> bool:
    """Whether a mail must not be sent: the address is dead, or its owner refuses this stream."""
    suppressions = Suppression.objects.filter(email__iexact=message.to)
    if message.stream == Stream.SERVICE:
        return suppressions.filter(scope=Suppression.Scope.ALL).exists()
    if suppressions.exists() or has_withdrawn(message.to, PROMOTIONAL):
        return True
    # Whoever was erased, and came back with a sheet, has to agree anew.
    erased = ErasedRow.objects.filter(email_hash=email_hash(message.to))
    return erased.exists() and not has_consent(message.to, PROMOTIONAL)
