"""An event from the editor's desk to a visitor's calendar."""

from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import expect

from pages.models import EventPage
from tests.factories.pages import EventIndexPageFactory
from tests.journeys.people import log_in
from tests.journeys.words import italian

pytestmark = [pytest.mark.journey, pytest.mark.database]


def test_an_editor_publishes_an_event_and_a_visitor_finds_it(page_at, user_as, live_site):
    calendar = EventIndexPageFactory()
    begins = timezone.localtime().replace(hour=18, minute=30, second=0, microsecond=0) + timedelta(days=9)

    desk = page_at()
    log_in(desk, user_as("editor", first_name="Elena", last_name="Bianchi"))
    desk.get_by_role("link", name=italian("Write an event")).click()
    desk.locator("[name=title]").fill("La città sull'acqua")
    desk.locator("[name=summary]").fill("Una sera di racconti sul lago.")
    # As an Italian types it, not as a program writes it.
    desk.locator("[name=starts_at]").fill(f"{begins:%d/%m/%Y %H:%M}")
    desk.keyboard.press("Escape")
    desk.locator("[name=place]").fill("Teatro Bibiena")
    desk.locator(".footer [data-w-dropdown-target=toggle]").click()
    desk.locator("[name=action-publish]").click()
    desk.wait_for_url(f"**/admin/pages/{calendar.pk}/")

    event = EventPage.objects.get()
    assert event.live and event.locale.language_code == "it"
    assert event.starts_at == begins
    assert event.get_parent().specific == calendar

    visitor = page_at(360)
    visitor.goto(calendar.url)
    visitor.get_by_role("link", name="La città sull'acqua").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("La città sull'acqua")
    expect(visitor.locator("main")).to_contain_text("Teatro Bibiena")
    expect(visitor.locator("main")).to_contain_text("18:30")
    with visitor.expect_download() as saved:
        visitor.locator("a[href$='.ics']").first.click()
    [entry] = Calendar.from_ical(saved.value.path().read_bytes()).events
    assert (entry["summary"], entry["location"]) == ("La città sull'acqua", "Teatro Bibiena")
    assert entry.start == begins

    visitor.goto("/cerca/")
    visitor.locator("#page-search").fill("CITTA acqua")
    visitor.keyboard.press("Enter")
    visitor.locator(".results").get_by_role("link", name="La città sull'acqua").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("La città sull'acqua")

    feed = visitor.request.get("/calendario.ics")
    [listed] = Calendar.from_ical(feed.body()).events
    assert listed["uid"] == entry["uid"]
