"""What happened with a person or client stands on one timeline, as far as each colleague may know it."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.consent import record_consent
from cms.models import CustomField
from cms.outbox import Stream, queue_mail
from cms.roles import Role
from members.models import Exchange, LeadStage
from members.services import exchanges, leads
from tests.factories import donations as gifts
from tests.factories import members as make

pytestmark = pytest.mark.django_db
EMAIL = "ada@comune.example"


def page(client, record, **asked) -> str:
    address = reverse(
        f"{record._meta.app_label}_{record._meta.model_name}_modeladmin_inspect", args=[record.pk]
    )
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def told(html: str) -> list[str]:
    """The titles of the moments, from the top."""
    titles = re.findall(r'class="moments__title">(.*?)</p>', html, re.S)
    return [re.sub(r"<[^>]+>", "", title).strip() for title in titles]


def queries(client, record) -> int:
    with CaptureQueriesContext(connection) as asked:
        page(client, record)
    return len(asked)


@pytest.fixture
def ada(user_as):
    """A contact of a client with something in every part of the site, at known times."""
    contact = make.ContactFactory(email=EMAIL, organisation=make.OrganisationFactory(name="Comune"))
    lead = make.LeadFactory(title="Un laboratorio", contact=contact, organisation=contact.organisation)
    colleague = user_as(Role.COMMERCIAL)
    leads.move_lead(lead=lead, to=LeadStage.objects.order_by("order")[1], by=colleague)
    leads.add_note(lead=lead, text="Preferisce maggio", by=colleague)
    exchanges.write_down(kind="call", text="Richiama venerdì", by=colleague, contact=contact)
    make.EnrolmentFactory(email=EMAIL)
    gifts.DonationFactory(donor=gifts.DonorFactory(email=EMAIL), paid=True)
    record_consent(purpose="promotional", email=EMAIL, text="Sì", language="it", source="/")
    queue_mail(to=EMAIL, stream=Stream.SERVICE, template="tests/mail", context={}, language="it")
    return contact


def test_whoever_may_see_all_reads_every_kind_of_moment_of_a_person(ada, login):
    login()
    kinds = " ".join(told(page_of := page(login(), ada)))
    for words in (
        "Un laboratorio",
        "→",
        "Nota su",
        "Telefonata con",
        "Iscrizione a",
        "Ha donato",
        "Accetta:",
    ):
        assert words in kinds, words
    assert "Richiama venerdì" in page_of and "Preferisce maggio" in page_of


def test_a_client_has_the_moments_of_its_people(ada, login):
    assert set(told(page(login(), ada))) == set(told(page(login(), ada.organisation)))


def test_a_colleague_without_rights_on_gifts_and_courses_reads_nothing_of_them(ada, login):
    html = page(login(Role.COMMERCIAL), ada)
    assert not [title for title in told(html) if "donato" in title or "Iscrizione" in title]
    assert "moments=gifts" not in html and "moments=requests" in html


def test_a_donor_has_a_timeline_for_the_fundraiser_without_the_requests(ada, login):
    donor = gifts.DonorFactory._meta.model.objects.get(email=EMAIL)
    titles = told(page(login(Role.FUNDRAISER), donor))
    assert any("Ha donato" in title for title in titles)
    assert not any("laboratorio" in title for title in titles)


def test_the_latest_moment_stands_first_and_one_kind_can_be_chosen(ada, login):
    client = login(Role.COMMERCIAL)
    long_ago = timezone.now() - timedelta(days=400)
    Exchange.objects.create(contact=ada, text="In fiera", kind="meeting", happened_at=long_ago)
    assert told(page(client, ada))[-1].startswith("Incontro con")
    assert {title.split()[0] for title in told(page(client, ada, moments="exchanges"))} == {
        "Telefonata",
        "Incontro",
    }
    assert told(page(client, ada, moments="nothing-of-the-kind")) == told(page(client, ada))


def test_a_long_life_is_turned_page_by_page_and_loses_nothing(login):
    contact = make.ContactFactory()
    for n in range(45):
        Exchange.objects.create(contact=contact, text=f"Chiamata {n}", happened_at=timezone.now())
    client = login(Role.COMMERCIAL)
    seen = [re.findall(r"Chiamata \d+", page(client, contact, moments_page=n)) for n in (1, 2, 3)]
    assert [len(set(each)) for each in seen] == [20, 20, 5]
    assert len({words for each in seen for words in each}) == 45
    assert told(page(client, contact, moments_page="²"))  # what is no number is the first page


@pytest.mark.parametrize("kind", ["contact", "organisation", "lead"])
def test_a_timeline_asks_the_same_queries_however_long_the_life(kind, login):
    contact = make.ContactFactory(organisation=make.OrganisationFactory())
    lead = make.LeadFactory(contact=contact, organisation=contact.organisation)
    record = {"contact": contact, "organisation": contact.organisation, "lead": lead}[kind]
    client = login()

    def live() -> None:
        user = client.user
        exchanges.write_down(kind="call", text="Ciao", by=user, lead=lead)
        leads.add_note(lead=lead, text="Nota", by=user)
        make.LeadFactory(contact=contact, organisation=contact.organisation)
        make.EnrolmentFactory(email=contact.email)

    live()
    page(client, record)  # what is kept between requests is asked for once
    few = queries(client, record)
    for _n in range(8):
        live()
    assert queries(client, record) == few


def test_the_day_in_an_added_field_stands_on_the_timeline(login):
    CustomField.objects.create(record_kind="members.contact", key="nascita", kind="date", label_it="Nascita")
    contact = make.ContactFactory(custom={"nascita": date(1990, 5, 4).isoformat()})
    assert told(page(login(Role.COMMERCIAL), contact)) == ["Nascita"]


def test_a_call_written_on_a_request_belongs_to_its_person_and_client_too(login):
    client = login(Role.COMMERCIAL)
    lead = make.LeadFactory(contact=make.ContactFactory(), organisation=make.OrganisationFactory())
    address = reverse("members_lead_modeladmin_action", args=[lead.pk, "write-down"])
    client.post(address, {"write-down-kind": "call", "write-down-text": "Vuole un preventivo"})
    kept = Exchange.objects.get()
    assert (kept.lead, kept.contact, kept.organisation, kept.author) == (
        lead,
        lead.contact,
        lead.organisation,
        client.user,
    )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": "  "}, "Questo campo è obbligatorio"),
        ({"text": "Ci vediamo", "happened_at": "31/12/2099 10:00"}, "Non è ancora accaduto"),
    ],
)
def test_a_call_that_cannot_be_kept_says_why_and_keeps_what_was_typed(typed, words, login):
    contact = make.ContactFactory()
    address = reverse("members_contact_modeladmin_action", args=[contact.pk, "write-down"])
    answer = login(Role.COMMERCIAL).post(
        address, {"write-down-kind": "call"} | {f"write-down-{name}": text for name, text in typed.items()}
    )
    html = answer.content.decode()
    assert words in html
    assert typed["text"].strip() in html
    assert not Exchange.objects.exists()
