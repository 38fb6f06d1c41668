"""The pages of an import follow its state, and keep others out."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cms.models import ImportBatch
from cms.spreadsheets.importing import running
from members.models import Contact

pytestmark = pytest.mark.django_db

START = "/admin/imports/new/members.contact/"


def sent(text: str, name: str = "contatti.csv") -> dict:
    return {"file": SimpleUploadedFile(name, text.encode())}


def act(client, batch: ImportBatch, name: str, **data):
    return client.post(reverse("cms_import_act", args=(batch.pk, name)), data, follow=True)


def test_a_file_goes_from_the_list_to_the_records_and_back(login):
    client = login("commercial")
    assert START in client.get("/admin/members/contact/").content.decode()
    page = client.post(
        START, sent("E-mail;Nome;Segno\nada@rete.example;Ada;Ariete\nno;Bruno;Toro\n"), follow=True
    )
    batch = ImportBatch.objects.get()
    assert page.redirect_chain[-1][0] == reverse("cms_import", args=(batch.pk,))
    html = page.content.decode()
    assert "Segno" in html and "Ariete · Toro" in html
    data = {"column_0": "email", "column_1": "email", "column_2": ""}
    refused = client.post(reverse("cms_import_columns", args=(batch.pk,)), data)
    assert refused.status_code == 422 and "Due colonne" in refused.content.decode()
    page = client.post(
        reverse("cms_import_columns", args=(batch.pk,)), {**data, "column_1": "first_name"}, follow=True
    )
    assert "<progress" in page.content.decode()
    progress = client.get(reverse("cms_import_progress", args=(batch.pk,))).json()
    assert progress == {"state": "reading", "done": 0, "total": 2}
    running.run_waiting()
    html = client.get(reverse("cms_import", args=(batch.pk,))).content.decode()
    assert "ada@rete.example" in html and "<b>E-mail</b>: “no”" in html
    assert (
        "ada@rete.example"
        not in client.get(reverse("cms_import", args=(batch.pk,)), {"outcome": "problem"}).content.decode()
    )
    assert act(client, batch, "confirm").status_code == 422
    act(client, batch, "confirm", leaves_out_problems="on")
    act(client, batch, "confirm", leaves_out_problems="on")
    running.run_waiting()
    assert Contact.objects.count() == 1
    assert (
        "Annulla questa importazione" in client.get(reverse("cms_import", args=(batch.pk,))).content.decode()
    )
    act(client, batch, "undo")
    act(client, batch, "undo")
    running.run_waiting()
    assert Contact.objects.count() == 0
    assert client.get(reverse("cms_import", args=(batch.pk,))).status_code == 200


def test_rows_with_problems_come_back_as_a_sheet_that_can_be_mended(login, looked_at):
    client = login()
    batch = looked_at("members.contact", "E-mail;Nome\n0376;=1+1\nada@rete.example;Ada\n")
    answer = client.get(reverse("cms_import_problems", args=(batch.pk,)))
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[0] == ("E-mail", "Nome", "Riga", "Problemi")
    assert rows[1][:3] == ("0376", "=1+1", 2) and "E-mail: " in rows[1][3]
    assert len(rows) == 2


def test_the_empty_sheet_names_the_columns_and_is_read_back(login):
    client = login()
    answer = client.get("/admin/imports/template/members.organisation/")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    names = [cell.value for cell in book.worksheets[0][1]]
    assert "Nome" in names and book.worksheets[1].max_row == len(names) + 1
    from cms.spreadsheets.importing.starting import propose
    from cms.spreadsheets.resources import resource_for

    assert len(propose(names, resource_for("members.organisation", client.user))) == len(names)


def test_columns_chosen_once_are_proposed_again(login):
    client = login()
    for _time in range(2):
        client.post(START, sent("Recapito;Chi\nada@rete.example;Ada\n"))
    first, second = ImportBatch.objects.order_by("pk")
    client.post(
        reverse("cms_import_columns", args=(first.pk,)), {"column_0": "email", "column_1": "first_name"}
    )
    html = client.get(reverse("cms_import", args=(second.pk,))).content.decode()
    assert 'value="email" selected' not in html
    client.post(START, sent("Chi;Recapito\nAda;ada@rete.example\n"))
    assert ImportBatch.objects.order_by("-pk")[0].mapping == {"0": "first_name", "1": "email"}


def test_what_is_no_sheet_is_refused_at_the_form_and_not_kept(login):
    client = login()
    answer = client.post(START, {"file": SimpleUploadedFile("x.xlsx", b"%PDF-1.7 nothing")})
    assert answer.status_code == 422 and "PDF" in answer.content.decode()
    assert client.post(START, {}).status_code == 422
    assert ImportBatch.objects.count() == 0


def test_an_unclear_header_is_asked_for(login):
    client = login()
    client.post(START, sent("E-mail;Nome\nE-mail;Nome\nada@rete.example;Ada\n"))
    batch = ImportBatch.objects.get()
    assert batch.header_row == 0
    assert client.post(reverse("cms_import_sheet", args=(batch.pk,)), {"row": "99"}).status_code == 422
    client.post(reverse("cms_import_sheet", args=(batch.pk,)), {"row": "1"})
    batch.refresh_from_db()
    assert (batch.header_row, batch.mapping) == (2, {"0": "email", "1": "first_name"})


def test_imports_are_for_who_may_and_each_sees_their_own(login, looked_at, user_as):
    batch = looked_at("members.contact", "E-mail;Nome\nada@rete.example;Ada\n")
    client = login("commercial")
    for name in (
        "cms_import",
        "cms_import_sheet",
        "cms_import_columns",
        "cms_import_progress",
        "cms_import_problems",
    ):
        assert client.get(reverse(name, args=(batch.pk,))).status_code == 404
    assert act(client, batch, "confirm").status_code == 404
    client = login("trainer")
    for address in (
        START,
        "/admin/imports/template/members.contact/",
        "/admin/imports/new/members.nothing/",
        "/admin/imports/new/donations.donation/",
    ):
        assert client.get(address).status_code == 302
    client.logout()
    assert client.get(START).status_code == 302


def test_the_preview_asks_as_many_questions_for_many_rows_as_for_one(
    login, looked_at, django_assert_max_num_queries
):
    client = login()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for many in (1, 30):
        lines = "".join(f"p{i}@rete.example;N{i}\n" for i in range(many))
        batch = looked_at("members.contact", f"E-mail;Nome\n{lines}")
        client.get(reverse("cms_import", args=(batch.pk,)))
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("cms_import", args=(batch.pk,)))
        counts.append(len(seen))
    assert counts[0] == counts[1]
