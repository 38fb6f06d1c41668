"""Publishing and reverting words changes no working record."""

import pytest
from django.core import serializers
from django.urls import reverse

from members.models import Competence, Course, CourseEdition, Enrolment, FormatPart, ServiceFormat, Session
from tests.factories import members as make

pytestmark = pytest.mark.django_db

WORKING = [CourseEdition, Session, Enrolment, ServiceFormat, FormatPart]


def working_records() -> list[str]:
    """Every row of every working record, with who is tied to which competence."""
    rows = [serializers.serialize("json", model.objects.order_by("pk")) for model in WORKING]
    for model in (ServiceFormat, FormatPart, make.Cooperative):
        through = model.competences.through
        rows.append(str(list(through.objects.order_by("pk").values())))
    return rows


@pytest.fixture
def at_work():
    """A course with an edition, sessions and people, and a format woven by two cooperatives."""
    edition = make.CourseEditionFactory(capacity=3)
    make.SessionFactory.create_batch(2, edition=edition)
    make.EnrolmentFactory(edition=edition)
    competence = make.CompetenceFactory(slug="teatro", name_it="Teatro")
    one, two = make.CooperativeFactory.create_batch(2, competences=[competence])
    woven = make.ServiceFormatFactory(woven_by=[one, two])
    woven.competences.add(competence)
    part = woven.parts.first()
    part.competences.add(competence)
    part.save()
    return edition.course, competence


def test_publishing_and_reverting_a_course_changes_no_working_record(at_work):
    course, competence = at_work
    first = course.save_revision()
    first.publish()
    course.title_it, course.competences = "Un altro titolo", [competence]
    course.save_revision().publish()
    # Work goes on between the two versions of the words.
    edition = make.CourseEditionFactory(course=course)
    make.SessionFactory(edition=edition)
    make.EnrolmentFactory(edition=edition)
    before = working_records()
    first.publish()
    course.refresh_from_db()
    assert course.title_it != "Un altro titolo"
    assert working_records() == before
    course.unpublish()
    assert working_records() == before


def test_reverting_a_competence_changes_no_working_record(at_work):
    _course, competence = at_work
    first = competence.save_revision()
    competence.name_it = "Teatro di figura"
    competence.save()
    competence.save_revision()
    make.CooperativeFactory(competences=[competence])
    before = working_records()
    first.as_object().save()
    competence.refresh_from_db()
    assert competence.name_it == "Teatro"
    assert working_records() == before


def test_a_draft_of_a_course_is_not_what_the_public_reads():
    course = make.CourseFactory(title_it="Pubblicato")
    course.title_it = "Bozza"
    course.save_revision()
    assert Course.objects.live().get().title_it == "Pubblicato"


def test_an_editor_writes_previews_and_publishes_a_course(login):
    client = login()
    words = {
        "title_it": "Raccogliere fondi",
        "title_en": "",
        "summary_it": "Tre incontri",
        "summary_en": "",
        "body_it": '{"blocks": [], "entityMap": {}}',
        "body_en": '{"blocks": [], "entityMap": {}}',
        "image": "",
        "image_alt_it": "",
        "image_alt_en": "",
        "slug": "raccogliere-fondi",
    }
    add = reverse("wagtailsnippets_members_course:add")
    assert client.get(add).status_code == 200
    assert client.post(add, words | {"action-publish": "1"}).status_code == 302
    course = Course.objects.get(slug="raccogliere-fondi")
    assert course.live
    preview = reverse("wagtailsnippets_members_course:preview_on_edit", args=[course.pk])
    assert client.post(preview, words | {"title_it": "Anteprima"}).json() == {
        "is_valid": True,
        "is_available": True,
    }
    assert "Anteprima" in client.get(preview, {"mode": "it"}).content.decode()
    assert '<html lang="en">' in client.get(preview, {"mode": "en"}).content.decode()
    assert Course.objects.get().title_it == "Raccogliere fondi"


def test_two_courses_cannot_have_one_address(login):
    make.CourseFactory(slug="uguale")
    response = login().post(
        reverse("wagtailsnippets_members_course:add"), {"title_it": "Altro", "slug": "uguale"}
    )
    assert response.status_code == 200
    assert Course.objects.count() == 1


def test_courses_with_their_next_edition():
    from datetime import timedelta

    from members.today import today

    late, soon, none = make.CourseFactory.create_batch(3)
    make.CourseEditionFactory(course=late, starts_on=today() + timedelta(days=60))
    near = make.CourseEditionFactory(course=soon, starts_on=today() + timedelta(days=10))
    make.CourseEditionFactory(course=soon, cancelled=True, starts_on=today() + timedelta(days=5))
    make.CourseEditionFactory(course=none, past=True)
    found = {
        course.pk: course
        for course in Course.objects.with_next_edition(today()).with_upcoming_editions(today())
    }
    assert found[soon.pk].next_edition_id == near.pk
    assert found[none.pk].next_edition_id is None
    assert [edition.places_left for edition in found[soon.pk].upcoming_editions] == [12]


def test_the_competence_has_a_thread_in_the_weave():
    assert make.CompetenceFactory(hue="plum", rhythm=3).hue == "plum"
    with pytest.raises(Exception, match="competence_rhythm"):
        Competence.objects.create(slug="x", name_it="X", rhythm=6)


def test_a_competence_is_previewed_in_both_languages(login):
    client = login()
    competence = make.CompetenceFactory(name_it="Teatro", name_en="Theatre")
    preview = reverse("wagtailsnippets_members_competence:preview_on_edit", args=[competence.pk])
    words = {"name_it": "Teatri", "name_en": "Theatres", "slug": "teatro", "hue": "lotus", "rhythm": "2"}
    assert client.post(preview, words).json()["is_valid"]
    assert "Teatri" in client.get(preview, {"mode": "it"}).content.decode()
    assert "Theatres" in client.get(preview, {"mode": "en"}).content.decode()
