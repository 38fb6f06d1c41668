"""A person's data handed over, then erased, by somebody at the screen; on a phone as well."""

import re
import zipfile

import pytest
from playwright.sync_api import expect

from cms.models import PrivacyRequest
from members.models import Contact, Lead
from tests.factories.members import ContactFactory, LeadFactory
from tests.journeys.faults import faults_of
from tests.journeys.people import log_in

pytestmark = [pytest.mark.journey, pytest.mark.database]

EMAIL = "ada.neri@persona.example"


def ask(page, kind: str) -> PrivacyRequest:
    """Write a request, verify who asks, and tick what is Ada's."""
    page.goto("/admin/cms/privacyrequest/create/")
    page.locator("[name=kind]").select_option(kind)
    for name, typed in {"email": EMAIL, "asked_by": "Ada Neri", "channel": "lettera del 3 maggio"}.items():
        page.locator(f"[name={name}]").fill(typed)
    page.locator("main form button[type=submit]").first.click()
    page.get_by_label("Come l’hai accertato").fill("risponde da questo indirizzo")
    page.get_by_role("button", name="Cerca i dati", exact=True).click()
    page.get_by_role("link", name="Guarda le righe").click()
    page.wait_for_url("**/rows/")
    assert faults_of(page) == []
    page.get_by_label(re.compile("Un laboratorio")).check()
    page.locator("label", has_text=f"{EMAIL} ·").get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Conferma: le righe spuntate").click()
    expect(page.get_by_text("Confermato.")).to_be_visible()
    return PrivacyRequest.objects.order_by("-pk").first()


def test_a_persons_data_is_handed_over_and_erased_and_the_familys_stays(page_at, user_as):
    contact = ContactFactory(email=EMAIL, first_name="Ada", last_name="Neri")
    LeadFactory(contact=contact, title="prima", sender_name="Ada Neri", message="Un laboratorio")
    LeadFactory(contact=contact, title="seconda", sender_name="Leo Neri", message="Il campo estivo")
    page = page_at(360)
    log_in(page, user_as("consortium_admin", first_name="Marta"))

    ask(page, "export")
    page.get_by_role("button", name="Prepara il file").click()
    with page.expect_download() as waited:
        page.get_by_role("link", name="Scarica il file").click()
    packed = zipfile.ZipFile(waited.value.path())
    assert "Un laboratorio" in packed.read("dati.html").decode()
    assert "Il campo estivo" not in packed.read("dati.html").decode()

    request = ask(page, "erase")
    assert faults_of(page) == []
    page.get_by_label("Ho letto l’elenco di ciò che sarà cancellato").check()
    page.get_by_role("button", name="Cancella per sempre").click()
    expect(page.get_by_text("conservata senza la persona").first).to_be_visible()
    assert faults_of(page) == []
    request.refresh_from_db()
    assert (request.state, request.email.endswith("@erased.invalid")) == ("done", True)
    assert set(Lead.objects.values_list("title", "sender_name")) == {
        ("[cancellato]", ""),
        ("seconda", "Leo Neri"),
    }
    assert Contact.objects.get().first_name == ""

    page.goto("/admin/cms/retentionrule/")
    page.get_by_role("link", name="E-mail spedite o finite in altro modo").click()
    expect(page.get_by_role("button", name="Approva la regola")).to_be_visible()
    assert faults_of(page) == []
