"""What each kind of field reads, keeps and says."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from cms.custom_fields import fields_for, values_in_words
from cms.models import CustomField, FilterValue
from cms.money import Money
from members.models import Lead
from tests.factories.custom_fields import field_of, fill
from tests.factories.members import ContactFactory, LeadFactory

pytestmark = pytest.mark.django_db

# kind, details, typed, value, stored, words, plain value
FEBRUARY = datetime.date(2027, 2, 1)
SITE = "https://esempio.it/a"
BOTH = ["teatro", "musica"]
BIG = 2**53 + 1
READ = [
    ("text", {}, " Sala  blu ", "Sala  blu", "Sala  blu", "Sala  blu", "Sala  blu"),
    ("number", {"unit": "m²"}, "1.250 m²", Decimal(1250), 1250, "1.250 m²", Decimal(1250)),
    ("number", {"decimals": 2}, "12,5", Decimal("12.5"), 12.5, "12,5", Decimal("12.5")),
    ("number", {"decimals": 2}, "12.50", Decimal("12.5"), 12.5, "12,5", Decimal("12.5")),
    ("number", {}, "9007199254740993", Decimal(BIG), BIG, "9.007.199.254.740.993", Decimal(BIG)),
    ("number", {}, 62500.0, Decimal(62500), 62500, "62.500", Decimal(62500)),
    ("money", {}, "1.234,56", 123456, 123456, "1.234,56\u00a0€", Money(123456)),
    ("money", {}, 80.5, 8050, 8050, "80,50\u00a0€", Money(8050)),
    ("date", {}, "1/2/2027", FEBRUARY, "2027-02-01", "01/02/2027", FEBRUARY),
    ("date", {}, datetime.datetime(2027, 2, 1, 9), FEBRUARY, "2027-02-01", "01/02/2027", FEBRUARY),
    ("yes_no", {}, "sì", True, True, "Sì", True),
    ("yes_no", {}, "NO", False, False, "No", False),
    ("link", {}, "esempio.it/a", SITE, SITE, SITE, SITE),
    ("choice", {}, "TEATRO", "teatro", "teatro", "Teatro", "teatro"),
    ("choices", {}, "musica; teatro", BOTH, BOTH, "Teatro, Musica", BOTH),
]  # fmt: skip
REFUSED = [
    ("number", {}, "dodici"),
    ("number", {}, "12,5"),
    ("number", {}, "1,2,3"),
    ("number", {}, float("nan")),
    ("number", {}, True),
    ("number", {"decimals": 6}, "1234567890,123456"),
    ("number", {}, "1234567890123456789"),
    ("money", {}, "-5"),
    ("money", {}, "molto"),
    ("money", {}, float("inf")),
    ("date", {}, "31/02/2027"),
    ("date", {}, "2027-13-45"),
    ("date", {}, "02/2027"),
    ("yes_no", {}, "forse"),
    ("link", {}, "javascript:alert(1)"),
    ("choice", {}, "danza"),
    ("choices", {}, "teatro, danza"),
    ("text", {}, "x" * 501),
    ("person", {}, "nessuno@example.org"),
    ("person", {}, "Maria"),
    ("file", {}, "preventivo.pdf"),
]


@pytest.mark.parametrize(("kind", "details", "typed", "value", "stored", "words", "raw"), READ)
def test_a_value_is_read_kept_and_said(kind, details, typed, value, stored, words, raw):
    choices = ("Teatro", "Musica") if kind.startswith("choice") else ()
    field = field_of(kind=kind, label="Campo", choices=choices, **details)
    lead = LeadFactory()
    fill(lead, campo=typed)
    lead = Lead.objects.get(pk=lead.pk)
    assert lead.custom == {"campo": stored}
    assert field.value_of(lead) == value
    assert (field.display(value), field.raw(value)) == (words, raw)
    assert field.to_python(field.text(value)) == value
    lead.full_clean()


@pytest.mark.parametrize(("kind", "details", "typed"), REFUSED)
def test_what_does_not_fit_is_refused_in_words(kind, details, typed):
    choices = ("Teatro", "Musica") if kind.startswith("choice") else ()
    field = field_of(kind=kind, label="Campo", choices=choices, **details)
    with pytest.raises(ValidationError) as refused:
        field.to_python(typed)
    assert refused.value.messages[0]


def test_an_amount_typed_in_english_is_read_as_english_writes_it():
    field = field_of(kind="number", label="Spazio", decimals=1)
    with translation.override("en"):
        assert field.to_python("1,250.5") == Decimal("1250.5")
        assert field.display(Decimal("1250.5")) == "1,250.5"


def test_a_person_is_kept_by_key_and_said_by_name():
    field = field_of(kind="person", label="Referente")
    maria = ContactFactory(first_name="Maria", last_name="Bo", email="maria@example.org")
    lead = fill(LeadFactory(), referente="Maria Bo <MARIA@example.org>")
    assert lead.custom == {"referente": maria.pk}
    assert field.display(maria.pk, lead) == "Maria Bo"
    assert field.to_python(field.text(maria.pk)) == maria.pk
    maria.delete()
    assert field.display(field.value_of(lead), lead) == "non più presente"


def test_names_of_people_are_fetched_for_all_rows_at_once(django_assert_num_queries):
    field = field_of(kind="person", label="Referente")
    for number in range(5):
        ContactFactory(email=f"p{number}@example.org")
        fill(LeadFactory(), referente=f"p{number}@example.org")
    with django_assert_num_queries(3):
        rows = list(Lead.objects.prefetch_related("custom_people"))
        assert all(field.display(field.value_of(row), row) for row in rows)


def test_values_of_no_field_are_refused():
    field_of(kind="money", label="Budget")
    for values in ({"altro": "x"}, {"budget": "12"}, {"budget": -1}, ["x"], {"budget": True}):
        lead = LeadFactory.build(custom=values)
        with pytest.raises(ValidationError) as refused:
            lead.clean()
        assert "custom" in refused.value.message_dict


def test_an_emptied_value_leaves_no_trace():
    field_of(kind="text", label="Sala", in_filters=True)
    lead = fill(LeadFactory(), sala="blu")
    assert FilterValue.objects.filter(record_id=lead.pk).count() == 1
    fill(lead, sala="")
    assert (lead.custom, FilterValue.objects.count()) == ({}, 0)


def test_values_are_told_in_words_with_those_out_of_use():
    field = field_of(kind="money", label="Budget")
    field_of(kind="yes_no", label="Urgente")
    lead = fill(LeadFactory(), budget="100", urgente="no")
    CustomField.objects.filter(pk=field.definition.pk).update(retired_at=lead.created_at)
    assert values_in_words(lead) == {"Budget": "100,00\u00a0€", "Urgente": "No"}
    assert "custom_budget" not in [each.name for each in fields_for(Lead, None)]


def test_a_program_that_saves_a_record_without_custom_values_asks_nothing_more(django_assert_num_queries):
    lead = LeadFactory()
    field_of(kind="text", label="Sala", in_filters=True, is_required=True)
    with django_assert_num_queries(1):
        lead.save()
