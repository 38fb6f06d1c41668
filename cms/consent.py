"""Consent: given in the words that were shown, and taken back as easily."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.models.consent import ConsentRecord
from cms.models.outbox import OutboxMessage, OutboxState, Stream
from cms.registry import Registry

# The purpose that one-click unsubscribing withdraws, and that campaigns of mails ask for.
PROMOTIONAL = "promotional"


@dataclass(frozen=True)
class Purpose:
    """What people agree to. stops: the stream of mail that ends with the consent, if any."""

    label: Any
    stops: Stream | None = None


# Slug -> Purpose. The layers above add theirs in AppConfig.ready().
purposes: Registry[str, Purpose] = Registry("purposes of consent")
purposes.register(PROMOTIONAL, Purpose(_("news and invitations by mail"), stops=Stream.PROMOTIONAL))


def label_of(purpose: str) -> str:
    """A purpose in words; its slug when nobody registers it any more."""
    known = purposes.get(purpose)
    return str(known.label) if known else purpose


def normal_email(email: str) -> str:
    """The form in which addresses are compared: no spaces around, lower case."""
    return email.strip().lower()


def record_consent(
    *,
    purpose: str,
    email: str,
    text: str,
    language: str,
    source: str,
    given: bool = True,
    version: int | None = None,
    by: Any = None,
) -> ConsentRecord:
    """Write what a person agreed to (or refused).

    purpose: a slug such as "request" or "promotional". text: the sentence as it was shown, in
    `language`; needed when given. version: of the text, where texts have versions. source: where it
    happened, such as a page's address. by: the colleague who writes it for the person.
    Raises ValueError when a consent comes without its text.
    """
    if given and not text.strip():
        raise ValueError("A consent is kept together with the text that was shown")
    return ConsentRecord.objects.create(
        purpose=purpose,
        email=normal_email(email),
        text=text,
        version=version,
        language=language[:2],
        source=source[:200],
        given=given,
        recorded_by=by,
    )


def latest(email: str, purpose: str) -> ConsentRecord | None:
    """A person's last word on a purpose."""
    return ConsentRecord.objects.filter(email=normal_email(email), purpose=purpose).first()


def last_words(email: str) -> list[ConsentRecord]:
    """A person's last word on each purpose, the newest first."""
    seen: dict[str, ConsentRecord] = {}
    for word in ConsentRecord.objects.filter(email=normal_email(email)).select_related("recorded_by"):
        seen.setdefault(word.purpose, word)
    return list(seen.values())


def has_consent(email: str, purpose: str) -> bool:
    """Whether a person's last word on a purpose is yes."""
    word = latest(email, purpose)
    return word is not None and word.given


def has_withdrawn(email: str, purpose: str) -> bool:
    """Whether a person's last word on a purpose is no; who never said anything has not withdrawn."""
    word = latest(email, purpose)
    return word is not None and not word.given


@transaction.atomic
def withdraw(*, email: str, purpose: str, source: str, language: str = "it", by: Any = None) -> ConsentRecord:
    """Write that a person takes a consent back, and stop at once the mail that leaned on it.

    Doing it twice leaves one row. by: the colleague who writes it for the person.
    """
    word = latest(email, purpose)
    if word is None or word.given:
        word = record_consent(
            purpose=purpose, email=email, text="", language=language, source=source, given=False, by=by
        )
    stream = purposes[purpose].stops if purpose in purposes else None
    if stream:
        suppress_waiting(email, stream)
    return word


def suppress_waiting(email: str, stream: Stream) -> int:
    """Take a person's mails of a stream out of the queue; how many.

    One that a worker holds just now is left to it: it asks for the consent again before it sends.
    """
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=timezone.now())
    waiting = OutboxMessage.objects.filter(
        free, stream=stream, state=OutboxState.WAITING, to__iexact=normal_email(email)
    )
    return sum(message.transition(to=OutboxState.SUPPRESSED) for message in waiting)
