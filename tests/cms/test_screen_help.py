"""Every kind of record says behind its "?" what it is; the screens of its own are asked in the browser."""

import pytest
from django.urls import reverse
from django.utils import translation

from cms.sources import sources
from tests.factories.members import CompetenceFactory, LeadFactory

pytestmark = pytest.mark.django_db


def test_every_source_of_records_says_what_its_records_are_in_both_languages():
    silent = [key for key, source in sources.items() if not str(source.help_text)]
    assert not silent, f"help_text is missing: {silent}"
    with translation.override("en"):
        english = {key: str(source.help_text) for key, source in sources.items()}
    with translation.override("it"):
        same = [key for key, source in sources.items() if str(source.help_text) == english[key]]
    assert not same, f"help_text is not translated: {same}"
    assert len(set(english.values())) == len(english), "two kinds of record say the same of themselves"


@pytest.mark.parametrize("screen", ["index", "create", "edit", "inspect"])
def test_list_and_form_of_a_record_show_it(login, screen):
    args = [LeadFactory().pk] if screen in ("edit", "inspect") else []
    shown = login().get(reverse(f"members_lead_modeladmin_{screen}", args=args)).content.decode()
    assert str(sources.get("members.lead").help_text) in shown


@pytest.mark.parametrize("screen", ["list", "add", "edit"])
def test_list_and_form_of_a_snippet_show_it(login, screen):
    args = [CompetenceFactory().pk] if screen == "edit" else []
    answer = login().get(reverse(f"wagtailsnippets_members_competence:{screen}", args=args))
    assert str(sources.get("members.competence").help_text) in answer.content.decode()
