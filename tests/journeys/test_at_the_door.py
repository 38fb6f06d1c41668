"""A fundraiser comes in on the first day, and on the day after the phone is lost."""

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.cms.doors.conftest import Phone
from tests.journeys.faults import faults_of
from tests.journeys.people import PASSWORD

pytestmark = pytest.mark.journey


def give_password(page, user) -> None:
    page.goto("/admin/reports/site-history/")
    page.locator("[name=username]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Accedi").click()


def test_login_with_second_factor_and_with_a_lost_phone(page_at, user_as, settings, tmp_path):
    settings.SECOND_FACTOR_ENFORCED = True
    user = user_as("auditor", first_name="Ada")
    page = page_at(360)
    faults = {}

    def look(name: str) -> None:
        page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        faults[name] = faults_of(page)

    give_password(page, user)
    page.wait_for_url("**/login/set-up/")
    look("set-up")
    page.get_by_label("Le sei cifre").fill(Phone(TOTPDevice.objects.get(user=user)).code())
    page.get_by_role("button", name="Conferma").click()
    page.locator(".doors-codes code").first.wait_for()
    codes = page.locator(".doors-codes code").all_inner_texts()
    assert len(codes) == 10
    look("recovery-codes")
    page.get_by_role("link", name="prosegui").click()
    page.wait_for_url("**/site-history/")
    page.goto("/admin/account/doors/")
    look("account")
    page.context.clear_cookies()
    give_password(page, user)
    page.wait_for_url("**/login/code/")
    look("code")
    page.get_by_label("Codice").fill(codes[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/site-history/")
    page.goto("/admin/password-again/?next=/admin/&back=/admin/")
    look("password-again")
    page.get_by_label("La tua password").fill(PASSWORD)
    page.get_by_role("button", name="Prosegui").click()
    page.wait_for_url("**/admin/")
    assert {name: found for name, found in faults.items() if found} == {}
