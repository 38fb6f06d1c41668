"""An Italian Excel file with five kinds of mistakes: imported, mended, imported again, undone, on a phone."""

import datetime
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import expect

from members.models import Lead
from tests.factories.members import ContactFactory, OrganisationFactory
from tests.journeys.faults import faults_of
from tests.journeys.people import log_in

pytestmark = pytest.mark.journey

HEADERS = ["Titolo", "E-mail", "Cliente", "Valore", "Entro", "Segno"]
RIGHT = [
    "Rassegna estiva",
    "ada@rete.example",
    "Comune di Mantova",
    1250.5,
    datetime.date(2027, 1, 2),
    "Toro",
]
MISTAKES = {  # place in the row -> what stands there instead
    1: "ada(chiocciola)rete",
    2: "Comune di Nessuno",
    3: "mille",
    4: "31/02/2027",
    0: None,
}


def written(path: Path, *, is_mended: bool) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Richieste")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        rows = [["Richieste del 2026"], HEADERS, RIGHT]
        for number, (place, wrong) in enumerate(MISTAKES.items()):
            row = [f"Richiesta {number}", *RIGHT[1:]]
            if not is_mended:
                row[place] = wrong
            rows.append(row)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell, day if isinstance(cell, datetime.date) else None)
    return path


def test_a_sheet_with_mistakes_is_mended_imported_and_undone_on_a_phone(page_at, user_as, tmp_path):
    ContactFactory(email="ada@rete.example")
    OrganisationFactory(name="Comune di Mantova")
    page = page_at(360)
    log_in(page, user_as("commercial", first_name="Ada"))
    faults: dict[str, list[str]] = {}

    def look(step: str) -> None:
        page.wait_for_load_state("networkidle")
        faults[step] = faults_of(page)

    def send(file: Path) -> None:
        page.goto("/admin/imports/new/members.lead/")
        page.set_input_files("input[type=file]", file)
        page.get_by_role("button", name="Avanti, alle colonne").click()

    send(written(tmp_path / "richieste.xlsx", is_mended=False))
    expect(page.get_by_text("Segno", exact=True).first).to_be_visible()
    look("columns")
    page.get_by_role("link", name="Scegli un’altra riga").click()
    look("sheet")
    page.get_by_role("button", name="Avanti, alle colonne").click()
    page.get_by_role("button", name="Leggi le righe").click()
    expect(page.locator(".import-row__problem")).to_have_count(len(MISTAKES))
    look("problems")
    page.goto("/admin/imports/new/members.lead/")
    look("start")
    send(written(tmp_path / "corrette.xlsx", is_mended=True))
    page.get_by_role("button", name="Leggi le righe").click()
    expect(page.locator(".import-row")).to_have_count(len(MISTAKES) + 1)
    look("preview")
    page.get_by_role("button", name="Conferma e scrivi").click()
    expect(page.get_by_role("button", name="Annulla questa importazione")).to_be_visible()
    look("done")
    lead = Lead.objects.get(title="Rassegna estiva")
    assert (lead.expected_value_cents, str(lead.next_action_on)) == (125050, "2027-01-02")
    page.get_by_role("button", name="Annulla questa importazione").click()
    expect(page.get_by_text("Tutto è come prima.")).to_be_visible()
    assert Lead.objects.count() == 0
    assert {step: found for step, found in faults.items() if found} == {}
