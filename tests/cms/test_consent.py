"""Consent is kept in the words that were shown, and its last word counts."""

import pytest
from django.db import IntegrityError

from cms.consent import has_consent, has_withdrawn, record_consent, withdraw
from cms.models import ConsentRecord
from tests.factories.cms import ConsentRecordFactory

pytestmark = pytest.mark.django_db


def agree(**changes) -> ConsentRecord:
    return record_consent(
        **{
            "purpose": "promotional",
            "email": " Anna@Example.org",
            "text": "Voglio ricevere le notizie.",
            "language": "it",
            "source": "/contatti/",
            **changes,
        }
    )


def test_consent_keeps_the_text_as_shown():
    word = agree(text="  Voglio le notizie <della rete>.\n")
    word.refresh_from_db()
    assert word.text == "  Voglio le notizie <della rete>.\n"
    assert (word.email, word.given) == ("anna@example.org", True)


def test_consent_without_its_text_is_refused_by_the_service_and_by_the_database():
    with pytest.raises(ValueError, match="text"):
        agree(text="  ")
    with pytest.raises(IntegrityError):
        ConsentRecordFactory(text="")


def test_last_word_counts_for_each_purpose_and_whatever_the_case():
    assert not has_consent("anna@example.org", "promotional")
    agree()
    agree(purpose="request")
    assert has_consent("ANNA@example.org", "promotional")
    withdraw(email="anna@EXAMPLE.org", purpose="promotional", source="phone")
    assert not has_consent("anna@example.org", "promotional")
    assert has_withdrawn("anna@example.org", "promotional")
    assert has_consent("anna@example.org", "request")
    agree()
    assert has_consent("anna@example.org", "promotional")


def test_withdrawing_twice_leaves_one_row_and_withdrawing_what_was_never_given_is_kept():
    first = withdraw(email="anna@example.org", purpose="promotional", source="page")
    again = withdraw(email="anna@example.org", purpose="promotional", source="page")
    assert first == again
    assert ConsentRecord.objects.get().given is False


def test_who_never_said_anything_has_not_withdrawn():
    assert not has_withdrawn("anna@example.org", "promotional")


def test_written_consent_is_never_changed():
    word = agree()
    word.text = "Something else"
    with pytest.raises(TypeError, match="written once"):
        word.save()


def test_source_that_is_too_long_is_cut():
    assert len(agree(source="/" + "a" * 500).source) == 200
