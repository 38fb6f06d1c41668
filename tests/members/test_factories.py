"""The situations that other tests name are what they say."""

import pytest
from django.utils import timezone

from members.models import CourseEdition
from tests.factories import members as make

pytestmark = pytest.mark.django_db


def test_an_open_edition_is_open_and_a_full_one_has_no_place_left():
    today = timezone.localdate()
    open_one, full = make.CourseEditionFactory(), make.CourseEditionFactory(full=True, capacity=2)
    make.CourseEditionFactory(closed=True)
    make.CourseEditionFactory(not_yet=True)
    make.CourseEditionFactory(cancelled=True)
    make.CourseEditionFactory(course__draft=True)
    make.CourseEditionFactory(past=True)
    assert set(CourseEdition.objects.open(today)) == {open_one, full}
    assert list(CourseEdition.objects.open(today).not_full()) == [open_one]
    places = CourseEdition.objects.with_places_left().get(pk=full.pk)
    assert (places.places_taken, places.places_left) == (2, 0)


def test_lost_requests_have_a_reason_and_formats_their_weavers():
    assert make.LeadFactory(lost=True).lost_reason.name_it == "prezzo"
    one, two = make.CooperativeFactory.create_batch(2)
    woven = make.ServiceFormatFactory(woven_by=[one, two])
    assert [part.cooperative for part in woven.parts.all()] == [one, two]
