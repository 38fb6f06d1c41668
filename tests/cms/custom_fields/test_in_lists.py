"""Custom fields in lists: columns, filters, order, one value for many rows. The same on both databases."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.custom_fields import filters
from cms.custom_fields.filter_values import at_least
from cms.custom_fields.services.choosing import merge_choices
from cms.custom_fields.services.defining import delete_field, retire_field
from cms.listing.bulk import bulk_actions_for
from cms.models import FilterValue
from cms.sources import Question, source_of
from members.models import Lead
from tests.factories.custom_fields import field_of, fill
from tests.factories.members import ContactFactory, LeadFactory

pytestmark = pytest.mark.django_db

LIST = "members_lead_modeladmin_index"


@pytest.fixture
def leads():
    """Three requests with every kind of value, and one with none."""
    field_of(kind="text", label="Sala", in_filters=True, in_list=True)
    field_of(kind="number", label="Metri", decimals=1, unit="m²", in_filters=True, in_list=True)
    field_of(kind="money", label="Budget", in_filters=True, in_list=True)
    field_of(kind="date", label="Visita", in_filters=True, in_list=True)
    field_of(
        kind="choice", label="Tipo", choices=["Teatro", "Musica", "Danza"], in_filters=True, in_list=True
    )
    field_of(
        kind="choices", label="Temi", choices=["Scuola", "Lavoro", "Anziani"], in_filters=True, in_list=True
    )
    field_of(kind="yes_no", label="Urgente", in_filters=True, in_list=True)
    field_of(kind="link", label="Cartella", in_filters=True, in_list=True)
    field_of(kind="person", label="Referente", in_filters=True, in_list=True)
    field_of(kind="long_text", label="Appunti", in_list=True)
    maria = ContactFactory(first_name="Maria", last_name="Bò", email="maria@example.org")
    ugo = ContactFactory(first_name="Ugo", last_name="Re", email="ugo@example.org")
    LeadFactory(title="vuota")
    fill(
        LeadFactory(title="a"),
        sala="Sala Grande",
        metri="80",
        budget="100",
        visita="1/2/2027",
        tipo="Teatro",
        temi="Scuola; Lavoro",
        urgente="sì",
        cartella="https://esempio.it/a",
        referente=maria.email,
        appunti="ciao",
    )
    fill(
        LeadFactory(title="b"),
        sala="sala piccola",
        metri="12,5",
        budget="99,99",
        visita="28/2/2027",
        tipo="Danza",
        temi="Lavoro",
        urgente="no",
        cartella="https://altro.it/b",
        referente=ugo.email,
    )
    fill(
        LeadFactory(title="c"), metri="1000", budget="5000", visita="1/3/2027", tipo="Teatro", temi="Anziani"
    )


ASKED = [
    ({"custom_sala": "SALÀ gra"}, "a"),
    ({"custom_sala": "sala"}, "ab"),
    ({"custom_cartella": "altro.it"}, "b"),
    ({"custom_metri_min": "12,5", "custom_metri_max": "80"}, "ab"),
    ({"custom_metri_min": "81"}, "c"),
    ({"custom_budget_max": "99,99"}, "b"),
    ({"custom_budget_min": "100,00"}, "ac"),
    ({"custom_visita_from": "2027-02-01", "custom_visita_to": "2027-02-28"}, "ab"),
    ({"custom_visita_from": "2027-03-01"}, "c"),
    ({"custom_tipo": "teatro"}, "ac"),
    ({"custom_tipo": ["teatro", "danza"]}, "abc"),
    ({"custom_temi": ["scuola", "anziani"]}, "ac"),
    ({"custom_urgente": "yes"}, "a"),
    ({"custom_urgente": "no"}, "b"),
    ({"custom_referente": "maria BÒ"}, "a"),
    ({"custom_referente": "example.org"}, "ab"),
    ({"custom_tipo": "teatro", "custom_budget_min": "1000"}, "c"),
]  # fmt: skip


def titles(response):
    return "".join(sorted(lead.title for lead in response.context["object_list"] if len(lead.title) == 1))


def test_each_kind_of_field_narrows_the_list(login, leads, monkeypatch):
    monkeypatch.setattr(filters, "FREQUENT", 1)  # SQLite is asked both ways
    client = login("commercial")
    found = {str(query): titles(client.get(reverse(LIST), query)) for query, _expected in ASKED}
    assert found == {str(query): expected for query, expected in ASKED}
    unsaid = client.get(reverse(LIST), {"custom_urgente": "unsaid"})
    assert sorted(lead.title for lead in unsaid.context["object_list"]) == ["c", "vuota"]


def test_columns_show_values_as_people_read_them(login, leads):
    page = login("commercial").get(reverse(LIST)).content.decode()
    for words in (
        "80\u00a0m²",
        "100,00\u00a0€",
        "01/02/2027",
        "Teatro",
        "Scuola, Lavoro",
        "Maria Bò",
        "ciao",
    ):
        assert words.replace("80\u00a0m²", "80 m²") in page
    assert 'href="https://esempio.it/a"' in page


def test_lists_are_sorted_by_amounts_and_dates(login, leads):
    client = login("commercial")
    for order, expected in (("custom__budget", "bac"), ("-custom__metri", "cab"), ("custom__visita", "abc")):
        rows = client.get(reverse(LIST), {"ordering": order}).context["object_list"]
        assert "".join(row.title for row in rows if row.title != "vuota") == expected


def test_numbers_and_amounts_are_exact_to_the_last_digit(login):
    """Neighbours that a float would hold for one: of 0,1 + 0,2, of 2 to the 53rd, of cents beyond it."""
    field_of(kind="number", label="Peso", decimals=6, in_filters=True, in_list=True)
    sums = field_of(kind="money", label="Somma", in_filters=True, in_list=True)
    numbers = ["0,3", "0,300001", "-0,3", "9007199254740992", "9007199254740993", "999999999,999999"]
    for title, number, cents in zip("abcdef", numbers, [29, 30, 31, 2**53, 2**53 + 1, 57], strict=True):
        lead = LeadFactory(title=title)
        sums.write(lead, cents)
        fill(lead, peso=number)
    client = login("commercial")

    def ask(**query):
        return titles(client.get(reverse(LIST), query))

    assert ask(custom_peso_min="0,3", custom_peso_max="0,3") == "a"
    assert ask(custom_peso_min="0,300001", custom_peso_max="0,300001") == "b"
    assert ask(custom_peso_max="-0,3") == "c" and ask(custom_peso_max="-0,299999") == "c"
    assert ask(custom_peso_max="-0,300001") == ""
    assert ask(custom_peso_min="9007199254740993") == "e"
    assert ask(custom_peso_max="9007199254740992") == "abcdf"
    assert ask(custom_peso_min="999999999,999999", custom_peso_max="999999999,999999") == "f"
    assert ask(custom_somma_min="0,30", custom_somma_max="0,30") == "b"
    assert ask(custom_somma_min="0,58") == "de" and ask(custom_somma_max="0,57") == "abcf"
    assert FilterValue.objects.filter(at_least(2**53 + 1), field=sums.definition).count() == 1
    for order, expected in (("custom__peso", "cabfde"), ("-custom__somma", "edfcba")):
        rows = client.get(reverse(LIST), {"ordering": order}).context["object_list"]
        assert "".join(row.title for row in rows) == expected


def test_a_source_gives_plain_values(user_as, leads):
    names = ["custom_budget", "custom_tipo", "custom_temi", "custom_referente", "custom_urgente"]
    answer = source_of(Lead).ask(
        user_as("commercial"), Question(filters={"custom_budget_max": ("99,99",)}, columns=tuple(names))
    )
    assert answer.problems == ()
    (row,) = answer.rows
    said = [column.said(row) for column in answer.columns]
    assert said == ["99,99\u00a0€", "Danza", "Lavoro", "Ugo Re", "No"]
    raw = [column.raw(row) for column in answer.columns]
    assert (raw[0].cents, raw[1:]) == (9999, ["danza", ["lavoro"], "Ugo Re", False])


def test_a_merged_choice_is_found_by_what_it_became(login, leads, monkeypatch):
    monkeypatch.setattr("cms.custom_fields.services.working.do_waiting_work", lambda: 0)
    from cms.models import CustomChoice

    keys = {choice.key: choice for choice in CustomChoice.objects.filter(field__key="tipo")}
    merge_choices(choice=keys["danza"], into=keys["musica"])
    client = login("commercial")
    assert titles(client.get(reverse(LIST), {"custom_tipo": "musica"})) == "b"


def test_what_is_deleted_or_hidden_is_told_and_shows_nothing(user_as, leads):
    from cms.models import CustomField

    fields = {field.key: field for field in CustomField.objects.all()}
    delete_field(field=fields["sala"], typed_name="Sala")
    retire_field(field=fields["tipo"])
    CustomField.objects.filter(key="budget").update(seen_by=["consortium_admin"])
    user = user_as("commercial")
    ask = lambda **filters: source_of(Lead).ask(user, Question(filters=filters))  # noqa: E731
    gone, hidden, retired = (
        ask(custom_sala=("x",)),
        ask(custom_budget_min=("1",)),
        ask(custom_tipo=("danza",)),
    )
    assert (list(gone.rows), list(hidden.rows), [row.title for row in retired.rows]) == ([], [], ["b"])
    assert "Sala" in gone.problems[0] and hidden.problems
    assert not {"custom_budget", "custom_sala"} & {column.name for column in source_of(Lead).columns(user)}


@pytest.mark.parametrize(
    "query",
    [
        {"custom_metri_min": "tanti"}, {"custom_budget_min": "\x00"}, {"custom_budget_max": "9" * 40},
        {"custom_visita_from": "31/02/2027"}, {"custom_tipo": "nulla"}, {"custom_sala": "\x00%_"},
        {"custom_referente": "' OR 1"}, {"custom_urgente": "forse"}, {"ordering": "custom__segreto"},
    ],
)  # fmt: skip
def test_odd_filters_are_answered_in_words(login, leads, query):
    assert login("commercial").get(reverse(LIST), query).status_code == 200


def test_queries_do_not_grow_with_rows_and_columns(login, leads):
    client = login("commercial")

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(LIST), {"custom_budget_min": "1"}).status_code == 200
        return len(queries)

    count()
    before = count()
    for number in range(20):
        person = ContactFactory(email=f"p{number}@example.org")
        fill(LeadFactory(), budget=str(number + 1), tipo="Musica", referente=person.email)
    assert count() == before


def test_many_rows_get_one_value(user_as, leads):
    user, lead = user_as("commercial"), Lead.objects.get(title="c")
    actions = {action.name: action for action in bulk_actions_for(source_of(Lead), user)}
    action = actions["set-custom_tipo"]
    form = action.form_class({"custom_tipo": "danza"}, user=user)
    assert form.is_valid(), form.errors
    assert action.foresee(user, lead, form.cleaned_data) == "Tipo: Teatro → Danza"
    assert lead.custom["tipo"] == "teatro"
    action.run(user, lead, form.cleaned_data)
    lead = Lead.objects.get(pk=lead.pk)
    assert (lead.custom["tipo"], action.foresee(user, lead, form.cleaned_data)) == ("danza", "")
    answer = source_of(Lead).ask(user, Question(filters={"custom_tipo": ("danza",)}))
    assert sorted(row.title for row in answer.rows) == ["b", "c"]
