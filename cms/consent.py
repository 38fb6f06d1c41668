"""Consent: given in the words that were shown, and taken back as easily."""

from __future__ import annotations

from cms.models.consent import ConsentRecord

# The purpose that one-click unsubscribing withdraws, and that campaigns of mails ask for.
PROMOTIONAL = "promotional"


def normal_email(email: str) -> str:
    """The form in which addresses are compared: no spaces around, lower case."""
    return email.strip().lower()


def record_consent(
    *, purpose: str, email: str, text: str, language: str, source: str, given: bool = True
) -> ConsentRecord:
    """Write what a person agreed to (or refused).

    purpose: a slug such as "request" or "promotional". text: the sentence as it was shown, in
    `language`; needed when given. source: where it happened, such as a page's address.
    Raises ValueError when a consent comes without its text.
    """
    if given and not text.strip():
        raise ValueError("A consent is kept together with the text that was shown")
    return ConsentRecord.objects.create(
        purpose=purpose,
        email=normal_email(email),
        text=text,
        language=language[:2],
        source=source[:200],
        given=given,
    )


def latest(email: str, purpose: str) -> ConsentRecord | None:
    """A person's last word on a purpose."""
    return ConsentRecord.objects.filter(email=normal_email(email), purpose=purpose).first()


def has_consent(email: str, purpose: str) -> bool:
    """Whether a person's last word on a purpose is yes."""
    word = latest(email, purpose)
    return word is not None and word.given


def has_withdrawn(email: str, purpose: str) -> bool:
    """Whether a person's last word on a purpose is no; who never said anything has not withdrawn."""
    word = latest(email, purpose)
    return word is not None and not word.given


def withdraw(*, email: str, purpose: str, source: str, language: str = "it") -> ConsentRecord:
    """Write that a person takes a consent back. Doing it twice leaves one row."""
    word = latest(email, purpose)
    if word is not None and not word.given:
        return word
    return record_consent(
        purpose=purpose, email=email, text="", language=language, source=source, given=False
    )
