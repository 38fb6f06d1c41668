"""The last place on a course, and what the next person reads."""

import pytest
from django.core import mail
from playwright.sync_api import expect

from members.models import Enrolment
from tests.factories.members import CourseEditionFactory, CourseFactory, EnrolmentFactory
from tests.factories.pages import CourseIndexPageFactory
from tests.journeys.words import italian

pytestmark = [pytest.mark.journey, pytest.mark.database]


@pytest.fixture
def course_url(live_site) -> str:
    """A course with one edition of two places, of which one is taken."""
    course = CourseFactory(slug="raccolta-fondi", title_it="Raccolta fondi")
    EnrolmentFactory(edition=CourseEditionFactory(course=course, capacity=2))
    return f"{CourseIndexPageFactory().url}raccolta-fondi/"


def fill_in(page, first_name: str, last_name: str, email: str) -> None:
    form = page.locator("#enrol form")
    form.get_by_label(italian("First name"), exact=True).fill(first_name)
    form.get_by_label(italian("Last name")).fill(last_name)
    form.get_by_label("E-mail", exact=True).fill(email)
    form.locator("[name=consent]").check()


def send(page) -> None:
    page.locator("#enrol form [type=submit]").click()


def test_the_last_place_is_taken_and_the_next_person_is_told(page_at, course_url):
    quick, slow = page_at(), page_at(360)
    for visitor in (quick, slow):
        visitor.goto(course_url)
    fill_in(quick, "Ada", "Gonzaga", "ada@persone.example")
    # Both have the form with its last place before them.
    fill_in(slow, "Livia", "Pomponazzo", "livia@persone.example")
    send(quick)
    quick.wait_for_url("**/raccolta-fondi/grazie/**")
    expect(quick.get_by_role("heading", level=1)).to_be_visible()

    send(slow)
    expect(slow.get_by_role("alert")).to_contain_text(italian("All the places on this edition are taken."))
    assert slow.locator("[name=email]").input_value() == "livia@persone.example"
    assert slow.locator("[name=first_name]").input_value() == "Livia"

    late = page_at()
    late.goto(course_url)
    expect(late.locator("#enrol")).to_contain_text(italian("All the places are taken"))
    assert not late.locator("#enrol form").count()

    enrolled = Enrolment.objects.confirmed().values_list("email", flat=True)
    assert len(enrolled) == 2
    assert "ada@persone.example" in enrolled
    assert [letter.to for letter in mail.outbox] == [["ada@persone.example"]]
    assert "Raccolta fondi" in mail.outbox[0].subject + mail.outbox[0].body
