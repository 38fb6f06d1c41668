"""The sandbox's pages for people: keyboard, screen readers, narrow screens."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.sandbox.conftest import monthly

pytestmark = pytest.mark.journey


@pytest.fixture(params=[(360, "light", "it"), (1280, "dark", "en")], ids=["360-light-it", "1280-dark-en"])
def visit(request, chromium):
    """A visitor's page and the language that goes with it."""
    width, scheme, language = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale={"it": "it-IT"}.get(language)
    )
    context.set_default_timeout(10_000)
    yield context.new_page(), language
    context.close()


def assert_fit(page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_paying_by_keyboard_through_decline_and_three_d_secure(visit, open_session, sandbox):
    page, language = visit
    sandbox.chaos(hold=True)
    session = open_session(
        locale=language, success_url=f"{sandbox.base}/?done={{CHECKOUT_SESSION_ID}}", customer_email=None
    )
    page.goto(session.url)
    assert_fit(page)
    page.locator("#id_email").focus()
    for text in ("ada@example.org", "4000000000000002", "1234", "123", "Ada Prova"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert page.evaluate("document.activeElement.id") == "problem"
    assert_fit(page)
    page.locator('[data-card="4000 0027 6000 3184"]').focus()
    page.keyboard.press("Enter")
    assert page.input_value("#id_number") == "4000 0027 6000 3184"
    page.keyboard.press("Enter")
    page.wait_for_url("**/authenticate")
    assert_fit(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/?done={session.id}")
    assert_fit(page)
    page.goto(session.url)
    assert_fit(page)


def test_every_other_page_is_fit_for_all(visit, sandbox, stripe_client):
    page, language = visit
    sandbox.chaos(hold=True)
    recurring = stripe_client.v1.checkout.sessions.create(
        monthly(locale=language, success_url=f"{sandbox.base}/?done=yes")
    )
    page.goto(f"{recurring.url}?way=sepa_debit")
    assert_fit(page)
    page.locator('[data-card="DE08 3704 0044 0532 0130 03"]').click()
    page.fill("#id_name", "Ada Prova")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?done=yes")
    customer = stripe_client.v1.checkout.sessions.retrieve(recurring.id).customer
    stripe_client.v1.billing_portal.configurations.create(
        {"features": {"payment_method_update": {"enabled": True}}}
    )
    portal = stripe_client.v1.billing_portal.sessions.create({"customer": customer, "locale": language})
    page.goto(portal.url)
    assert_fit(page)
    page.click("button.pay")
    page.wait_for_selector("[role=alert]")
    assert page.evaluate("document.activeElement.id") == "problem"
    assert_fit(page)
    page.goto(f"{sandbox.base}/controls")
    page.locator('[value="month"]').click()
    page.wait_for_load_state()
    assert_fit(page)
    page.goto(f"{sandbox.base}/p/session/bps_none")
    assert_fit(page)
    page.goto(sandbox.base)
    assert_fit(page)


def test_a_card_is_chosen_without_javascript_too(chromium, open_session):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(open_session().url)
    page.get_by_text("4242 4242 4242 4242").click()
    assert page.input_value("#id_number") == "4242 4242 4242 4242"
    page.fill("#id_name", "Ada")
    page.route("http://127.0.0.1:8000/**", lambda route: route.fulfill(body="grazie"))
    page.click("button.pay")
    page.wait_for_url("**/dona/grazie/**")
    context.close()
