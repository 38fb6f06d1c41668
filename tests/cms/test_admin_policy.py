"""Wagtail's admin works in a browser under its content policy; page_at fails on any breach of it."""

import pytest
from playwright.sync_api import expect

from tests.factories.cms import MenuItemFactory, SiteChromeFactory
from tests.factories.pages import StandardPageFactory

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def editors_page(page_at, superuser):
    """A browser page in which somebody has logged in through the form."""
    page = page_at(1400)
    page.goto("/admin/login/")
    page.fill("#id_username", superuser.email)
    page.fill("#id_password", "rosso di sera")
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    return page


def test_editor_writes_previews_and_saves(editors_page):
    written = StandardPageFactory(title="Chi siamo")
    page = editors_page
    page.goto(f"/admin/pages/{written.pk}/edit/")
    page.locator("#id_title").fill("Chi siamo davvero")
    page.locator("[data-contentpath=body] .c-sf-add-button").first.click()
    page.get_by_role("option", name="Testo", exact=True).first.click()
    editor = page.locator("[data-contentpath=body] [contenteditable=true]").first
    editor.click()
    page.keyboard.type("Otto cooperative.")
    editor.get_by_text("Otto cooperative.").wait_for()
    page.locator("[data-side-panel-toggle=preview]").click()
    page.frame_locator("#w-preview-iframe").get_by_role("heading", name="Chi siamo davvero").wait_for()
    # The editor of rich text hands its words to the form after a pause.
    page.wait_for_function("document.querySelector('[name=body-0-value]').value.includes('Otto')")
    page.keyboard.press("Control+s")
    expect(page.locator(".messages .success")).to_contain_text("Chi siamo davvero")
    written.refresh_from_db()
    saved = written.get_latest_revision_as_object()
    assert saved.title == "Chi siamo davvero"
    assert "Otto cooperative." in str(saved.body)


def test_editor_chooses_the_page_of_a_menu_entry(editors_page):
    StandardPageFactory(title="Statuto")
    menu = MenuItemFactory(link="").menu
    editors_page.goto(f"/admin/snippets/cms/menu/edit/{menu.pk}/")
    editors_page.locator("[data-chooser-action-choose]:visible").first.click()
    dialog = editors_page.locator(".modal-content")
    dialog.get_by_text("Root").wait_for()
    dialog.locator("input[name=q]").press_sequentially("Statuto")
    dialog.get_by_role("link", name="Statuto").first.click()
    editors_page.locator("[data-chooser-title]:visible", has_text="Statuto").wait_for()
    editors_page.get_by_role("button", name="Salva").click()
    editors_page.locator(".messages .success").wait_for()
    assert menu.items.get().page.title == "Statuto"


def test_screens_that_staff_open_show_without_a_breach(editors_page):
    menu = MenuItemFactory().menu
    chrome = SiteChromeFactory()
    for address in (
        "/admin/pages/",
        f"/admin/snippets/cms/menu/edit/{menu.pk}/",
        f"/admin/settings/cms/sitechrome/{chrome.site_id}/",
        "/admin/reports/site-history/",
        "/admin/images/add/",
        "/admin/account/",
    ):
        assert editors_page.goto(address).status == 200, address
        editors_page.wait_for_load_state("networkidle")


def test_user_bar_keeps_the_policy_of_the_public_page(editors_page):
    editors_page.goto("/")
    editors_page.locator("wagtail-userbar").wait_for(state="attached")
    editors_page.wait_for_load_state("networkidle")
