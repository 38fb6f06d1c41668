"""Two people on one form, with its inline children, or on a snippet: the later is told, nothing is lost."""

import html
import re

import pytest
from django.http import QueryDict
from django.urls import reverse

from cms.modeladmin.values import stored_data
from members.models import Competence, Course, Session
from tests.factories.members import CompetenceFactory, CourseEditionFactory, CourseFactory, SessionFactory

pytestmark = pytest.mark.django_db


def as_posted(response):
    """What a browser would post of an edit form that nobody touched."""
    form, data = response.context["form"], QueryDict(mutable=True)
    forms = [form]
    for formset in getattr(form, "formsets", {}).values():
        forms += [formset.management_form, *formset.initial_forms]
    for each in forms:
        for name in each.fields:
            for key, values in stored_data(each, name).lists():
                data.setlist(key, values)
    return renewed(data, response)


def renewed(data, response):
    text = response.content.decode()
    for name in ("opened_version", "opened_values"):
        data[name] = html.unescape(re.search(rf'name="{name}" value="([^"]*)"', text).group(1))
    return data


def posted_again(response):
    """The form that came back, with what stands in it."""
    form, data = response.context["form"], QueryDict(mutable=True)
    for key, values in form.data.lists():
        data.setlist(key, values)
    return renewed(data, response)


@pytest.fixture
def edition():
    edition = CourseEditionFactory(teacher="Ada")
    SessionFactory.create_batch(2, edition=edition)
    return edition


def address(edition):
    return reverse("members_courseedition_modeladmin_edit", args=[edition.pk])


def told(response):
    changes = response.context["meanwhile"].changes
    return {(str(change.label).rsplit(": ")[-1], change.is_mine) for change in changes}


def test_fields_of_children_are_merged_and_what_both_changed_is_told(login, edition):
    client, (first, second) = login(), edition.sessions.all()
    data = as_posted(client.get(address(edition)))
    assert client.post(address(edition), data).status_code == 302, "nobody came in between"
    data = as_posted(client.get(address(edition)))
    Session.objects.filter(pk=first.pk).update(place="Sala blu")
    Session.objects.filter(pk=second.pk).update(place="Sala rossa")
    data["teacher"], data["sessions-1-place"] = "Bea", "Teatro"
    late = client.post(address(edition), data)
    assert late.status_code == 409
    assert told(late) == {("Luogo", False), ("Luogo", True)}
    assert client.post(address(edition), posted_again(late)).status_code == 302
    edition.refresh_from_db()
    assert edition.teacher == "Bea"
    assert [session.place for session in edition.sessions.all()] == ["Sala blu", "Teatro"]


def test_a_child_deleted_meanwhile_keeps_what_was_typed_into_it(login, edition):
    client = login()
    data = as_posted(client.get(address(edition)))
    data["sessions-0-place"] = "Typed"
    Session.objects.all().delete()
    late = client.post(address(edition), data)
    assert late.status_code == 409
    assert {is_mine for _label, is_mine in told(late)} == {True, False}
    assert client.post(address(edition), posted_again(late)).status_code == 302
    assert [session.place for session in edition.sessions.all()] == ["Typed"]


def test_a_child_added_meanwhile_is_told_and_stays(login, edition):
    client = login()
    data = as_posted(client.get(address(edition)))
    SessionFactory(edition=edition, place="Added")
    late = client.post(address(edition), data | {})
    assert late.status_code == 409
    assert client.post(address(edition), posted_again(late)).status_code == 302
    assert edition.sessions.count() == 3
    assert edition.sessions.filter(place="Added").exists()


@pytest.mark.parametrize("values", ["", "[]", '{"children": {"sessions": [1]}}', '{"fields": 3}'])
def test_an_opening_that_cannot_be_read_is_no_error(login, edition, values):
    client = login()
    data = as_posted(client.get(address(edition)))
    data["opened_values"], data["sessions-TOTAL_FORMS"] = values, "x"
    assert client.post(address(edition), data).status_code in (200, 302, 409, 422)
    data["sessions-TOTAL_FORMS"] = "40"
    data["sessions-0-id"] = "x"
    assert client.post(address(edition), data).status_code in (200, 302, 409, 422)


@pytest.mark.parametrize("count", ["101", "9999"])
def test_more_children_than_a_form_holds_are_told_and_not_all_made(login, edition, count):
    client = login()
    data = as_posted(client.get(address(edition)))
    data["sessions-TOTAL_FORMS"] = count
    answer = client.post(address(edition), data)
    formset = answer.context["form"].formsets["sessions"]
    assert len(formset.forms) == 101
    assert "Qui stanno al massimo 100 righe" in answer.content.decode()
    assert edition.sessions.count() == 2


def test_the_later_of_two_savers_of_a_snippet_is_told_and_keeps_the_text(login):
    client, competence = login(), CompetenceFactory(name_it="Teatro", description_it="Before")
    edit = reverse("wagtailsnippets_members_competence:edit", args=[competence.pk])
    data = as_posted(client.get(edit))
    Competence.objects.filter(pk=competence.pk).update(name_it="Teatro e danza", description_it="Theirs")
    data["description_it"] = "Mine"
    late = client.post(edit, data)
    assert late.status_code == 409
    assert late.context["form"]["description_it"].value() == "Mine"
    assert client.post(edit, posted_again(late)).status_code == 302
    competence.refresh_from_db()
    assert (competence.name_it, competence.description_it) == ("Teatro e danza", "Mine")


def test_the_later_of_two_drafts_of_a_course_is_told(login):
    client, course = login(), CourseFactory(title_it="Guide")
    course.save_revision()
    edit = reverse("wagtailsnippets_members_course:edit", args=[course.pk])
    data = as_posted(client.get(edit))
    theirs = Course.objects.get(pk=course.pk).get_latest_revision_as_object()
    theirs.summary_it = "Theirs"
    theirs.save_revision()
    data["title_it"] = "Guide e letture"
    late = client.post(edit, data)
    assert late.status_code == 409
    assert client.post(edit, posted_again(late)).status_code == 302
    latest = Course.objects.get(pk=course.pk).get_latest_revision_as_object()
    assert (latest.title_it, latest.summary_it) == ("Guide e letture", "Theirs")
