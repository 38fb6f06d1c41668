"""A request's way through the back office, for those who may, and its file behind the password."""

import io
import json
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.core.files.storage import storages
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.models import ErasedRow, PrivacyRequest
from cms.privacy import exporting, files, requests, staff_views
from tests.factories.cms import OutboxMessageFactory
from tests.factories.donations import DonationFactory, DonorFactory
from tests.factories.members import ContactFactory, LeadFactory

pytestmark = pytest.mark.django_db

EMAIL = "ada.neri@persona.example"


def url(action: str, *args) -> str:
    return reverse(f"cms_privacyrequest_modeladmin_{action}", args=args)


def new_request(**changes) -> PrivacyRequest:
    facts = {"kind": "export", "email": EMAIL, "asked_by": "Ada Neri", "channel": "lettera", **changes}
    return PrivacyRequest.objects.create(**facts)


def two_leads():
    contact = ContactFactory(email=EMAIL, first_name="Ada", last_name="Neri")
    LeadFactory(contact=contact, sender_name="Ada Neri", message="Un laboratorio")
    return LeadFactory(contact=contact, sender_name="Leo Neri", message="Di un altro")


def gave_password(client, *, minutes_ago: int) -> None:
    session = client.session
    session["password_given_at"] = int(timezone.now().timestamp()) - minutes_ago * 60
    session.save()


def tick(client, asked, titles):
    rows = {row.pk: f"{row.title} {row.detail}" for row in asked.rows.all()}
    theirs = [pk for pk, words in rows.items() if any(title in words for title in titles)]
    return client.post(reverse("cms_privacy_rows", args=[asked.pk]), {"theirs": theirs, "seen": list(rows)})


def test_from_the_letter_to_the_file_that_only_staff_with_their_password_download(login):
    two_leads()
    client = login("consortium_admin")
    typed = {"kind": "export", "email": EMAIL.upper(), "asked_by": "Ada", "channel": "lettera"}
    answer = client.post(url("create"), {**typed, "language": "it", "asked_on": "2026-01-31", "due_on": ""})
    assert answer.status_code == 302, answer.context["form"].errors
    asked = PrivacyRequest.objects.get()
    assert (asked.email, asked.due_on) == (EMAIL, date(2026, 2, 28))
    client.post(url("action", asked.pk, "verify"), {"verify-how": "di persona"})
    rows = reverse("cms_privacy_rows", args=[asked.pk])
    assert f'href="{rows}"' in client.get(url("inspect", asked.pk)).content.decode()
    shown = client.get(rows).content.decode()
    assert "Leo Neri" in shown and "Un laboratorio" in shown
    assert tick(client, asked, ["Un laboratorio", EMAIL]).status_code == 302
    client.post(url("action", asked.pk, "export"))
    asked.refresh_from_db()
    assert (asked.state, asked.rows.count()) == ("done", 0)
    address = reverse("cms_privacy_file", args=[asked.pk])
    assert f'href="{address}"' in client.get(url("inspect", asked.pk)).content.decode()
    gave_password(client, minutes_ago=60)
    assert client.get(address).status_code == 302  # asks for it again
    gave_password(client, minutes_ago=0)
    packed = zipfile.ZipFile(io.BytesIO(b"".join(client.get(address).streaming_content)))
    facts = json.loads(packed.read("dati.json"))
    page = packed.read("dati.html").decode()
    assert {part["title"] for part in facts["parts"]} == {"Richieste", "Contatti"}
    assert "Un laboratorio" in page and "Di un altro" not in page and '<html lang="it">' in page
    logged = ModelLogEntry.objects.filter(action__startswith="cms.privacy").order_by("pk")
    assert [entry.action.rpartition(".")[2] for entry in logged] == [
        "verified", "searched", "confirmed", "exported", "downloaded",
    ]  # fmt: skip
    assert not logged.filter(label__icontains="neri").exists()


def test_receipts_of_a_donor_go_with_their_file():
    donor = DonorFactory(email=EMAIL, name="Ada Neri")
    DonationFactory(donor=donor, paid=True, delivered=True)
    asked = new_request(language="en")
    requests.verify(asked, how="di persona", by=None)
    pks = list(asked.rows.values_list("pk", flat=True))
    requests.confirm(asked, theirs=pks, seen=pks, by=None)
    done = exporting.make_file(asked, by=None)
    packed = zipfile.ZipFile(done.file)
    assert [name for name in packed.namelist() if name.startswith("allegati/receipt-")]
    assert "Receipts" in packed.read("dati.html").decode()


def test_the_file_is_purged_after_its_days():
    asked = new_request(state="done", file_until=timezone.now() - timedelta(minutes=1))
    asked.file.save("x.zip", io.BytesIO(b"zip"))
    young = new_request(state="done", file_until=timezone.now() + timedelta(days=1))
    young.file.save("y.zip", io.BytesIO(b"zip"))
    name = asked.file.name
    assert exporting.forget_old_files() == 1
    assert files.delete_files() == 1
    asked.refresh_from_db()
    assert (asked.file.name, storages["private"].exists(name)) == ("", False)
    assert storages["private"].exists(young.file.name)


def test_an_erasure_shows_its_dry_list_and_wants_a_yes(login):
    DonationFactory(donor=DonorFactory(email=EMAIL, name="Ada Neri"), paid=True)
    asked = new_request(kind="erase")
    client = login("consortium_admin")
    client.post(url("action", asked.pk, "verify"), {"verify-how": "di persona"})
    tick(client, asked, [""])
    shown = client.get(url("inspect", asked.pk)).content.decode()
    assert "Le scritture contabili si conservano dieci anni" in shown
    assert f"Fino al 31/12/{timezone.localdate().year + 10}." in shown
    assert client.post(url("action", asked.pk, "erase"), {}).status_code == 422
    assert not ErasedRow.objects.exists()
    client.post(url("action", asked.pk, "erase"), {"erase-sure": "on"})
    asked.refresh_from_db()
    report = client.get(url("inspect", asked.pk)).content.decode()
    assert asked.state == "done"
    assert "conservata senza la persona" in report and "Neri" not in report


@pytest.mark.parametrize("role", ["editor", "fundraiser", "commercial", "trainer", "cooperative_editor"])
def test_other_roles_reach_nothing_of_a_request(login, role):
    asked = new_request()
    client = login(role)
    screens = [url("index"), url("inspect", asked.pk), reverse("cms_privacy_rows", args=[asked.pk])]
    screens.append(reverse("cms_privacy_file", args=[asked.pk]))
    assert {client.get(screen).status_code for screen in screens} <= {302, 403, 404}


def test_the_auditor_reads_requests_and_neither_rows_nor_files(login):
    asked = new_request()
    requests.verify(asked, how="di persona", by=None)
    client = login("auditor")
    assert client.get(url("inspect", asked.pk)).status_code == 200
    rows = reverse("cms_privacy_rows", args=[asked.pk])
    assert rows not in client.get(url("inspect", asked.pk)).content.decode()
    assert client.get(rows).status_code == 302  # Wagtail's refusal
    client.post(rows, {"seen": []})
    client.post(url("action", asked.pk, "refuse"), {"refuse-why": "perché no"})
    asked.refresh_from_db()
    assert asked.state == "verified"


@pytest.mark.parametrize("typed", ["", "x", "9" * 30, "-1", "0"])
def test_whatever_keys_are_posted_no_row_is_confirmed_by_them(login, typed):
    two_leads()
    asked = new_request()
    requests.verify(asked, how="di persona", by=None)
    client = login("consortium_admin")
    answer = client.post(reverse("cms_privacy_rows", args=[asked.pk]), {"theirs": typed, "seen": typed})
    assert answer.status_code == 422
    asked.refresh_from_db()
    assert (asked.state, asked.rows.filter(decision="theirs").count()) == ("verified", 0)


def test_asking_for_what_is_not_there_is_no_error(login):
    client = login("consortium_admin")
    asked = new_request()
    assert client.get(reverse("cms_privacy_rows", args=[asked.pk])).status_code == 302
    assert client.get(reverse("cms_privacy_rows", args=[999])).status_code == 404
    for action in ("export", "erase", "look"):  # before its time
        client.post(url("action", asked.pk, action), {"erase-sure": "on"})
    asked.refresh_from_db()
    assert asked.state == "received"


def test_confirming_rows_asks_the_database_no_more_often_for_thirty_than_for_one(
    login, django_assert_num_queries, django_assert_max_num_queries
):
    client = login("consortium_admin")
    contact = ContactFactory(email=EMAIL)
    asked = new_request()
    requests.verify(asked, how="di persona", by=None)
    address = reverse("cms_privacy_rows", args=[asked.pk])
    client.get(address)
    with django_assert_max_num_queries(60) as few:
        client.get(address)
    LeadFactory.create_batch(30, contact=contact)
    OutboxMessageFactory.create_batch(10, to=EMAIL)
    requests.look(asked, by=None)
    with django_assert_num_queries(len(few)):
        client.get(address)


def test_many_rows_are_decided_page_by_page_and_confirmed_at_the_last(login, monkeypatch):
    monkeypatch.setattr(staff_views, "ROWS_ON_A_PAGE", 2)
    contact = ContactFactory(email=EMAIL)
    LeadFactory.create_batch(4, contact=contact)
    asked = new_request()
    asked = requests.verify(asked, how="di persona", by=None)
    client, rows = login("consortium_admin"), reverse("cms_privacy_rows", args=[asked.pk])
    left, pages, where = asked.rows.count(), [], rows
    while asked.state == "verified":
        shown = re.findall(r'name="seen" value="(\d+)"', client.get(where).content.decode())
        left -= len(shown)
        where = client.post(where, {"seen": shown, "theirs": shown[:1]})["Location"]
        asked.refresh_from_db()
        pages.append(len(shown))
        assert (asked.state == "confirmed") == (left == 0)
    assert (pages, where) == ([2, 2, 1], url("inspect", asked.pk))
    assert asked.rows.filter(decision="theirs").count() == 3
