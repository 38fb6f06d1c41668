"""Forms for anybody: where they may come from, how old they may be, and what machines fill in."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django import forms
from django.test import RequestFactory

from cms.public_forms import PublicForm, refusal
from tests.factories.cms import guarded


class Asking(PublicForm):
    name = forms.CharField()


def post(**headers: str):
    return RequestFactory().post("/", headers=headers, SERVER_NAME="testserver")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Origin": "http://testserver"},
    ],
)
def test_form_of_this_site_is_accepted(headers):
    assert refusal(post(**headers)) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": ""},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://testserver.elsewhere.example"},
        {"Origin": "https://testserver"},
        {"Origin": "http://testserver:8080"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://["},
    ],
)
def test_form_from_elsewhere_is_refused_with_a_sentence(headers):
    assert "un altro sito" in refusal(post(**headers))


def test_browser_that_says_nothing_is_refused_with_what_to_do():
    assert "invia di nuovo" in refusal(post())


def test_referer_alone_is_not_enough():
    assert refusal(post(Referer="http://testserver/contatti/")) is not None


def test_public_address_counts_as_ours_behind_a_proxy(settings):
    settings.BASE_URL = "https://www.cultnetwork.example"
    assert refusal(post(Origin="https://www.cultnetwork.example")) is None
    assert refusal(post(Origin="https://cultnetwork.example")) is not None


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_reading_is_never_refused(method):
    request = getattr(RequestFactory(), method)("/", headers={"Sec-Fetch-Site": "cross-site"})
    assert refusal(request) is None


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_every_method_that_changes_something_is_asked(method):
    assert refusal(getattr(RequestFactory(), method)("/")) is not None


def test_form_filled_by_a_person_is_valid():
    form = Asking(guarded({"name": "Anna"}))
    assert form.is_valid()
    assert form.cleaned_data == {"name": "Anna"}
    assert not form.is_bot


def sent_after(wait: timedelta) -> Asking:
    """The form as rendered, filled in and sent after some time."""
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        page = BeautifulSoup(Asking().guard, "html.parser")
        data = {field["name"]: field.get("value", "") for field in page.find_all("input")}
        clock.shift(wait)
        form = Asking({"name": "Anna", **data})
        form.full_clean()
        return form


@pytest.mark.parametrize("wait", [timedelta(seconds=2), timedelta(hours=5), timedelta(days=7)])
def test_form_may_stand_open_for_a_week(wait):
    assert sent_after(wait).errors == {}


@pytest.mark.parametrize(
    ("wait", "words"),
    [(timedelta(days=7, seconds=1), "troppo a lungo"), (timedelta(seconds=1), "invia di nuovo")],
)
def test_form_too_old_or_too_quick_is_sent_again_with_what_was_typed(wait, words):
    form = sent_after(wait)
    [message] = form.non_field_errors()
    assert words in message
    assert form["name"].value() == "Anna"


@pytest.mark.parametrize(
    "stamp", ["", "1800000000", "1800000000:forged", "😀", "x" * 5000, "\x00", None], ids=repr
)
def test_stamp_that_is_not_ours_counts_as_expired(stamp):
    data = guarded({"name": "Anna"})
    if stamp is None:
        del data["rendered"]
    else:
        data["rendered"] = stamp
    form = Asking(data)
    assert not form.is_valid()
    assert "troppo a lungo" in form.non_field_errors()[0]


def test_stamp_of_another_purpose_is_not_taken():
    from django.core import signing

    form = Asking(guarded({"name": "Anna"}) | {"rendered": signing.Signer(salt="other").sign("1800000000")})
    assert not form.is_valid()


def test_stamp_from_the_future_is_refused():
    with time_machine.travel(1_800_000_000, tick=False):
        assert not Asking(guarded({"name": "Anna"}, age=timedelta(hours=-1))).is_valid()


def test_field_that_people_do_not_see_stops_machines_and_tells_a_person():
    form = Asking(guarded({"name": "Anna", "nickname_again": "bot"}))
    assert form.is_bot
    assert not form.is_valid()
    assert "Se sei una persona" in form.non_field_errors()[0]
    trap = BeautifulSoup(form.guard, "html.parser").find("input", {"name": "nickname_again"})
    assert "value" not in trap.attrs  # a person sends again without it


def test_trap_is_out_of_the_way_of_keyboards_and_screen_readers():
    trap = BeautifulSoup(Asking().guard, "html.parser").find("input", {"name": "nickname_again"})
    assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")
    assert trap.find_parent(attrs={"aria-hidden": "true"})
    assert trap.find_parent("div").find("label")["for"] == trap["id"]


def test_person_who_corrects_a_mistake_is_not_timed_again():
    data = guarded({"name": ""})
    form = Asking(data)
    assert not form.is_valid()
    assert data["rendered"] in form.guard


def test_page_shown_after_the_form_expired_gets_a_new_time():
    data = guarded({"name": "Anna"}, age=timedelta(days=8))
    form = Asking(data)
    assert not form.is_valid()
    assert data["rendered"] not in form.guard


def test_data_that_comes_from_no_page_needs_no_guard():
    assert Asking({"name": "Anna"}, guarded=False).is_valid()
    assert not Asking({"name": "Anna"}).is_valid()


def test_guard_is_no_field_of_the_form():
    assert list(Asking().fields) == ["name"]
