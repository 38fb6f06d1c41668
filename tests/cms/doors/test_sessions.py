"""Where somebody is logged in, as they see it, and how it ends."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY as LOGGED_IN
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.doors import sessions
from cms.doors.user_agents import browser_and_system
from cms.models import SignIn

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


def enter(user, user_agent: str = FIREFOX, **more) -> Client:
    client = Client(headers={"user-agent": user_agent})
    client.post("/admin/login/", {"username": user.email, "password": "rosso di sera", **more})
    assert LOGGED_IN in client.session
    return client


def is_in(client) -> bool:
    return client.get("/admin/account/doors/").status_code == 200


def test_each_session_is_listed_in_words_and_this_one_marked(user_as):
    user = user_as("editor")
    here = enter(user)
    enter(user, IPHONE)
    page = here.get("/admin/account/doors/").content.decode()
    assert "Firefox, Linux" in page
    assert "Safari, iPhone" in page
    assert page.count(">questa<") == 1
    columns = {field.name for field in SignIn._meta.get_fields()}
    assert columns == {"id", "user", "session_key", "browser", "system", "first_seen", "last_seen"}


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, ("Firefox", "Linux")),
        (IPHONE, ("Safari", "iPhone")),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", ("Edge", "Windows")),
        ("curl/8", ("", "")),
        ("", ("", "")),
    ],
)
def test_browsers_are_told_apart(user_agent, words):
    assert browser_and_system(user_agent) == words


def test_one_ends_one_or_all_others_but_nobody_elses(user_as):
    user, other = user_as("editor"), user_as("trainer")
    here, there, third, theirs = enter(user), enter(user, IPHONE), enter(user), enter(other)
    sign_in = SignIn.objects.get(session_key=there.session.session_key)
    here.post(f"/admin/account/doors/end/{sign_in.pk}/")
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)
    foreign = SignIn.objects.get(user=other)
    assert here.post(f"/admin/account/doors/end/{foreign.pk}/").status_code == 404
    here.post("/admin/account/doors/end/")
    assert (is_in(here), is_in(third), is_in(theirs)) == (True, False, True)


def test_a_changed_password_ends_the_others_and_the_list_knows(user_as):
    user = user_as("editor")
    here, there = enter(user), enter(user)
    profile = {"name_email-email": user.email, "name_email-first_name": "Ada", "name_email-last_name": "B"}
    passwords = {
        "password-old_password": "rosso di sera",
        "password-new_password1": "bel tempo si spera",
        "password-new_password2": "bel tempo si spera",
    }
    rest = {"locale-preferred_language": "it", "theme-theme": "system", "theme-contrast": "system"}
    answer = here.post("/admin/account/", profile | passwords | rest | {"theme-density": "default"})
    assert answer.status_code == 302, answer.context["panels_by_tab"]
    assert (is_in(here), is_in(there)) == (True, False)
    user.refresh_from_db()
    assert [found.is_this for found in sessions.open_sessions(user, asking=here.session.session_key)] == [
        True
    ]


def test_an_administrator_ends_somebodys_sessions(login, user_as):
    person = user_as("editor")
    there = enter(person)
    boss = login("consortium_admin")
    page = boss.get("/admin/users/").content.decode()
    assert f"/admin/people/{person.pk}/doors/" in page
    boss.post(f"/admin/people/{person.pk}/doors/end/")
    assert not is_in(there)
    entry = ModelLogEntry.objects.get(action="cms.sessions.ended")
    assert (entry.user, entry.data) == (boss.user, {"closed": 1})


def test_last_seen_is_written_in_broad_steps(user_as):
    client = enter(user_as("editor"))
    is_in(client)

    def seen_after(minutes: int) -> bool:
        then = timezone.now() - timedelta(minutes=minutes)
        SignIn.objects.update(last_seen=then)
        caches["local"].clear()
        is_in(client)
        return SignIn.objects.get().last_seen > then

    assert (seen_after(3), seen_after(6)) == (False, True)
    SignIn.objects.update(last_seen=timezone.now() - timedelta(minutes=6))
    with CaptureQueriesContext(connection) as queries:
        is_in(client)
    assert not any("UPDATE" in query["sql"] for query in queries)


@pytest.mark.parametrize(("remember", "stays"), [("", False), ("on", True)])
def test_a_session_that_rests_for_half_a_day_ends_unless_remembered(user_as, remember, stays):
    client = enter(user_as("editor"), **({"remember": remember} if remember else {}))
    SignIn.objects.update(last_seen=timezone.now() - timedelta(hours=13))
    caches["local"].clear()
    assert is_in(client) is stays


def test_the_clock_forgets_sessions_that_are_gone(user_as):
    client = enter(user_as("editor"))
    client.post("/admin/logout/")
    stays = enter(user_as("editor"))
    assert sessions.forget_ended() == 1
    assert is_in(stays)
