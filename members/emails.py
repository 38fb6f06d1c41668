"""The mails of requests and courses. Each is a row of the outbox, in the language of who reads it."""

from datetime import date
from urllib.parse import urljoin

from babel.dates import format_date
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from cms.models import Stream
from cms.outbox import queue_mail
from cms.roles import Role
from members import calendar_file
from members.models import CourseEdition, Enrolment, Language, Lead, Session, User


def confirm_request(lead: Lead) -> None:
    """Tell the sender that the request has arrived.

    It repeats nothing that was typed: whoever writes somebody else's address here must not have
    their own words sent there.
    """
    _queue(
        to=lead.contact.email,
        template="request_received",
        language=lead.language,
        about=lead,
        key=f"request-{lead.public_id}-received",
        context={"lead": lead, "service_format": lead.service_format},
    )


def notify_new_request(lead: Lead) -> None:
    """Tell the colleagues who follow requests that there is a new one: its owner, if it has one already."""
    for user in [lead.owner] if lead.owner else _followers():
        _queue(
            to=user.email,
            template="request_new",
            language=Language.ITALIAN,
            about=lead,
            key=f"request-{lead.public_id}-new-{user.pk}",
            context={"lead": lead, "url": _admin_address(lead)},
        )


def notify_owner(lead: Lead) -> None:
    """Tell a colleague that the request is now theirs."""
    _queue(
        to=lead.owner.email,
        template="request_assigned",
        language=Language.ITALIAN,
        about=lead,
        context={"lead": lead, "url": _admin_address(lead)},
    )


def confirm_enrolment(enrolment: Enrolment) -> None:
    """Tell a person that the place is theirs, with the dates, in words and as a calendar file."""
    edition = CourseEdition.objects.select_related("course").get(pk=enrolment.edition_id)
    sessions = list(edition.sessions.all())
    with translation.override(enrolment.language):
        attachments = [calendar_file.of_edition(edition, sessions)] if sessions else []
        meetings = [_meeting(session, edition) for session in sessions]
        first_day = _date(edition.starts_on)
    _queue(
        to=enrolment.email,
        template="enrolment_confirmed",
        language=enrolment.language,
        about=enrolment,
        key=f"enrolment-{enrolment.token}-confirmed",
        context={"enrolment": enrolment, "edition": edition, "meetings": meetings, "first_day": first_day},
        attachments=attachments,
    )


def confirm_cancellation(enrolment: Enrolment) -> None:
    """Tell a person that the place was given back."""
    edition = CourseEdition.objects.select_related("course").get(pk=enrolment.edition_id)
    _queue(
        to=enrolment.email,
        template="enrolment_cancelled",
        language=enrolment.language,
        about=enrolment,
        key=f"enrolment-{enrolment.token}-cancelled",
        context={"enrolment": enrolment, "edition": edition},
    )


def tell_edition_cancelled(enrolment: Enrolment) -> None:
    """Tell a person that the whole edition was called off."""
    edition = CourseEdition.objects.select_related("course").get(pk=enrolment.edition_id)
    _queue(
        to=enrolment.email,
        template="edition_cancelled",
        language=enrolment.language,
        about=enrolment,
        key=f"enrolment-{enrolment.token}-edition-cancelled",
        context={"enrolment": enrolment, "edition": edition},
    )


def _meeting(session: Session, edition: CourseEdition) -> str:
    """When and where a session is, in words: "mercoledì 10 marzo 2027, 14:30–17:30, Spazio …"."""
    rome = timezone.get_default_timezone()
    begins, ends = timezone.localtime(session.starts_at, rome), timezone.localtime(session.ends_at, rome)
    words = [_date(begins.date()), f"{begins:%H:%M}–{ends:%H:%M}", session.place or edition.place]
    return ", ".join(word for word in words if word)


def _date(day: date) -> str:
    """A day in words of the language in force; Django's own would write Italian days with capitals."""
    return format_date(day, "EEEE d MMMM y", locale=translation.get_language() or "it")


def _queue(*, template: str, **kwargs) -> None:
    queue_mail(stream=Stream.SERVICE, template=f"members/emails/{template}", **kwargs)


def _followers() -> list[User]:
    """Who hears of a request that is nobody's: the commercial people, else whoever runs the place."""
    active = User.objects.filter(is_active=True).order_by("pk")
    for people in (
        active.filter(groups__name=Role.COMMERCIAL),
        active.filter(groups__name=Role.CONSORTIUM_ADMIN),
        active.filter(is_superuser=True),
    ):
        if found := list(people.distinct()):
            return found
    return []


def _admin_address(lead: Lead) -> str:
    return urljoin(settings.BASE_URL + "/", reverse("members_lead_modeladmin_inspect", args=[lead.pk]))
