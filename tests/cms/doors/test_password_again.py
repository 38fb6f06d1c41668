"""The password asked again: who is asked, what is kept, where one goes on."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.models import ModelLogEntry

from cms.doors.reauthentication import SESSION_KEY, Way

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.cms.doors.urls")]
PASSWORD = "rosso di sera"
SECRET = "/admin/test/secret/7/"


@pytest.fixture
def later(login):
    """Somebody who logged in eleven minutes ago."""
    client = login("commercial")
    session = client.session
    session[SESSION_KEY] -= 11 * 60
    session.save()
    return client


def give(client, way, password=PASSWORD):
    """Fill in the page that asks, with the hidden fields it had."""
    data = {"next": way.target, "back": way.back, "carried": way.carried}
    return client.post(reverse("password_again"), {**data, "password": password})


def test_who_has_just_logged_in_is_not_asked(login):
    assert login("commercial").get(SECRET).json()["number"] == 7


def test_a_stranger_is_sent_to_the_login(client):
    assert client.get(SECRET).url.startswith(reverse("wagtailadmin_login"))


def test_a_get_goes_on_where_it_wanted_after_the_password(later):
    asked = later.get(f"{SECRET}?a=1&b=2", headers={"referer": "http://testserver/admin/"}, follow=True)
    assert asked.context["way"].target == f"{SECRET}?a=1&b=2"
    assert asked.context["way"].back == "http://testserver/admin/"
    assert later.get(SECRET).status_code == 302
    on = give(later, asked.context["way"])
    assert f'href="{SECRET}?a=1&amp;b=2" data-go-on' in on.content.decode()
    assert later.get(SECRET).json()["number"] == 7


def test_a_post_keeps_every_typed_word_through_wrong_passwords(later):
    typed = {"name": ["Ada", '<b>Bice</b>\n\nè "qui"'], "token": ["x"]}
    asked = later.post(SECRET, typed)
    assert (asked.status_code, asked.headers["Cache-Control"]) == (403, "no-store")
    wrong = give(later, asked.context["way"], "wrong")
    assert "Non è la tua password" in wrong.content.decode()
    on = give(later, wrong.context["way"])
    assert on.context["way"].target == SECRET
    again = {}
    for name, value in on.context["fields"]:
        again.setdefault(name, []).append(value)
    assert again == typed
    assert later.post(SECRET, again).json() == {"number": 7, "method": "POST", "posted": typed}


def test_a_wrong_password_opens_nothing_and_is_noted_as_a_failed_login(later):
    give(later, later.post(SECRET, {}).context["way"], "wrong")
    assert later.get(SECRET).status_code == 302
    assert ModelLogEntry.objects.filter(action="cms.login_failed", object_id=later.user.pk).count() == 1


def test_anothers_password_is_not_ones_own(later, user_as):
    other = user_as("editor")
    other.set_password("another one")
    other.save()
    give(later, later.post(SECRET, {}).context["way"], "another one")
    assert SESSION_KEY in later.session
    assert later.get(SECRET).status_code == 302


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/x", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(later, away):
    page = later.get(reverse("password_again"), {"next": away, "back": away})
    assert (page.context["way"].target, page.context["way"].back) == ("/admin/", "/admin/")
    assert "evil" not in give(later, Way(away, away)).content.decode()


@pytest.mark.parametrize("carried", ["{", "7", "[1]", '[["a", "b"]]', '[["a", [1]]]', '[[1, ["a"]]]', "\x00"])
def test_a_broken_parcel_is_left_behind(later, carried):
    on = give(later, Way(SECRET, "", carried))
    assert on.status_code == 200
    assert not on.context["fields"]
    assert on.context["way"].target == SECRET


def test_a_script_is_told_in_words(later):
    answer = later.post(SECRET, {}, headers={"x-requested-with": "XMLHttpRequest"})
    assert (answer.status_code, "password" in answer.json()["detail"]) == (403, True)


def test_the_permission_comes_first_and_the_list_itself_asks_nothing(later, login):
    assert later.get("/admin/test/people/").content == b"list"
    assert later.get("/admin/test/people/?export=csv").url.startswith(reverse("password_again"))
    trainer = login("trainer")
    session = trainer.session
    session[SESSION_KEY] = 0
    session.save()
    assert trainer.get("/admin/test/people/?export=csv").status_code == 403


def test_whoever_changes_place_is_asked_anew(later):
    later.logout()
    later.force_login(get_user_model().objects.get(pk=later.user.pk))
    assert later.get(SECRET).status_code == 200
