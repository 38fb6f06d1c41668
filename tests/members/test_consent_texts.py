"""Each consent says which version of the text was read."""

import pytest

from members.models import ConsentText, ConsentTextVersion
from members.services.leads import open_lead

pytestmark = pytest.mark.django_db


def ask(text: str):
    return open_lead(name="Ada Neri", email="ada@example.org", message="Ciao", consent_text=text)


def test_request_keeps_the_version_of_the_text_that_was_shown():
    words = ConsentText.objects.get(purpose="request")
    first = words.text_it
    words.text_it = "Acconsento, nelle parole nuove."
    words.save()
    versions = [
        ask(text).consent.version for text in (first, words.text_it, words.text_en, "Parole di un altro sito")
    ]
    assert versions == [1, 2, 2, None]
    kept = ConsentTextVersion.objects.order_by("number").values_list("number", "text_it")
    assert list(kept.filter(consent_text=words)) == [(1, first), (2, words.text_it)]
