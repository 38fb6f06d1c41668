"""A commercial keeps a question to the requests; who shares it reads the same rows everywhere."""

import csv
import io

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories.custom_fields import field_of, fill
from tests.factories.members import LeadFactory
from tests.journeys.people import log_in

pytestmark = pytest.mark.journey
LIST = "members_lead_modeladmin_index"
ASKED = "custom_tipo=teatro&columns=title,custom_tipo,custom_sala&ordering=title"


@pytest.fixture
def requests_with_fields():
    """Three requests with a hall and a kind of event; two of them are plays."""
    field_of(kind="text", label="Sala", in_filters=True)
    field_of(kind="choice", label="Tipo", choices=["Teatro", "Musica"], in_filters=True)
    for title, hall, kind in (("Amleto", "Grande", "Teatro"), ("Banda", "Piazza", "Musica")):
        fill(LeadFactory(title=title), sala=hall, tipo=kind)
    fill(LeadFactory(title="Tartufo"), sala="Piccola", tipo="Teatro")


def titles_of(page):
    return page.locator("#listing-results td.record-cell--title .title-wrapper a").all_inner_texts()


def test_a_view_is_kept_shared_and_read_alike_in_list_sheet_and_api(page_at, user_as, requests_with_fields):
    page = page_at(360)
    log_in(page, user_as("commercial", first_name="Ada", email="ada@house.example"))
    page.goto(f"{reverse(LIST)}?{ASKED}")
    page.get_by_text("Salva come vista").click()
    page.get_by_label("Nome della vista").fill("Spettacoli")
    page.get_by_role("button", name="Salva la vista").click()
    page.get_by_role("link", name="Condividila").click()
    page.get_by_label("Commerciale", exact=True).check()
    page.get_by_label("nel menu di tutti").check()
    page.get_by_role("button", name="Salva", exact=True).click()
    expect(page.locator(".view-bar__name")).to_contain_text("Spettacoli")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    colleague = page_at(1280)
    log_in(colleague, user_as("commercial", first_name="Bice", email="bice@house.example"))
    colleague.goto(reverse(LIST))
    colleague.locator(".view-bar summary", has_text="Viste").click()
    colleague.locator(".view-bar__sheet").get_by_role("link", name="Spettacoli").click()
    expect(colleague.locator(".w-active-filters")).to_contain_text("Teatro")
    assert titles_of(colleague) == ["Amleto", "Tartufo"]

    colleague.goto(f"{reverse('list_export', args=['members.lead'])}?{ASKED}")
    with colleague.expect_download() as download:
        colleague.locator("main form button[type=submit]").last.click()
    sheet = csv.reader(io.StringIO(download.value.path().read_text("utf-8-sig")), delimiter=";")
    _heading, *rows = sheet
    assert rows == [["Amleto", "Teatro", "Grande"], ["Tartufo", "Teatro", "Piccola"]]

    colleague.goto(reverse("staff_token_new"))
    colleague.locator("[name=name]").fill("Foglio")
    colleague.get_by_role("checkbox", name="Richieste", exact=True).check()
    colleague.get_by_role("button", name="Crea il token").click()
    token = colleague.locator("#token-text").input_value()
    read = {"headers": {"Authorization": f"Bearer {token}"}}
    [view] = colleague.request.get("/api/network/v1/views/", **read).json()["items"]
    answer = colleague.request.get(f"/api/network/v1/views/{view['id']}/rows/", **read).json()
    assert [item["values"]["title"] for item in answer["items"]] == ["Amleto", "Tartufo"]
    assert [item["values"]["custom_sala"] for item in answer["items"]] == ["Grande", "Piccola"]
