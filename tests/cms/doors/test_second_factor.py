"""The login with a second factor, from every side."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import SESSION_KEY as LOGGED_IN
from django.core.management import CommandError, call_command
from django.urls import URLPattern, get_resolver
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from wagtail.models import ModelLogEntry

from cms.doors import pending, second_factor
from cms.models import OutboxMessage, SecondFactorPolicy
from cms.roles import Role
from tests.cms.doors.conftest import Phone

pytestmark = pytest.mark.django_db
CODE = "/admin/login/code/"
SET_UP = "/admin/login/set-up/"


def actions() -> list[str]:
    return list(ModelLogEntry.objects.order_by("timestamp", "pk").values_list("action", flat=True))


def everything_under_admin() -> list[str]:
    """Every address of the admin that needs no more than numbers and words."""
    found = []

    def walk(patterns, before: str) -> None:
        for pattern in patterns:
            here = before + str(pattern.pattern).lstrip("^").rstrip("$")
            if not isinstance(pattern, URLPattern):
                walk(pattern.url_patterns, here)
            elif here.startswith(("admin/", "documents/", "api/v3-preview/")):
                found.append(here)

    walk(get_resolver().url_patterns, "")
    return found


def filled(pattern: str) -> str:
    address = re.sub(r"\(\?P<\w*(?:id|pk)>[^)]*\)", "1", pattern)
    address = re.sub(r"\(\?P<\w+>[^)]*\)", "x", address)
    address = re.sub(r"<(?:int|path|str|slug|uuid):(\w+)>", "1", address)
    return "/" + re.sub(r"<\w+>", "1", address)


def test_password_alone_opens_nothing_once_a_second_factor_is_set_up(
    client, user_as, phone_of, give_password
):
    user = user_as("commercial")
    phone = phone_of(user)
    answer = give_password(user, next="/admin/reports/")
    assert (answer.status_code, answer.url) == (302, CODE)
    assert LOGGED_IN not in client.session
    answer = client.post(CODE, {"code": phone.code()})
    assert (answer.status_code, answer.url) == (302, "/admin/reports/")
    assert client.get("/admin/account/").status_code == 200
    assert actions()[-2:] == ["cms.second_factor.set", "cms.login"]


def test_no_address_of_the_admin_opens_between_password_and_code(client, user_as, phone_of, give_password):
    """Under the admin each leads to the login; elsewhere each answers as it answers a stranger."""
    user = user_as("consortium_admin")
    phone_of(user)
    addresses = [filled(pattern) for pattern in everything_under_admin()]
    own_steps = ("/admin/login", "/admin/sprite", "/admin/jsi18n", "/admin/password_reset", "/admin/.*")
    addresses = [address for address in addresses if not address.startswith(own_steps)]
    elsewhere = [address for address in addresses if not address.startswith("/admin/")]
    assert (len(addresses) > 200, len(elsewhere) > 0) == (True, True)
    strangers = {address: client.get(address).status_code for address in elsewhere}
    give_password(user)
    assert pending.SESSION_KEY in client.session
    answers = {address: client.get(address) for address in addresses}
    assert {address: answers[address].status_code for address in elsewhere} == strangers
    opened = {
        address: answer.status_code
        for address, answer in answers.items()
        if address not in elsewhere
        and not getattr(answer, "url", "").startswith("/admin/login/?next=")
        and answer.status_code not in (404, 405)
    }
    assert opened == {}


def test_whoever_is_half_way_is_led_to_the_code_and_keeps_the_way(client, user_as, phone_of, give_password):
    user = user_as("commercial")
    phone = phone_of(user)
    give_password(user)
    assert client.get("/admin/login/?next=/admin/pages/").url == CODE
    assert client.post(CODE, {"code": phone.code()}).url == "/admin/pages/"


def test_a_way_to_another_site_is_not_kept(client, user_as, phone_of, give_password):
    user = user_as("commercial")
    phone = phone_of(user)
    give_password(user, next="https://evil.example/")
    client.get("/admin/login/?next=//evil.example/")
    assert client.post(CODE, {"code": phone.code()}).url == "/admin/"


def test_the_same_code_opens_once(client, user_as, phone_of, give_password):
    user = user_as("commercial")
    phone = phone_of(user)
    code = phone.code()
    give_password(user)
    assert client.post(CODE, {"code": f" {code[:3]} {code[3:]} "}).status_code == 302
    client.logout()
    give_password(user)
    answer = client.post(CODE, {"code": code})
    assert "Questo codice non apre" in answer.content.decode()
    assert LOGGED_IN not in client.session


@pytest.mark.parametrize(("steps", "opens"), [(-1, True), (1, True), (-3, False), (3, False)])
def test_a_clock_may_be_half_a_minute_off(client, user_as, phone_of, give_password, steps, opens):
    user = user_as("commercial")
    phone = phone_of(user)
    give_password(user)
    client.post(CODE, {"code": phone.code(steps=steps)})
    assert (LOGGED_IN in client.session) is opens


def test_wrong_codes_wait_and_are_noted(client, user_as, phone_of, give_password):
    user = user_as("commercial")
    phone = phone_of(user)
    give_password(user)
    for wrong in ("000000", "nonsense", "0" * 41, "", "١٢٣٤٥٦", "\x00"):
        assert client.post(CODE, {"code": wrong}).status_code == 200
    assert "cms.code_failed" in actions()
    # The right one, too soon after: not even looked at.
    assert "Troppi codici sbagliati" in client.post(CODE, {"code": phone.code()}).content.decode()
    TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(hours=1))
    assert client.post(CODE, {"code": phone.code()}).status_code == 302


def test_wrong_codes_close_the_login_like_wrong_passwords(client, user_as, phone_of, give_password, settings):
    settings.AXES_ENABLED = True
    user = user_as("commercial")
    phone = phone_of(user)
    give_password(user)
    answers = [client.post(CODE, {"code": "000000"}).status_code for _try in range(9)]
    assert answers == [200] * 7 + [429] * 2
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert client.post(CODE, {"code": phone.code()}).status_code == 429
    assert LOGGED_IN not in client.session


def test_a_lost_phone_opens_with_a_recovery_code_once(client, user_as, phone_of, give_password):
    user = user_as("commercial")
    phone = phone_of(user)
    assert len(set(phone.codes)) == 10
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert not kept & {code.replace("-", "") for code in phone.codes}
    give_password(user)
    assert client.post(CODE, {"code": phone.codes[3].upper()}).status_code == 302
    assert "con un codice di recupero; ne restano 9" in client.get("/admin/").content.decode()
    assert OutboxMessage.objects.get().to == user.email
    client.logout()
    StaticDevice.objects.update(throttling_failure_timestamp=None)
    give_password(user)
    client.post(CODE, {"code": phone.codes[3]})
    assert LOGGED_IN not in client.session
    assert second_factor.recovery_codes_left(user) == 9


def test_a_recovery_code_is_nobody_elses(client, user_as, phone_of, give_password):
    mine, theirs = phone_of(user_as("commercial")), phone_of(user_as("editor"))
    give_password(user_as("commercial"))
    client.post(CODE, {"code": theirs.codes[0]})
    assert LOGGED_IN not in client.session
    assert mine.codes != theirs.codes


def test_roles_that_need_it_set_it_up_at_the_login(client, user_as, give_password, settings):
    settings.SECOND_FACTOR_ENFORCED = True
    user = user_as("fundraiser")
    assert give_password(user, next="/admin/pages/").url == SET_UP
    page = client.get(SET_UP)
    device = TOTPDevice.objects.get(user=user, confirmed=False)
    assert client.get(SET_UP).context["secret"] == page.context["secret"]
    # It scales: a picture cut at its edge is read by no camera.
    assert '<svg viewBox="0 0 ' in page.content.decode()
    assert "http" not in page.content.decode().split("<svg")[1].split("</svg>")[0].replace(
        "http://www.w3.org/2000/svg", ""
    )
    assert "Questo codice non apre" in client.post(SET_UP, {"code": "000000"}).content.decode()
    TOTPDevice.objects.update(throttling_failure_timestamp=None)
    answer = client.post(SET_UP, {"code": Phone(device).code()})
    assert len(answer.context["codes"]) == 10
    assert answer.context["address"] == "/admin/pages/"
    assert client.get("/admin/").status_code == 200


def test_which_roles_need_it_is_a_record(user_as, superuser, settings):
    people = {role: user_as(role) for role in Role.values}
    assert not any(second_factor.is_required(person) for person in people.values())
    settings.SECOND_FACTOR_ENFORCED = True
    needed = {role for role, person in people.items() if second_factor.is_required(person)}
    assert needed == {Role.CONSORTIUM_ADMIN, Role.FUNDRAISER, Role.AUDITOR}
    SecondFactorPolicy.load().groups.clear()
    assert not second_factor.is_required(people[Role.AUDITOR])
    assert second_factor.is_required(superuser)


def test_the_record_is_kept_in_settings(login):
    client = login("consortium_admin")
    address = "/admin/settings/cms/secondfactorpolicy/1/"
    page = client.get(address).content.decode()
    assert all(str(role.label) in page for role in Role)
    assert client.post(address, {"groups": []}).status_code == 302
    assert not SecondFactorPolicy.load().groups.exists()
    assert login("editor").get(address).status_code == 302


def test_the_password_alone_cannot_replace_a_second_factor(client, user_as, phone_of, give_password):
    user = user_as("commercial")
    phone_of(user)
    give_password(user)
    assert client.get(SET_UP).url == CODE
    assert client.post(SET_UP, {"code": "000000"}).url == CODE


def test_who_was_logged_in_before_the_rule_gives_the_code_too(login, phone_of, settings):
    client = login("auditor")
    phone = phone_of(client.user)
    client.force_login(client.user)
    assert client.get("/admin/").status_code == 200
    settings.SECOND_FACTOR_ENFORCED = True
    answer = client.get("/admin/reports/site-history/", follow=True)
    assert answer.redirect_chain[-1][0] == CODE
    assert client.post(CODE, {"code": phone.code()}).url == "/admin/reports/site-history/"
    assert client.get("/admin/reports/site-history/").status_code == 200


def test_the_wait_for_a_code_ends(client, user_as, phone_of, give_password, time_machine):
    user = user_as("commercial")
    phone = phone_of(user)
    give_password(user)
    time_machine.move_to(timezone.now() + timedelta(minutes=11))
    assert client.post(CODE, {"code": phone.code()}).url == "/admin/login/"


def test_a_password_changed_meanwhile_lets_go(client, user_as, phone_of, give_password):
    user = user_as("commercial")
    phone = phone_of(user)
    give_password(user)
    user.set_password("another one")
    user.save()
    assert client.post(CODE, {"code": phone.code()}).url == "/admin/login/"


def test_one_may_start_over_as_somebody_else(client, user_as, phone_of, give_password):
    user = user_as("commercial")
    phone_of(user)
    give_password(user)
    client.post("/admin/login/start-over/")
    assert client.get("/admin/login/").status_code == 200


def test_strangers_are_sent_to_the_login(client):
    for address in (CODE, SET_UP):
        assert client.get(address).url == "/admin/login/"


def test_an_administrator_takes_it_away_and_the_person_is_told(login, user_as, phone_of, client):
    person = user_as("commercial")
    phone_of(person)
    boss = login("consortium_admin")
    page = boss.get(f"/admin/people/{person.pk}/doors/")
    assert page.status_code == 200
    boss.post(f"/admin/people/{person.pk}/doors/reset/")
    assert not second_factor.has_one(person)
    assert OutboxMessage.objects.get().to == person.email
    entry = ModelLogEntry.objects.get(action="cms.second_factor.reset")
    assert (entry.user, entry.object_id) == (boss.user, str(person.pk))
    assert login("editor").get(f"/admin/people/{person.pk}/doors/").status_code == 302


def test_nobody_but_a_superuser_touches_a_superuser(login, superuser, phone_of):
    phone_of(superuser)
    login("consortium_admin").post(f"/admin/people/{superuser.pk}/doors/reset/")
    assert second_factor.has_one(superuser)


def test_the_last_administrator_is_let_in_by_who_runs_the_site(superuser, phone_of):
    phone_of(superuser)
    call_command("reset_second_factor", superuser.email.upper(), stdout=StringIO())
    assert not second_factor.has_one(superuser)
    assert ModelLogEntry.objects.get(action="cms.second_factor.reset").user is None
    with pytest.raises(CommandError, match="Nobody"):
        call_command("reset_second_factor", "nobody@house.example")


def test_ones_own_account_shows_sets_up_renews_and_switches_off(login, settings):
    client = login("commercial")
    assert "/admin/account/doors/" in client.get("/admin/account/").content.decode()
    assert client.get("/admin/account/doors/").status_code == 200
    client.get(SET_UP)
    phone = Phone(TOTPDevice.objects.get(user=client.user))
    first = client.post(SET_UP, {"code": phone.code()}).context["codes"]
    second = client.post("/admin/account/doors/codes/").context["codes"]
    assert not set(first) & set(second)
    settings.SECOND_FACTOR_ENFORCED = True
    SecondFactorPolicy.load().groups.set(client.user.groups.all())
    client.post("/admin/account/doors/off/")
    assert second_factor.has_one(client.user)
    SecondFactorPolicy.load().groups.clear()
    client.post("/admin/account/doors/off/")
    assert not second_factor.has_one(client.user)
