"""What the public fills in: mistakes are told, nothing typed breaks it, consent is to the words as shown."""

import pytest
from django.http import QueryDict
from django.utils import translation

from cms.public_forms import guard_values
from members.forms import EnrolmentForm, RequestForm
from members.models import ConsentText, CourseEdition, Lead
from members.models.consent_text import fingerprint
from members.services import leads
from members.today import today
from tests.factories import members as make

pytestmark = pytest.mark.django_db

REQUEST = {
    "message": "Un laboratorio per due classi.",
    "name": "Giulia Rossi",
    "email": "giulia@comune.example",
    "phone": "+39 0376 123456",
    "organisation_name": "Comune di Prova",
    "organisation_kind": "public",
    "consent": "on",
}


def posted(words: dict, **changes) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({**words, **guard_values(), **changes})
    return data


def request_form(**changes) -> RequestForm:
    return RequestForm(posted(REQUEST, **changes))


def test_a_whole_request_becomes_a_lead():
    service_format = make.ServiceFormatFactory()
    form = RequestForm(posted(REQUEST), service_format=service_format)
    assert form.is_valid(), form.errors
    lead = leads.open_lead(**form.for_service(), page_url="/format/x/", language="it")
    assert (lead.service_format, lead.message) == (service_format, "Un laboratorio per due classi.")
    assert lead.consent.text == ConsentText.objects.current("request").text_it


def test_on_the_contact_page_a_format_may_be_chosen_among_those_on_offer():
    offered, withdrawn = make.ServiceFormatFactory(), make.ServiceFormatFactory(withdrawn=True)
    assert request_form(service_format=str(offered.pk)).is_valid()
    assert not request_form(service_format=str(withdrawn.pk)).is_valid()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("message", ""),
        ("message", "\x00 \x00"),
        ("message", "a" * 5001),
        ("name", ""),
        ("name", "\x00"),
        ("name", "N" * 161),
        ("email", ""),
        ("email", "nobody"),
        ("email", "a@b"),
        ("email", "a@example.org\nBcc: b@example.org"),
        ("email", "x" * 300 + "@example.org"),
        ("phone", "chiamatemi"),
        ("phone", "1" * 60),
        ("organisation_kind", "secret"),
        ("service_format", "abc"),
        ("service_format", "99999999999999999999999"),
        ("consent", ""),
    ],
)
def test_a_mistake_is_told_at_its_field_in_italian_and_keeps_what_was_typed(field, value):
    form = request_form(**{field: value})
    assert not form.is_valid()
    assert list(form.errors) == [field]
    html = form.as_div()
    for name in ("message", "name", "email"):
        if name != field:
            assert REQUEST[name] in html
    assert "aria-invalid" in html


@pytest.mark.parametrize(
    "changes",
    [
        {"message": "🎭" * 2000, "name": "🎭🎭", "organisation_name": "🏛️"},
        {"message": "<script>alert(1)</script>", "name": "<b>Giulia</b>"},
        {"message": "uno\x00due", "name": "Giu\x00lia", "email": " GIULIA@Comune.example\x00", "phone": ""},
        {"organisation_name": "", "organisation_kind": "", "phone": ""},
    ],
)
def test_odd_but_honest_words_go_through_to_the_database(changes):
    form = request_form(**changes)
    assert form.is_valid(), form.errors
    lead = leads.open_lead(**form.for_service(), language="it")
    assert Lead.objects.get(pk=lead.pk).contact.email == "giulia@comune.example"
    assert "<script>" not in form.as_div()


def test_an_empty_form_says_what_is_missing_and_nothing_else():
    form = RequestForm(posted({}))
    assert set(form.errors) == {"message", "name", "email", "consent"}
    assert all(not word.startswith("This field") for words in form.errors.values() for word in words)


def test_labels_hints_and_autocomplete_help_to_fill_it_in():
    with translation.override("it"):
        html = RequestForm().as_div()
    for piece in ('autocomplete="name"', 'autocomplete="email"', 'autocomplete="tel"', 'type="tel"'):
        assert piece in html
    assert 'maxlength="5000"' in html
    assert "Di che cosa hai bisogno?" in html


def test_the_consent_text_is_that_of_the_language_and_of_the_day():
    ConsentText.objects.update_or_create(
        purpose="request", defaults={"text_it": "Acconsento a tutto.", "text_en": "I agree to all."}
    )
    with translation.override("en"):
        form = RequestForm(posted(REQUEST))
        assert form.fields["consent"].label == "I agree to all."
        assert form.is_valid()
    assert form.for_service()["consent_text"] == "I agree to all."


def test_a_consent_text_that_changed_meanwhile_is_asked_again_with_the_new_words():
    shown = fingerprint("Parole vecchie")
    form = request_form(consent_seen=shown)
    assert list(form.errors) == ["consent"]
    assert "cambiato" in form.errors["consent"][0]
    again = form["consent_seen"].value()
    assert again == fingerprint(form.consent_text)
    assert not form["consent"].value()
    assert request_form(consent_seen=again).is_valid()


def test_editing_a_consent_text_counts_up_its_version():
    text = ConsentText.objects.get(purpose="request")
    before = text.version
    text.save()
    assert text.version == before
    text.text_it += " E grazie."
    text.save()
    assert text.version == before + 1


def test_a_form_without_a_kept_consent_text_shows_the_usual_words():
    ConsentText.objects.all().delete()
    assert "Acconsento" in RequestForm().fields["consent"].label


ENROLMENT = {"first_name": "Luca", "last_name": "Neri", "email": "luca@persone.example", "consent": "on"}


def editions():
    return CourseEdition.objects.open(today()).order_by("starts_on")


def test_a_full_edition_is_shown_and_cannot_be_ticked():
    free = make.CourseEditionFactory(name_it="Libera", starts_on=today().replace(year=today().year + 1))
    full = make.CourseEditionFactory(name_it="Piena", full=True, capacity=1)
    form = EnrolmentForm(editions=editions())
    assert form["edition"].value() == free.pk
    html = str(form["edition"])
    assert "Piena" in html
    assert "completa" in html
    assert html.count("disabled") == 1
    assert EnrolmentForm(posted(ENROLMENT, edition=str(full.pk)), editions=editions()).is_valid()


def test_an_edition_that_closed_meanwhile_is_told_as_closed():
    closed = make.CourseEditionFactory(closed=True)
    form = EnrolmentForm(posted(ENROLMENT, edition=str(closed.pk)), editions=editions())
    assert form.errors == {"edition": ["Le iscrizioni a questa edizione sono chiuse: scegline un’altra."]}


@pytest.mark.parametrize("value", ["", "x", "-1", "\x00", "9" * 40])
def test_an_edition_that_is_none_is_told_at_its_field(value):
    make.CourseEditionFactory()
    form = EnrolmentForm(posted(ENROLMENT, edition=value), editions=editions())
    assert list(form.errors) == ["edition"]


def test_enrolment_form_query_count_does_not_grow():
    def cost(number: int) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        make.CourseEditionFactory.create_batch(number)
        with CaptureQueriesContext(connection) as queries:
            EnrolmentForm(editions=editions().select_related("course")).as_div()
        return len(queries)

    assert cost(1) == cost(29)
