"""An administrator adds what the network needs to know of a request; a colleague uses it at once."""

import re

import pytest
from playwright.sync_api import expect

from members.models import Lead
from tests.factories.members import LeadFactory
from tests.journeys.faults import faults_of
from tests.journeys.people import log_in

pytestmark = pytest.mark.journey


def define(page, kind, name, choices=""):
    page.goto("/admin/custom-fields/members.lead/")
    page.get_by_role("link", name="Aggiungi un campo").click()
    page.get_by_role("link", name=kind).click()
    page.get_by_label("Nome", exact=False).first.fill(name)
    if choices:
        page.get_by_label("Scelte", exact=False).first.fill(choices)
    for tick in ("una colonna dell’elenco", "nei filtri dell’elenco"):
        page.get_by_label(tick, exact=False).check()
    page.get_by_role("button", name="Salva", exact=True).click()
    expect(page.get_by_role("heading", name="Come sarà il modulo")).to_be_visible()


def test_two_fields_are_defined_filled_in_shown_and_filtered_by(page_at, user_as):
    lead = LeadFactory(title="Una festa in cortile")
    LeadFactory(title="Un’altra cosa")
    page = page_at(1280)
    log_in(page, user_as("consortium_admin", first_name="Ada"))
    define(page, "Una scelta fra più", "Tipo di spazio", "Sala\nCortile")
    define(page, "Importo", "Anticipo")
    up = page.get_by_role("button", name="Sposta “Anticipo” in su")
    up.press("Enter")
    expect(page.locator(".custom-fields__field strong").first).to_have_text("Anticipo")
    faults = faults_of(page)
    page.set_viewport_size({"width": 360, "height": 800})
    assert not faults + faults_of(page)

    page.goto(f"/admin/members/lead/edit/{lead.pk}/")
    page.get_by_label("Tipo di spazio").select_option("Cortile")
    page.get_by_label("Anticipo").fill("1.250,50")
    page.get_by_role("button", name=re.compile("Salva")).first.click()
    page.wait_for_url(f"**/inspect/{lead.pk}/")
    assert Lead.objects.get(pk=lead.pk).custom == {"tipo_di_spazio": "cortile", "anticipo": 125050}

    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/admin/members/lead/?custom_tipo_di_spazio=cortile")
    expect(page.get_by_role("cell", name=re.compile("1.250,50"))).to_be_visible()
    expect(page.get_by_text("Un’altra cosa")).to_have_count(0)
