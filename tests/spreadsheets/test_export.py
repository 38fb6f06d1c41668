"""A list as a file: the rows, columns and order on screen, for whom it is meant, and back again."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils.translation import override
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from cms.doors.reauthentication import SESSION_KEY
from cms.money import Money
from cms.registries import row_scopes
from cms.roles import Role
from cms.sources import Column, Question, source_of
from cms.spreadsheets import days, values
from cms.spreadsheets.export import Sheet, texts, views, workbook
from cms.spreadsheets.reading import open_book
from members.models import Contact, Lead
from tests.factories.members import ContactFactory, LeadFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def exporting(login):
    """A client that gave the password just now, by logging in."""
    return lambda role="consortium_admin": login(role)


def address(model, query=""):
    return reverse("list_export", args=[model._meta.label_lower]) + query


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_list_goes_out_as_it_stands_on_the_screen(exporting):
    school, town = OrganisationFactory(name="Scuola"), OrganisationFactory(name="=Comune")
    LeadFactory(title="Laboratori", organisation=school, expected_value_cents=123450)
    LeadFactory(title="Concerto, in piazza", organisation=town, expected_value_cents=None)
    LeadFactory(title="Altro")
    query = "q=&ordering=title&columns=title,organisation,expected_value_cents,next_action_on"
    chosen = [lead.pk for lead in Lead.objects.exclude(title="Altro")]
    response = exporting().post(
        address(Lead), {"query": query, "scope": "chosen", "id": chosen, "kind": "semicolon"}
    )
    assert response["Content-Disposition"].startswith('attachment; filename="')
    lines = body(response).decode("utf-8-sig").split("\r\n")
    assert [line.rsplit(";", 1)[0] for line in lines[1:-1]] == [
        "Concerto, in piazza;'=Comune;",
        "Laboratori;Scuola;1234,50",
    ]
    assert lines[0].startswith("Titolo;")


def test_a_workbook_has_real_numbers_and_dates(exporting):
    LeadFactory(title="@cella", expected_value_cents=123450, next_action_on=date(2026, 2, 1))
    query = "columns=title,expected_value_cents,next_action_on"
    response = exporting().post(address(Lead), {"query": query, "scope": "all", "kind": "xlsx"})
    sheet = openpyxl.load_workbook(BytesIO(body(response))).active
    assert [cell.value for cell in sheet[2]] == ["@cella", 1234.5, datetime(2026, 2, 1)]
    assert sheet["A2"].quotePrefix and sheet["C2"].number_format == "dd/mm/yyyy"


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.CONSORTIUM_ADMIN, True),
        (Role.AUDITOR, True),
        (Role.COMMERCIAL, True),
        (Role.TRAINER, False),
        (Role.EDITOR, False),
        (Role.COOPERATIVE_EDITOR, False),
    ],
)
def test_a_list_is_exported_by_those_who_may(role, allowed, exporting):
    LeadFactory()
    client = exporting(role)
    assert client.get(address(Lead)).status_code == (200 if allowed else 302)
    posted = client.post(address(Lead), {"scope": "all", "kind": "comma"})
    assert posted.status_code == (200 if allowed else 302)


def test_an_export_of_people_asks_for_the_password(login):
    LeadFactory()
    client = login("consortium_admin")
    session = client.session
    session[SESSION_KEY] = 1  # given long ago
    session.save()
    response = client.post(address(Lead), {"scope": "all", "kind": "comma"})
    assert response.status_code == 403
    assert not response.streaming
    assert not ModelLogEntry.objects.filter(action="cms.export").exists()


def test_a_stranger_and_an_unknown_list_get_nothing(client, exporting):
    assert client.get(address(Lead)).status_code == 302
    assert exporting().get(reverse("list_export", args=["members.user"])).status_code == 404


def test_rows_of_others_stay_out_whatever_keys_are_posted(exporting, monkeypatch):
    mine, other = LeadFactory(title="Mia"), LeadFactory(title="Altrui")
    monkeypatch.setitem(row_scopes._things, Lead, lambda user, rows: rows.filter(title="Mia"))
    client = exporting()
    chosen = {"scope": "chosen", "id": [mine.pk, other.pk, "x", 2**70], "kind": "comma"}
    for posted in (chosen, {"scope": "all", "kind": "comma"}):
        text = body(client.post(address(Lead), posted)).decode()
        assert "Mia" in text and "Altrui" not in text
    assert client.post(address(Lead), {"kind": "comma"}).status_code == 302


def test_the_log_says_who_took_what_and_nothing_of_people(exporting):
    LeadFactory(title="Laboratori")
    client = exporting()
    body(client.post(address(Lead), {"query": "q=laboratori", "scope": "all", "kind": "comma"}))
    entry = ModelLogEntry.objects.get(action="cms.export")
    assert entry.user == client.user
    assert (entry.data["source"], entry.data["rows"], entry.data["has_words"]) == ("members.lead", 1, True)
    assert "laboratori" not in str(entry.data).lower()


def test_a_question_that_cannot_be_answered_gives_no_file(exporting):
    LeadFactory()
    client = exporting()
    assert client.get(address(Lead, "?nowhere=1")).status_code == 200
    posted = client.post(address(Lead), {"query": "nowhere=1", "scope": "all", "kind": "comma"})
    assert posted.status_code == 422 and not posted.streaming


def test_a_list_too_long_for_a_workbook_says_so_before_and_after_the_choice(exporting, monkeypatch):
    monkeypatch.setattr(views, "MOST_ROWS_OF_XLSX", 1)
    client = exporting()
    ContactFactory()
    told = "al massimo 1 righe"
    assert told not in client.get(address(Contact)).content.decode()
    ContactFactory()
    page = client.get(address(Contact)).content.decode()
    assert told in page and re.search(r'value="semicolon"[^>]* checked', page)
    refused = client.post(address(Contact), {"scope": "all", "kind": "xlsx"})
    assert refused.status_code == 422 and "scegli csv" in refused.content.decode()


def test_export_query_count_does_not_grow(superuser, django_assert_max_num_queries):
    def records() -> int:
        answer = source_of(Contact).ask(superuser, Question())
        return len(list(Sheet("Contatti", answer.rows, answer.columns).records()))

    for _each in range(30):
        ContactFactory(organisation=OrganisationFactory())
    with django_assert_max_num_queries(3):
        assert records() == 30


@dataclass
class Rows:
    """Rows that no database holds."""

    values: list

    def iterator(self, chunk_size):
        return iter(self.values)

    def order_by(self):
        return self

    def count(self):
        return len(self.values)


def sheet_of(values_: list, count: int) -> Sheet:
    columns = [Column(f"c{n}", f"C{n}", accessor=lambda row, n=n: row[n]) for n in range(count)]
    return Sheet("Prova [1]", Rows(values_), columns)


WRITERS = [
    ("csv", lambda sheet: texts.written(sheet, texts.FOR_EXCEL)),
    ("csv", lambda sheet: texts.written(sheet, texts.FOR_PROGRAMS)),
    ("xlsx", workbook.written),
]
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=30).map(str.strip)
STARTS = st.sampled_from(["", "'", "=", "+", "-", "@", "'=", "''=", "\t=", "_x0041_", "sep=", '"'])


@pytest.mark.parametrize(("kind", "write"), WRITERS, ids=["semicolon", "comma", "xlsx"])
@given(data=st.data())
@settings(max_examples=2, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
def test_what_goes_out_comes_back_as_it_was(kind, write, data, tmp_path):
    record = st.tuples(
        st.builds(str.__add__, STARTS, TEXTS).map(str.strip),
        st.dates(date(1900, 3, 1)),
        st.datetimes(datetime(1901, 1, 1), datetime(2200, 1, 1)).map(lambda m: m.replace(microsecond=0)),
        st.integers(-(10**12), 10**12),
        st.integers(-(10**9), 10**9).map(Money),
        st.decimals(-(10**6), 10**6, places=3),
        st.booleans(),
    )
    records = data.draw(st.lists(record, min_size=20, max_size=20))
    path = tmp_path / f"a.{kind}"
    with override("it"):
        path.write_bytes(b"".join(write(sheet_of(records, 7))))
        book = open_book(path, path.name)
        assert book.kind == kind
        rows = list(book.rows(book.sheets[0].name))
        assert rows[0].cells == tuple(f"C{n}" for n in range(7))
        for row, record in zip(rows[1:], records, strict=True):
            text, day, moment, whole, money, number, yes = row.cells
            assert (values.as_text(text) or "") == record[0]
            assert days.as_date(day) == record[1]
            assert days.as_moment(moment).replace(tzinfo=None) == record[2]
            assert values.as_integer(whole) == record[3]
            assert values.as_money(money) == record[4]
            assert _decimal(number) == record[5]
            assert values.as_boolean(yes) is record[6]


def _decimal(cell) -> Decimal:
    return values.as_decimal(cell.replace(".", ",") if isinstance(cell, str) else cell)
