"""What people do again and again in a browser."""

from playwright.sync_api import Page, expect

PASSWORD = "rosso di sera"  # of tests.harness.people.user_as


def log_in(page: Page, user) -> None:
    """Go to the back office and give name and password, as somebody does in the morning."""
    page.goto("/admin/")
    page.locator("[name=username]").fill(user.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").click()
    page.wait_for_url("**/admin/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(user.first_name)
