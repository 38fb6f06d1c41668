"""Custom fields in the form of a record and on its page, for each person's rights."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cms.custom_fields import forget_values
from cms.custom_fields.services.defining import retire_field
from cms.custom_fields.wiring import delete_loose_files
from cms.models import CustomFile, FilterValue
from members.models import Lead
from tests.factories.custom_fields import field_of, fill
from tests.factories.members import ContactFactory, LeadFactory

pytestmark = pytest.mark.django_db


def url(action, *args):
    return reverse(f"members_lead_modeladmin_{action}", args=args)


def opened(response):
    """The hidden values of a form about to be posted."""
    text = response.content.decode()
    return {
        name: html.unescape(re.search(rf'name="{name}" value="([^"]*)"', text).group(1))
        for name in ("opened_version", "opened_values")
    }


def posted(lead, **changes):
    values = {
        "title": lead.title,
        "message": lead.message,
        "language": "it",
        "organisation": "",
        "contact": "",
    }
    return {**values, "service_format": "", "expected_value_cents": "", **changes}


def test_fields_are_filled_in_with_the_others(login):
    field_of(kind="money", label="Budget", help_it="Al netto")
    field_of(kind="choices", label="Temi", choices=["Teatro", "Musica"])
    field_of(kind="person", label="Referente")
    field_of(kind="yes_no", label="Urgente")
    field_of(kind="number", label="Metri", default=12, unit="m²")
    maria = ContactFactory(first_name="Maria", last_name="Bo")
    client = login("commercial")
    page = client.get(url("create")).content.decode()
    assert "Al netto" in page
    assert re.search(r'name="custom_metri" value="12"', page)
    for name in ("custom_budget", "custom_referente", "custom_metri"):
        assert page.count(f'name="{name}"') == 1, "a second field would send its own, empty, value"
    lead = LeadFactory(title="Una festa")
    answer = client.post(
        url("edit", lead.pk),
        posted(
            lead,
            **opened(client.get(url("edit", lead.pk))),
            custom_budget="1.500,50",
            custom_temi=["musica", "teatro"],
            custom_referente=maria.pk,
            custom_urgente="False",
            custom_metri="",
        ),
    )
    assert answer.status_code == 302
    lead = Lead.objects.get(pk=lead.pk)
    assert lead.custom == {
        "budget": 150050,
        "temi": ["musica", "teatro"],
        "referente": maria.pk,
        "urgente": False,
    }
    page = client.get(url("inspect", lead.pk)).content.decode()
    assert "1.500,50\u00a0€" in page and "Maria Bo" in page and "Teatro, Musica" in page
    history = client.get(url("history", lead.pk)).content.decode()
    assert "Budget" in history


def test_what_is_wrong_is_told_and_nothing_typed_is_lost(login):
    field_of(kind="money", label="Budget", is_required=True)
    field_of(kind="number", label="Metri")
    lead = LeadFactory()
    client = login("commercial")
    answer = client.post(url("edit", lead.pk), posted(lead, custom_budget="", custom_metri="tanti"))
    page = answer.content.decode()
    assert 'value="tanti"' in page
    assert "Scrivi un numero come 12" in page
    assert Lead.objects.get(pk=lead.pk).custom == {}


def test_the_later_of_two_savers_is_told_of_custom_fields_too(login):
    field_of(kind="money", label="Budget")
    field_of(kind="text", label="Sala")
    lead = fill(LeadFactory(), budget="100", sala="blu")
    client = login("commercial")
    form = opened(client.get(url("edit", lead.pk)))
    fill(Lead.objects.get(pk=lead.pk), budget="200")
    mine = posted(lead, **form, custom_budget="300", custom_sala="verde")
    answer = client.post(url("edit", lead.pk), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Budget" in page and 'value="300"' in page.replace("300,00", "300")
    assert Lead.objects.get(pk=lead.pk).custom == {"budget": 20000, "sala": "blu"}
    answer = client.post(url("edit", lead.pk), {**mine, **opened(answer)})
    assert Lead.objects.get(pk=lead.pk).custom == {"budget": 30000, "sala": "verde"}


def test_a_colleagues_value_is_kept_where_the_person_touched_nothing(login):
    field_of(kind="choice", label="Tipo", choices=["Teatro", "Musica"])
    lead = fill(LeadFactory(), tipo="Teatro")
    client = login("commercial")
    form = opened(client.get(url("edit", lead.pk)))
    fill(Lead.objects.get(pk=lead.pk), tipo="Musica")
    answer = client.post(url("edit", lead.pk), posted(lead, **form, title="Altro", custom_tipo="teatro"))
    assert re.search(r'value="musica"\s+selected', answer.content.decode())


def test_what_a_person_may_not_fill_in_keeps_its_value(login):
    field_of(label="Riservato", seen_by=["consortium_admin"])
    field_of(label="Sola lettura", edited_by=["consortium_admin"])
    retired = field_of(label="Vecchio")
    lead = fill(LeadFactory(), riservato="zitti", sola_lettura="leggi", vecchio="era")
    retire_field(field=retired.definition)
    client = login("commercial")
    page = client.get(url("inspect", lead.pk)).content.decode()
    assert "zitti" not in page and "leggi" in page and "era" in page
    form = client.get(url("edit", lead.pk))
    assert "custom_" not in form.content.decode().replace("custom_fields", "")
    client.post(
        url("edit", lead.pk),
        posted(lead, **opened(form), custom_riservato="!", custom_sola_lettura="!", custom_vecchio="!"),
    )
    assert Lead.objects.get(pk=lead.pk).custom == {
        "riservato": "zitti",
        "sola_lettura": "leggi",
        "vecchio": "era",
    }


def test_a_file_is_kept_in_private_and_opened_by_who_may(login, client):
    field = field_of(kind="file", label="Preventivo", seen_by=["commercial"])
    lead = LeadFactory()
    commercial = login("commercial")
    bad = SimpleUploadedFile("pagina.svg", b"<svg onload='alert(1)'/>", content_type="image/svg+xml")
    answer = commercial.post(url("edit", lead.pk), posted(lead, custom_preventivo=bad))
    assert "I file di questo tipo non si accettano" in answer.content.decode()
    good = SimpleUploadedFile("../Preventivo è.pdf", b"%PDF-1.7 <script>", content_type="text/html")
    form = opened(commercial.get(url("edit", lead.pk)))
    assert (
        commercial.post(url("edit", lead.pk), posted(lead, **form, custom_preventivo=good)).status_code == 302
    )
    file = CustomFile.objects.get()
    lead = Lead.objects.get(pk=lead.pk)
    assert lead.custom == {"preventivo": {"id": str(file.pk), "name": "Preventivo è.pdf"}}
    address = reverse("custom_fields:file", args=[file.pk])
    assert address in commercial.get(url("inspect", lead.pk)).content.decode()
    answer = commercial.get(address)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 <script>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    for stranger in ("trainer", "editor", "auditor"):
        assert login(stranger).get(address).status_code in (302, 404)
    login("commercial")
    form = opened(client.get(url("edit", lead.pk)))
    client.post(url("edit", lead.pk), posted(lead, **form))
    assert field.value_of(Lead.objects.get(pk=lead.pk)) is not None, "an untouched file stays"
    form = opened(client.get(url("edit", lead.pk)))
    client.post(url("edit", lead.pk), posted(lead, **form, **{"custom_preventivo-clear": "on"}))
    assert Lead.objects.get(pk=lead.pk).custom == {}
    assert client.get(address).status_code == 404


def test_files_that_no_record_holds_are_deleted_a_day_later(django_capture_on_commit_callbacks):
    field = field_of(kind="file", label="Preventivo")
    lead = LeadFactory()
    for name in ("primo.pdf", "secondo.pdf"):
        field.write(lead, SimpleUploadedFile(name, b"%PDF"))
        lead.save()
    files = {file.name: file for file in CustomFile.objects.all()}
    assert delete_loose_files() is None
    CustomFile.objects.update(created_at="2020-01-01T00:00:00Z")
    with django_capture_on_commit_callbacks(execute=True):
        assert delete_loose_files() == "1 deleted"
    storage = files["primo.pdf"].file.storage
    assert [storage.exists(files[name].file.name) for name in ("primo.pdf", "secondo.pdf")] == [False, True]
    with django_capture_on_commit_callbacks(execute=True):
        forget_values(lead)
    assert not storage.exists(files["secondo.pdf"].file.name)
    assert (Lead.objects.get(pk=lead.pk).custom, FilterValue.objects.count()) == ({}, 0)


def test_queries_of_a_record_do_not_grow_with_its_fields(login):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = login("commercial")
    lead = LeadFactory()

    def count(address):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    field_of(kind="choice", label="Tipo", choices=["a", "b"])
    before = [count(url("edit", lead.pk)), count(url("inspect", lead.pk))]
    for number in range(9):
        field_of(kind="choices" if number % 2 else "text", label=f"Campo {number}", choices=["a"])
    assert [count(url("edit", lead.pk)), count(url("inspect", lead.pk))] == before
