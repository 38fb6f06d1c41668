"""Places on a course: never more people than places, each told in their language."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from icalendar import Calendar

from cms.models import ConsentRecord, OutboxMessage
from members.models import CourseEdition, Enrolment
from members.services import editions, enrolments
from members.today import today
from tests.factories import members as make


def enrol(edition, email="luca@persone.example", **changes) -> Enrolment:
    words = {
        "first_name": "Luca",
        "last_name": "Neri",
        "language": "it",
        "consent_text": "Acconsento.",
        "source": "/corsi/fondi/",
    }
    return enrolments.enrol(edition=edition, email=email, **{**words, **changes})


@pytest.mark.django_db
def test_a_place_is_confirmed_with_the_consent_as_shown():
    enrolment = enrol(make.CourseEditionFactory(), phone="333 111", organisation_name="Teatro Prova")
    assert enrolment.state == "confirmed"
    assert (enrolment.consent.text, enrolment.consent.purpose, enrolment.consent.source) == (
        "Acconsento.",
        "enrolment",
        "/corsi/fondi/",
    )


@pytest.mark.django_db
def test_the_confirmation_tells_the_dates_in_italian_and_carries_them_as_a_calendar():
    edition = make.CourseEditionFactory(course__title_it="Raccogliere fondi", price_cents=12_000)
    with time_machine.travel("2027-03-01 09:00+01:00", tick=False):
        edition.starts_on, edition.ends_on = today() + timedelta(days=9), today() + timedelta(days=16)
        edition.enrolment_closes_on = today()
        edition.save()
        make.SessionFactory(edition=edition)
        enrol(edition)
    sent = OutboxMessage.objects.get()
    assert sent.subject == "Il tuo posto è confermato: Raccogliere fondi"
    assert "mercoledì 10 marzo 2027, 14:30–17:30, Spazio Gambrinus, Mantova" in sent.text
    assert "120,00" in sent.text
    (attachment,) = sent.attachments
    assert attachment["mime"] == "text/calendar"
    from django.core.files.storage import storages

    with storages[attachment["storage"]].open(attachment["name"]) as file:
        (event,) = Calendar.from_ical(file.read()).events
    assert str(event["SUMMARY"]) == "Raccogliere fondi"
    assert event["DTSTART"].dt.isoformat() == "2027-03-10T14:30:00+01:00"


@pytest.mark.django_db
def test_english_people_are_told_in_english():
    edition = make.CourseEditionFactory(
        course__title_it="Raccogliere fondi", course__title_en="Raising funds"
    )
    make.SessionFactory(edition=edition)
    enrol(edition, language="en")
    assert OutboxMessage.objects.get().subject == "You are enrolled: Raising funds"


@pytest.mark.django_db
def test_people_of_one_edition_share_one_calendar_file():
    edition = make.CourseEditionFactory()
    make.SessionFactory(edition=edition)
    enrol(edition)
    enrol(edition, "anna@persone.example")
    names = {message.attachments[0]["name"] for message in OutboxMessage.objects.all()}
    assert len(names) == 1


@pytest.mark.django_db
def test_a_full_edition_takes_nobody_until_a_place_is_given_back():
    edition = make.CourseEditionFactory(full=True, capacity=1)
    with pytest.raises(enrolments.EditionFull):
        enrol(edition)
    enrolments.cancel(enrolment=edition.enrolments.get(), by=None)
    assert enrol(edition).state == "confirmed"
    assert edition.enrolments.confirmed().count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("situation", ["cancelled", "closed", "not_yet", "past", "course__draft"])
def test_an_edition_that_takes_nobody_says_why(situation):
    edition = make.CourseEditionFactory(**{situation: True})
    with pytest.raises(enrolments.EnrolmentClosed) as refusal:
        enrol(edition)
    assert str(refusal.value)
    assert (Enrolment.objects.count(), ConsentRecord.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_the_last_day_to_enrol_ends_at_midnight_in_mantua():
    edition = make.CourseEditionFactory()
    edition.enrolment_opens_on, edition.enrolment_closes_on = "2027-03-01", "2027-03-05"
    edition.starts_on, edition.ends_on = "2027-03-10", "2027-03-11"
    edition.save()
    for moment, is_open in {
        "2027-02-28 23:30+01:00": False,
        "2027-03-01 00:30+01:00": True,
        "2027-03-05 23:30+01:00": True,
        "2027-03-06 00:30+01:00": False,
    }.items():
        with time_machine.travel(moment, tick=False):
            try:
                enrol(edition, f"{moment[:10]}@persone.example")
                assert is_open, moment
            except enrolments.EnrolmentClosed:
                assert not is_open, moment


@pytest.mark.django_db
def test_a_person_enrols_once_and_again_only_after_cancelling():
    edition = make.CourseEditionFactory()
    first = enrol(edition)
    with pytest.raises(enrolments.AlreadyEnrolled):
        enrol(edition, " LUCA@Persone.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.EnrolmentFactory(edition=edition, email="luca@persone.example")
    enrolments.cancel(enrolment=first, by=None)
    assert enrol(edition).pk != first.pk


@pytest.mark.django_db
def test_cancelling_twice_tells_the_person_once():
    enrolment = enrol(make.CourseEditionFactory())
    ada = make.UserFactory()
    enrolments.cancel(enrolment=enrolment, by=ada)
    enrolments.cancel(enrolment=enrolment, by=ada)
    assert enrolment.cancelled_at is not None
    told = OutboxMessage.objects.filter(template="members/emails/enrolment_cancelled")
    assert [message.subject for message in told] == [
        f"Iscrizione annullata: {enrolment.edition.course.title_it}"
    ]


@pytest.mark.django_db
def test_calling_an_edition_off_tells_everybody_who_has_a_place():
    edition = make.CourseEditionFactory()
    enrol(edition)
    enrolments.cancel(enrolment=enrol(edition, "anna@persone.example"), by=None)
    OutboxMessage.objects.all().delete()
    editions.cancel_edition(edition=edition, by=None)
    editions.cancel_edition(edition=edition, by=None)
    assert [message.to for message in OutboxMessage.objects.all()] == ["luca@persone.example"]
    with pytest.raises(enrolments.EnrolmentClosed):
        enrol(edition, "nuova@persone.example")


@pytest.mark.django_db
def test_odd_words_are_kept_and_break_nothing():
    edition = make.CourseEditionFactory()
    enrolment = enrol(edition, first_name="\x00" + "🎭" * 200, last_name="<b>\r\nBcc: x", phone="9" * 99)
    enrolment = Enrolment.objects.get(pk=enrolment.pk)
    assert enrolment.first_name == "🎭" * 80
    assert enrolment.last_name == "<b> Bcc: x"
    with pytest.raises(ValidationError):
        enrol(edition, "nobody@nowhere")


@pytest.mark.django_db
def test_an_edition_with_people_on_it_cannot_be_deleted():
    edition = enrol(make.CourseEditionFactory()).edition
    from django.db.models import ProtectedError

    with pytest.raises(ProtectedError):
        edition.delete()
    with pytest.raises(ProtectedError):
        edition.course.delete()


@pytest.mark.django_db(transaction=True)
def test_ten_people_at_once_and_one_place_leave_one_confirmed():
    edition = make.CourseEditionFactory(capacity=1)
    start = threading.Barrier(10)
    outcomes: list[str] = []

    def try_to_enrol(number: int) -> None:
        try:
            same = CourseEdition.objects.get(pk=edition.pk)
            start.wait(timeout=20)
            enrol(same, f"persona{number}@persone.example")
            outcomes.append("confirmed")
        except enrolments.EditionFull:
            outcomes.append("full")
        except Exception as trouble:  # told below: a thread's error would otherwise go unseen
            outcomes.append(repr(trouble))
        finally:
            connection.close()

    people = [threading.Thread(target=try_to_enrol, args=(number,)) for number in range(10)]
    for person in people:
        person.start()
    for person in people:
        person.join(timeout=60)
    assert sorted(outcomes) == ["confirmed"] + ["full"] * 9
    assert edition.enrolments.confirmed().count() == 1
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_person_clicking_ten_times_at_once_has_one_place():
    edition = make.CourseEditionFactory(capacity=20)
    start = threading.Barrier(10)
    outcomes: list[str] = []

    def click() -> None:
        try:
            start.wait(timeout=20)
            enrol(edition)
            outcomes.append("confirmed")
        except enrolments.AlreadyEnrolled:
            outcomes.append("already")
        except Exception as trouble:
            outcomes.append(repr(trouble))
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(10)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join(timeout=60)
    assert sorted(outcomes) == ["already"] * 9 + ["confirmed"]
