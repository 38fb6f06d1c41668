"""A login that fails too often: closed for this account from this place, told in words, lifted by staff."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY as LOGGED_IN
from django.core.cache import cache
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.doors import lockouts
from cms.models import Lockout

pytestmark = pytest.mark.django_db
PASSWORD = "rosso di sera"


@pytest.fixture(autouse=True)
def counting(settings):
    settings.AXES_ENABLED = True
    settings.TRUSTED_PROXIES = ["127.0.0.1"]


def try_in(client, email, password="wrong", *, place="203.0.113.9"):
    return client.post(
        "/admin/login/", {"username": email, "password": password}, headers={"x-forwarded-for": place}
    )


def words_of(answer) -> str:
    """A page without the tokens that differ at each view."""
    return re.sub(r'(value="|CSRF_TOKEN": ")\w{64}', "", answer.content.decode())


def lock(client, email, **more) -> list[int]:
    return [try_in(client, email, **more).status_code for _try in range(8)]


def test_it_closes_for_this_account_from_this_place_and_says_so(client, user_as):
    user = user_as("editor")
    assert lock(client, user.email) == [200] * 7 + [429]
    answer = try_in(client, user.email.upper(), PASSWORD)
    page = answer.content.decode()
    assert (answer.status_code, "Troppi tentativi" in page) == (429, True)
    assert "/admin/password_reset/" in page
    assert client.get("/admin/password_reset/").status_code == 200
    assert try_in(client, user_as("trainer").email, PASSWORD).status_code == 302
    client.logout()
    assert try_in(client, user.email, PASSWORD, place="203.0.113.10").status_code == 302


def test_spelling_and_ipv6_neighbours_count_together(client, user_as):
    email = user_as("editor").email
    spellings = [email, email.upper(), f" {email}", email.title()] * 2
    answers = [
        try_in(client, spelling, place=f"2001:db8::{number}").status_code
        for number, spelling in enumerate(spellings, 1)
    ]
    assert answers == [200] * 7 + [429]


def test_the_answer_does_not_tell_which_accounts_exist(client, user_as):
    inactive = user_as("trainer", is_active=False)
    pages = []
    for email in (user_as("editor").email, "nobody@house.example", inactive.email):
        password = PASSWORD if email == inactive.email else "wrong"
        answers = [try_in(client, email, password) for _try in range(9)]
        pages.append([(answer.status_code, words_of(answer).replace(email, "")) for answer in answers])
    assert [[status for status, _page in told] for told in pages] == [[200] * 7 + [429] * 2] * 3
    assert pages[0] == pages[1] == pages[2]
    assert Lockout.objects.count() == 2


def test_staff_see_and_lift_it_and_others_do_not(client, login, user_as):
    user = user_as("editor")
    lock(client, user.email)
    try_in(client, user.email)
    lockout = Lockout.objects.get()
    assert lockout.until - lockout.since == timedelta(hours=1)
    assert "203.0.113" not in str(Lockout.objects.values())
    address = f"/admin/cms/lockout/inspect/{lockout.pk}/"
    assert login("trainer").get("/admin/cms/lockout/").status_code == 302
    boss = login("consortium_admin")
    assert user.email in boss.get("/admin/cms/lockout/").content.decode()
    assert boss.get(address).status_code == 200
    boss.post(f"/admin/cms/lockout/action/{lockout.pk}/lift/")
    client.logout()
    try_in(client, user.email, PASSWORD)
    assert LOGGED_IN in client.session
    acted = ModelLogEntry.objects.filter(action__startswith="cms.lockout").order_by("pk")
    assert [entry.action for entry in acted] == ["cms.lockout", "cms.lockout.lifted"]


def test_the_count_stands_in_the_shared_cache(client, user_as):
    email = user_as("editor").email
    lock(client, email)
    cache.clear()
    assert try_in(client, email, PASSWORD).status_code == 302


def test_the_clock_forgets_locks_that_are_over(client, user_as):
    lock(client, user_as("editor").email)
    assert lockouts.forget_over() == 0
    Lockout.objects.update(until=timezone.now())
    assert lockouts.forget_over() == 1
