"""A search minds neither accents nor capitals, and knows at once what any statement wrote."""

import pytest

from cms.models import RecordWords
from cms.sources import Question, source_of, word_index
from members.models import Lead, Organisation
from tests.factories.members import LeadFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def found(user, typed, model=Lead):
    return {str(row) for row in source_of(model).ask(user, Question(words=typed)).rows}


def test_accents_and_capitals_make_no_difference(superuser):
    LeadFactory(title="Perché la CITTÀ è così")
    LeadFactory(title="Citta' d'arte", message="Žižka e Øresund")
    for typed, count in {
        "citta": 2,
        "CITTÀ": 2,
        "perche": 1,
        "PERCHÉ città": 1,
        "cosi\u0300": 1,
        "zizka": 1,
        "ORESUND": 1,
        "rché": 1,
        "città perché arte": 0,
        "100%": 0,
        "_": 0,
    }.items():
        assert len(found(superuser, typed)) == count, typed


def test_a_request_is_found_by_what_its_client_is_found_by(superuser):
    LeadFactory(title="Readings", organisation=OrganisationFactory(name="Società Operaia", town="Ostiglia"))
    LeadFactory(title="Concert")
    assert found(superuser, "societa readings") == {"Readings"}
    assert found(superuser, "ostiglia") == {"Readings"}


def test_statements_on_many_rows_change_the_words_too(superuser):
    Organisation.objects.bulk_create(Organisation(name=f"Scuola {n}", kind="public") for n in range(3))
    assert len(found(superuser, "scuola", Organisation)) == 3
    Organisation.objects.update(name="Liceo")
    assert found(superuser, "scuola", Organisation) == set()
    assert found(superuser, "liceo", Organisation) == {"Liceo"}
    before = RecordWords.objects.values_list("pk", "text")
    kept = set(before)
    Organisation.objects.update(kind="private")
    assert set(before.all()) == kept, "what is not searched writes no words"
    Organisation.objects.all().delete()
    assert not RecordWords.objects.filter(kind="members.organisation").exists()


def test_migrations_find_no_trigger_in_their_way_and_leave_the_words_true(superuser):
    lead = LeadFactory(title="Letture")
    word_index.take_down()
    Lead.objects.filter(pk=lead.pk).update(title="Concerto")
    gone = LeadFactory(title="Mostra")
    RecordWords.objects.filter(row_id=gone.pk).delete()
    Lead.objects.filter(pk=gone.pk).update(title="Mostra d'arte")
    word_index.put_up()
    assert found(superuser, "concerto") == {"Concerto"}
    assert found(superuser, "letture") == set()
    assert found(superuser, "mostra") == {"Mostra d'arte"}
