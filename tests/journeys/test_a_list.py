"""A day in the list of requests: keys, many rows at once, columns, the way back; two people in one form."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from cms.listing.bulk import views as bulk_views
from cms.models import ListColumns
from members.models import Lead, LeadStage
from tests.factories.members import LeadFactory
from tests.journeys.faults import faults_of
from tests.journeys.people import enter

pytestmark = pytest.mark.journey

SCROLLED = "document.getElementById('main').scrollTop || scrollY"
LIST = reverse("members_lead_modeladmin_index")


@pytest.fixture
def to_call_back():
    """A stage with three of thirty requests."""
    stage = LeadStage.objects.create(name_it="Da richiamare", order=5)
    for n in range(30):
        LeadFactory(title=f"Richiesta {n:02}", **({"stage": stage} if n in (3, 7, 9) else {}))
    return stage


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.innerText.trim()")


def titles(page: Page) -> list[str]:
    return page.locator("#listing-results td.record-cell--title .title-wrapper a").all_inner_texts()


def test_rows_are_reached_and_changed_by_keys_and_the_list_is_left_and_found_again(
    page_at, user_as, to_call_back, monkeypatch
):
    page = page_at(1280)
    enter(page, user_as("commercial", first_name="Ada"))

    # A filter, in words and in the address.
    page.goto(f"{LIST}?stage={to_call_back.pk}&ordering=title")
    expect(page.locator(".w-active-filters")).to_contain_text("Da richiamare")
    assert titles(page) == ["Richiesta 03", "Richiesta 07", "Richiesta 09"]

    # By keys: to the second row, tick it and the third, to the actions.
    page.locator("td.record-cell--title .title-wrapper a").first.focus()
    page.keyboard.press("j")
    assert focused(page) == "Richiesta 07"
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("2 righe scelte")
    page.keyboard.press("?")
    expect(page.locator("#list-keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    expect(page.locator("#bulk-action")).to_be_focused()
    page.locator("#bulk-action").select_option("move")
    page.locator("#bulk-bar button", has_text="Prosegui").click()

    # The preview says what changes for each, then does it, and leads back.
    stage = LeadStage.objects.filter(kind="open").exclude(pk=to_call_back.pk).last()
    page.locator("select[name=to]").select_option(str(stage.pk))
    page.get_by_role("button", name="Mostra cosa cambia").click()
    expect(page.locator(".bulk-outcome__rows li")).to_have_count(2)
    expect(page.locator(".bulk-outcome__rows")).to_contain_text("Richiesta 09")
    page.locator("button[name=step][value=do]").click()
    page.wait_for_url(re.compile(r"ordering=title"))
    assert set(Lead.objects.filter(stage=stage).values_list("title", flat=True)) == {
        "Richiesta 07",
        "Richiesta 09",
    }
    assert titles(page) == ["Richiesta 03"]

    # More rows than are done at once: counted, sampled, done by the worker, told.
    monkeypatch.setattr(bulk_views, "MOST_ROWS", 10)
    page.goto(f"{LIST}?ordering=title")
    page.locator("td.record-cell--select input").first.check()
    page.locator("[data-bulk-bar] [name=scope]").check()
    page.locator("#bulk-action").select_option("move")
    page.locator("#bulk-bar button", has_text="Prosegui").click()
    page.locator("select[name=to]").select_option(str(to_call_back.pk))
    page.get_by_role("button", name="Mostra cosa cambia").click()
    assert faults_of(page) == []
    page.get_by_role("button", name="tutte le 30 righe").click()
    expect(page.locator(".bulk-run [role=status]")).to_contain_text("29 righe cambiate. 1 riga era già così.")
    assert faults_of(page) == []
    page.get_by_role("link", name="Modifiche a molte righe").click()
    expect(page.locator(".bulk-run__latest li")).to_contain_text("30 / 30")

    # A long list, scrolled: open a record, come back to the same row at the same height.
    page.goto(f"{LIST}?ordering=title")
    row = page.locator("td.record-cell--title .title-wrapper a", has_text="Richiesta 25")
    row.scroll_into_view_if_needed()
    height = page.evaluate(SCROLLED)
    assert height > 200
    row.click()
    page.get_by_role("link", name="Torna all’elenco").click()
    page.wait_for_url(re.compile(r"ordering=title"))
    page.wait_for_function("document.querySelector('tr.was-open') !== null")
    assert focused(page) == "Richiesta 25"
    assert abs(page.evaluate(SCROLLED) - height) < 60


def test_columns_are_chosen_by_keyboard_and_stay(page_at, user_as):
    page, ada = page_at(1280), user_as("commercial", first_name="Ada")
    LeadFactory(title="Prima")
    enter(page, ada)
    page.goto(reverse("list_columns", args=["members.lead"]))
    lines = page.locator(".columns-form__line")
    first = lines.first.inner_text().split("\n")[0]
    second = lines.nth(1).inner_text().split("\n")[0]
    lines.nth(1).locator("[data-move='-1']").focus()
    page.keyboard.press("Enter")
    assert lines.first.inner_text().startswith(second)
    lines.nth(1).get_by_role("checkbox").press("Space")
    page.get_by_role("button", name="Mostra queste colonne").click()
    headings = page.locator(".record-list thead")
    expect(headings).to_contain_text(second)
    expect(headings).not_to_contain_text(first)
    assert ListColumns.objects.filter(user=ada).exists()


def test_on_a_phone_each_row_is_a_card_that_can_be_read_and_ticked(page_at, user_as):
    LeadFactory(title="Una rassegna di narrazioni straordinariamente lunga per il centocinquantesimo")
    page = page_at(360)
    enter(page, user_as("commercial", first_name="Ada"))
    page.goto(LIST)
    card = page.locator(".record-list tbody tr").first
    assert card.evaluate("row => getComputedStyle(row).display") == "grid"
    assert card.bounding_box()["width"] <= 360
    assert faults_of(page) == []
    card.locator("input[name=id]").check()
    expect(page.locator("#bulk-bar")).to_be_in_viewport()
    page.locator(".screen-help summary").click()
    expect(page.locator(".screen-help p")).to_be_visible()
    assert faults_of(page) == []


def test_the_later_of_two_people_in_one_request_is_told_and_loses_nothing(page_at, user_as):
    lead = LeadFactory(title="Prima", next_action="Chiamare")
    address = reverse("members_lead_modeladmin_edit", args=[lead.pk])
    ada, bice = page_at(1280), page_at(1280)
    enter(ada, user_as("commercial", first_name="Ada", email="ada@house.example"))
    enter(bice, user_as("commercial", first_name="Bice", email="bice@house.example"))
    for page in (ada, bice):
        page.goto(address)
    ada.locator("[name=title]").fill("Di Ada")
    ada.keyboard.press("Control+s")
    ada.wait_for_url(re.compile("/inspect/"))
    bice.locator("[name=title]").fill("Di Bice")
    bice.keyboard.press("Control+s")
    told = bice.locator(".meanwhile")
    expect(told).to_contain_text("Di Ada")
    expect(bice.locator("[name=title]")).to_have_value("Di Bice")
    assert faults_of(bice) == []
    bice.get_by_role("button", name="Salva di nuovo").click()
    bice.wait_for_url(re.compile("/inspect/"))
    lead.refresh_from_db()
    assert lead.title == "Di Bice"
