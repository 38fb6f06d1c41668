"""A list that was exported comes back by the import as it went: the preview finds every row the same."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cms.models import ImportBatch
from cms.models.has_custom_fields import HasCustomFields
from cms.sources import sources
from cms.spreadsheets.importing import running
from cms.spreadsheets.resources import resources
from tests.factories.custom_fields import field_of, fill
from tests.factories.donations import BeneficiaryFactory, CampaignFactory, DonorFactory
from tests.factories.members import (
    CompetenceFactory,
    ContactFactory,
    CooperativeFactory,
    CourseEditionFactory,
    CourseFactory,
    EnrolmentFactory,
    LeadFactory,
    OrganisationFactory,
    ServiceFormatFactory,
)

pytestmark = pytest.mark.django_db

LONG = "Prima riga;\r\n\r\n  =SOMMA(A1)\n" + "perché no? " * 400 + "fine"
# Beginnings that a spreadsheet would calculate or shorten.
AWKWARD = ("=1+1", "+39 0376", "-meno", "@casa", "'apice", "00123", "1/2", "sì", "TRUE", "1.234", 'a;b,c"d')


def organisations() -> list:
    first = OrganisationFactory(
        name="Comune  di Mantova",
        nature="body",
        sector="a;b",
        tax_code="00123456789",
        website="http://a.example/?q=1,2",
    )
    return [
        first,
        *(OrganisationFactory(name=name, sector=name, town=name, kind="private") for name in AWKWARD),
    ]


def contacts() -> list:
    organisation = OrganisationFactory(name="=Ente; con, segni")
    return [
        ContactFactory(first_name=name, last_name=name, phone=name, organisation=organisation)
        for name in AWKWARD
    ] + [ContactFactory(email="", first_name="Senza", last_name="Indirizzo", organisation=None)]


def requests() -> list:
    contact = ContactFactory(first_name="Ada <è>", last_name="Bianchi", email="ada@rete.example")
    nameless = ContactFactory(first_name="", last_name="", email="solo@rete.example")
    service_format = ServiceFormatFactory(name_it="Museo in gioco", name_en="Museum at play")
    return [
        LeadFactory(
            title=title, contact=contact, message=LONG, expected_value_cents=123456, next_action=title,
            next_action_on=date(2026, 1, 2), service_format=service_format, language="en",
        )
        for title in AWKWARD
    ] + [LeadFactory(title="Vuota", contact=nameless, message="", expected_value_cents=None)]  # fmt: skip


def competences() -> list:
    return [
        CompetenceFactory(name_it=f"{name} it", name_en=name, description_it=f"{name}\n{name}", rhythm=3)
        for name in AWKWARD
    ]


def cooperatives() -> list:
    known = [CompetenceFactory(name_it="Musei", name_en="Museums"), CompetenceFactory(name_it="=Teatro")]
    owner = BeneficiaryFactory(name="+Beneficiaria")
    return [
        CooperativeFactory(
            name=f"{name} soc. coop.", town=name, phone="0376 00", email="Info@Coop.example",
            competences=known, joined_on=date(1999, 12, 31), is_listed=bool(number % 2),
            beneficiary=None if number else owner,
        )
        for number, name in enumerate(AWKWARD)
    ]  # fmt: skip


def editions() -> list:
    course = CourseFactory(title_it="Raccogliere fondi", title_en="Raising funds")
    return [
        CourseEditionFactory(
            course=course, name_it=name, name_en=f"{name} en", teacher=name, price_cents=1205,
            enrolment_opens_on=date(2026, 3, 1),
        )
        for name in AWKWARD
    ]  # fmt: skip


def enrolments() -> list:
    edition = CourseEditionFactory(course__title_it="Corso", course__title_en="Course", capacity=40)
    gone = EnrolmentFactory(edition=edition, email="di.nuovo@rete.example", cancelled=True)
    return [
        gone,
        EnrolmentFactory(edition=edition, email=gone.email),
        EnrolmentFactory(edition=edition, cancelled=True),
    ] + [
        EnrolmentFactory(edition=edition, first_name=name, last_name=name, phone=name, organisation_name=name)
        for name in AWKWARD
    ]


def donors() -> list:
    return [DonorFactory(name=name) for name in AWKWARD] + [DonorFactory(email="Ada.Grande@Rete.example")]


def campaigns() -> list:
    return [
        CampaignFactory(name_it=f"{name} per tutti", name_en=name, goal_cents=1_000_05, minimum_cents=505)
        for name in AWKWARD
    ]


RECORDS = {
    "members.organisation": organisations,
    "members.contact": contacts,
    "members.lead": requests,
    "members.competence": competences,
    "members.cooperative": cooperatives,
    "members.courseedition": editions,
    "members.enrolment": enrolments,
    "donations.donor": donors,
    "donations.campaign": campaigns,
}
# Rows that no sheet can be about: a contact without an address is not known again.
NOT_KNOWN_AGAIN = {"members.contact": 1}


def with_custom_fields(records: list) -> None:
    """A field of every kind, full in the first record, in part in the second."""
    model = type(records[0])
    ada = ContactFactory(first_name="Ada", last_name="Bianchi")
    many = ["Musica, teatro", "=Danza", "Arte; altro"]
    fields = {
        "text": ("=1+1", {}),
        "long_text": (LONG, {}),
        "number": ("1234.125", {"decimals": 3, "unit": "m²"}),
        "money": ("1234,50", {}),
        "date": ("2026-01-02", {}),
        "choice": ("=Danza", {"choices": many}),
        "choices": (["Musica, teatro", "Arte; altro"], {"choices": many}),
        "yes_no": ("no", {}),
        "link": ("http://a.example/?a=1;b", {}),
        "person": (ada.email, {}),
    }
    typed = {
        field_of(model, kind=kind, label=f"Campo {kind}", **options).key: value
        for kind, (value, options) in fields.items()
    }
    fill(records[0], **typed)
    chosen = next(key for key in typed if "choices" in key)
    fill(records[1], **{chosen: ["Musica, teatro"]})


def test_every_list_that_is_imported_is_sent_on_this_way():
    assert set(RECORDS) == set(resources) & set(sources) - {"donations.bankline"}  # the bank writes its sheet


def exported(client, key: str, kind: str) -> bytes:
    names = ",".join(column.name for column in sources[key].columns(client.user))
    data = {"query": f"columns={names}", "scope": "all", "kind": kind}
    return b"".join(client.post(reverse("list_export", args=[key]), data).streaming_content)


def imported(client, key: str, content: bytes, kind: str) -> ImportBatch:
    file = SimpleUploadedFile(f"foglio.{'xlsx' if kind == 'xlsx' else 'csv'}", content)
    client.post(reverse("cms_import_start", args=[key]), {"file": file})
    batch = ImportBatch.objects.get()
    columns = {f"column_{index}": batch.mapping.get(str(index), "") for index in range(len(batch.headers))}
    client.post(reverse("cms_import_columns", args=[batch.pk]), columns)
    running.run_waiting()
    batch.refresh_from_db()
    return batch


def speak(user, language: str) -> None:
    from wagtail.users.models import UserProfile

    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})


WAYS = [("it", "semicolon"), ("en", "xlsx"), ("en", "comma"), ("it", "xlsx")]


@pytest.mark.parametrize(
    ("key", "language", "kind"),
    [
        # Each list one way, and every way by some lists; all by all in the long run.
        pytest.param(key, *way, marks=[] if place % len(WAYS) == number else pytest.mark.long)
        for place, key in enumerate(RECORDS)
        for number, way in enumerate(WAYS)
    ],
)
def test_what_was_exported_comes_back_as_the_same(key, language, kind, login):
    records = RECORDS[key]()
    if isinstance(records[0], HasCustomFields):
        with_custom_fields(records)
    client = login()
    speak(client.user, language)
    batch = imported(client, key, exported(client, key, kind), kind)
    told = [
        (row.number, row.outcome, row.values_old, row.values_new, row.problems)
        for row in batch.rows.exclude(outcome="same")
    ]
    unknown = NOT_KNOWN_AGAIN.get(key, 0)
    assert len(told) == unknown == batch.problem_count, told
    assert batch.same_count == type(records[0])._base_manager.count() - unknown
    assert set(batch.mapping.values()) >= set(resources[key](client.user).sheet_fields()) - {
        "custom_campo_file"
    }
