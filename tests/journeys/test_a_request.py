"""A request from the page of a format to the desk of somebody who answers it."""

import pytest
from playwright.sync_api import expect

from members.models import Lead, LeadStage
from tests.factories.members import CooperativeFactory, ServiceFormatFactory
from tests.factories.pages import ServiceFormatPageFactory
from tests.journeys.people import log_in
from tests.journeys.words import italian

pytestmark = [pytest.mark.journey, pytest.mark.database]

WANTED = "Vorremmo portare «Il museo in valigia» in quattro classi: quanto costa?"


@pytest.fixture
def format_page(live_site):
    service_format = ServiceFormatFactory(
        name_it="Il museo in valigia", slug="museo-in-valigia", woven_by=[CooperativeFactory()]
    )
    return ServiceFormatPageFactory(service_format=service_format)


def test_a_mistake_loses_nothing_and_staff_find_assign_and_move_the_request(page_at, user_as, format_page):
    visitor = page_at()
    visitor.goto(format_page.url)
    form = visitor.locator("#request form")
    form.get_by_label(italian("What do you need?")).fill(WANTED)
    form.get_by_label(italian("First and last name")).fill("Giulia Rossi")
    form.get_by_label("E-mail", exact=True).fill("giulia@comune")
    form.get_by_label(italian("School, body, company or association")).fill("Comune di Curtatone")
    form.locator("[name=organisation_kind]").select_option("public")
    form.locator("[type=submit]").click()

    expect(visitor.get_by_role("alert")).to_be_visible()
    expect(form).to_contain_text(italian("Enter a whole e-mail address, such as name@example.org."))
    assert not Lead.objects.exists()
    typed = {name: form.locator(f"[name={name}]").input_value() for name in ("message", "name", "email")}
    assert typed == {"message": WANTED, "name": "Giulia Rossi", "email": "giulia@comune"}
    assert form.locator("[name=organisation_kind]").input_value() == "public"

    form.locator("[name=email]").fill("giulia@comune.example")
    form.locator("[name=consent]").check()
    form.locator("[type=submit]").click()
    visitor.wait_for_url(f"**{format_page.url}grazie/**")

    lead = Lead.objects.get()
    assert (lead.contact.email, lead.organisation.name) == ("giulia@comune.example", "Comune di Curtatone")
    assert lead.consent.text
    assert lead.page_title == "Il museo in valigia"

    marta = user_as("commercial", first_name="Marta", last_name="Verdi")
    qualified = LeadStage.objects.get(name_it="qualificata")
    desk = page_at()
    log_in(desk, marta)
    # The dashboard says that a request waits for somebody; the list is searched for the town.
    desk.locator("a[href*='/members/lead/?unassigned=yes']").click()
    desk.locator("#main input[name=q]").fill("curtatone")
    desk.keyboard.press("Enter")
    desk.get_by_role("link", name=lead.title).click()
    expect(desk.locator(".record__facts")).to_contain_text(WANTED)

    assign = desk.locator("#action-assign")
    assign.locator("summary").click()
    assign.locator("select").select_option(label=str(marta))
    assign.get_by_role("button").click()
    expect(desk.locator(".record__facts")).to_contain_text(str(marta))

    move = desk.locator("#action-move")
    move.locator("[name=move-to]").select_option(label=str(qualified))
    move.locator("[name=move-note]").fill("Richiamata: quattro classi a maggio.")
    move.get_by_role("button").click()
    expect(desk.locator(".record__facts")).to_contain_text("Richiamata: quattro classi a maggio.")

    lead.refresh_from_db()
    assert (lead.owner, lead.stage, lead.kind) == (marta, qualified, "open")
    [move_kept] = lead.moves.filter(to_stage=qualified)
    assert (move_kept.by, move_kept.note) == (marta, "Richiamata: quattro classi a maggio.")
    assert not Lead.objects.unassigned().exists()
