"""Take a place on a course and give it back. There are never more people than places."""

from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms import audit
from cms.consent import record_consent
from members import emails
from members.models import ConsentPurpose, ConsentText, CourseEdition, Enrolment, Language
from members.models.organisation import email_key
from members.services.refusal import Refusal
from members.today import today
from members.typed import tidy_line

# The states and their moves; `cancel` is the only door.
ALLOWED = {
    Enrolment.State.CONFIRMED: {Enrolment.State.CANCELLED},
    Enrolment.State.CANCELLED: set(),
}


class CannotEnrol(Refusal):
    """Base of the reasons why nobody, or not this person, can enrol."""


class EditionFull(CannotEnrol):
    reason = _("All the places on this edition are taken.")


class EnrolmentClosed(CannotEnrol):
    reason = _("Enrolment on this edition is closed.")


class AlreadyEnrolled(CannotEnrol):
    reason = _("This e-mail address is already enrolled on this edition: look for our confirmation.")


@transaction.atomic
def enrol(
    *,
    edition: CourseEdition,
    first_name: str,
    last_name: str,
    email: str,
    phone: str = "",
    organisation_name: str = "",
    language: str = Language.ITALIAN,
    consent_text: str,
    source: str = "",
    by=None,
) -> Enrolment:
    """Give a person a place, and confirm it by mail.

    consent_text: the words as they were shown, empty when staff enrol somebody who asked by voice.
    source: the address of the page the words stood on.
    Raises EnrolmentClosed, AlreadyEnrolled or EditionFull, in this order; ValidationError for an
    impossible address.
    """
    email = email_key(tidy_line(email, 254))
    validate_email(email)
    # One at a time for each edition: PostgreSQL waits here, SQLite has waited at the transaction's start.
    edition = (
        CourseEdition.objects.select_for_update(of=("self",)).select_related("course").get(pk=edition.pk)
    )
    _check_window(edition)
    confirmed = edition.enrolments.confirmed()
    if confirmed.filter(email=email).exists():
        raise AlreadyEnrolled
    if confirmed.count() >= edition.capacity:
        raise EditionFull
    language = language if language in Language.values else Language.ITALIAN
    enrolment = Enrolment.objects.create(
        edition=edition,
        first_name=tidy_line(first_name, 80),
        last_name=tidy_line(last_name, 80),
        email=email,
        phone=tidy_line(phone, 40),
        organisation_name=tidy_line(organisation_name, 160),
        language=language,
        consent=record_consent(
            purpose=ConsentPurpose.ENROLMENT,
            email=email,
            text=consent_text,
            version=ConsentText.objects.version_of(ConsentPurpose.ENROLMENT, consent_text),
            language=language,
            source=tidy_line(source, 200),
        )
        if consent_text
        else None,
    )
    audit.record("members.enrolment.confirmed", enrolment, user=by)
    emails.confirm_enrolment(enrolment)
    return enrolment


@transaction.atomic
def cancel(*, enrolment: Enrolment, by, tell: bool = True) -> Enrolment:
    """Free a place, and tell the person unless `tell` is False. Cancelling again returns quietly."""
    enrolment.refresh_from_db(from_queryset=Enrolment.objects.select_for_update(of=("self",)))
    if Enrolment.State.CANCELLED not in ALLOWED[Enrolment.State(enrolment.state)]:
        return enrolment
    enrolment.state = Enrolment.State.CANCELLED
    enrolment.cancelled_at = timezone.now()
    enrolment.save(update_fields=["state", "cancelled_at", "updated_at"])
    audit.record("members.enrolment.cancelled", enrolment, user=by)
    if tell:
        emails.confirm_cancellation(enrolment)
    return enrolment


def _check_window(edition: CourseEdition) -> None:
    """Raises EnrolmentClosed with the reason."""
    now = today()
    if edition.is_cancelled:
        raise EnrolmentClosed(_("This edition was cancelled."))
    if edition.enrolment_opens_on and now < edition.enrolment_opens_on:
        raise EnrolmentClosed(_("Enrolment on this edition has not opened yet."))
    if not edition.is_open(now):
        raise EnrolmentClosed
