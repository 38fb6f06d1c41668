"""What people do again and again in a browser."""

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from cms.doors.reauthentication import SESSION_KEY

PASSWORD = "rosso di sera"  # of tests.harness.people.user_as


def log_in(page: Page, user) -> None:
    """Go to the back office and give name and password, as somebody does in the morning."""
    page.goto("/admin/")
    page.locator("[name=username]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").click()
    page.wait_for_url("**/admin/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(user.first_name)


def enter(page: Page, user, *, since_long: bool = False) -> None:
    """Be logged in, without the door: for those who look at what lies behind it.

    since_long: for so long that the password is asked again before what would hurt most.
    """
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    if since_long:
        session = client.session
        del session[SESSION_KEY]
        session.save()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.goto("/healthz/")
    site = page.url.removesuffix("healthz/")
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
