"""A sheet becomes records: looked at first, written all or not at all, taken back."""

import pytest
from wagtail.models import ModelLogEntry

from cms.models.imports import ImportState
from cms.sources import Question, source_of
from cms.spreadsheets.importing import running, starting, writing
from members.models import Contact, Lead, Organisation
from tests.factories.members import ContactFactory, EnrolmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

CONTACTS = """E-mail;Nome;Cognome;Telefono;Cliente
Ada@Rete.example;Ada;Bianchi;0376 123456;Comune di Mantova
bruno@rete.example;Bruno;Verdi;;
"""


@pytest.fixture
def mantova():
    return OrganisationFactory(name="Comune di Mantova")


def test_a_sheet_becomes_contacts_with_their_client_and_their_history(
    looked_at, confirmed, outcomes, mantova
):
    batch = looked_at("members.contact", CONTACTS)
    assert (batch.state, outcomes(batch)) == (ImportState.READY, {2: "new", 3: "new"})
    assert Contact.objects.count() == 0
    batch = confirmed(batch)
    assert (batch.state, batch.new_count) == (ImportState.DONE, 2)
    ada = Contact.objects.get(email="ada@rete.example")
    assert (ada.full_name, ada.phone, ada.organisation) == ("Ada Bianchi", "0376 123456", mantova)
    assert ada.created_at == ada.updated_at == batch.written_at
    entries = ModelLogEntry.objects.filter(user=batch.user).order_by("pk")
    assert [entry.action for entry in entries] == ["cms.import.confirmed", "wagtail.create", "wagtail.create"]
    assert entries[1].object_id == str(ada.pk) and entries[1].label == "Ada Bianchi"


def test_the_same_sheet_again_changes_nothing(looked_at, confirmed, outcomes, mantova):
    confirmed(looked_at("members.contact", CONTACTS))
    again = looked_at("members.contact", CONTACTS)
    assert outcomes(again) == {2: "same", 3: "same"}
    assert not starting.confirm(batch=again, leaves_out_problems=False)


def test_a_change_tells_what_was_and_what_will_be_and_empty_cells_leave_what_is(
    looked_at, confirmed, mantova
):
    ada = ContactFactory(
        email="ada@rete.example", first_name="Ada", last_name="Rossi", phone="0376", organisation=None
    )
    batch = looked_at("members.contact", "Posta elettronica;COGNOME;telefono\nADA@rete.example;Bianchi;\n")
    [row] = batch.rows.all()
    assert (row.outcome, row.values_old, row.values_new) == (
        "changed",
        {"last_name": "Rossi"},
        {"last_name": "Bianchi"},
    )
    confirmed(batch)
    ada.refresh_from_db()
    assert (ada.last_name, ada.phone) == ("Bianchi", "0376")
    entry = ModelLogEntry.objects.get(action="wagtail.edit")
    assert entry.data["fields"] == ["last_name"]


def test_cells_may_be_emptied_on_purpose(looked_at, confirmed, mantova):
    ada = ContactFactory(email="ada@rete.example", phone="0376", organisation=mantova)
    batch = looked_at("members.contact", "E-mail;Telefono;Cliente\nada@rete.example;;\n", empties_fields=True)
    confirmed(batch)
    ada.refresh_from_db()
    assert (ada.phone, ada.organisation) == ("", None)


def test_what_is_wrong_is_told_by_row_and_column_of_the_sheet(looked_at, mantova):
    OrganisationFactory(name="Doppia")
    OrganisationFactory(name="doppia")
    batch = looked_at(
        "members.contact",
        "E-mail;Nome;Cliente\n"
        "non un indirizzo;Ada;\n"
        ";Bruno;\n"
        "carla@rete.example;Carla;Nessuno\n"
        "dario@rete.example;Dario;DOPPIA\n"
        "elsa@rete.example;Elsa;comune di  mantova\n"
        "Elsa@rete.example;Elsa;\n"
        f"fabio@rete.example;{'F' * 81};\n",
    )
    problems = {row.number: row.problems for row in batch.rows.filter(outcome="problem")}
    assert {number: [header for header, _words in found] for number, found in problems.items()} == {
        2: ["E-mail"], 3: ["E-mail"], 4: ["Cliente"], 5: ["Cliente"], 7: ["E-mail"], 8: ["Nome"],
    }  # fmt: skip
    assert batch.problem_count == 6 and batch.new_count == 1
    assert "“Nessuno”" in problems[4][0][1] and "6" in problems[7][0][1]


def test_rows_with_problems_are_left_out_only_by_a_word(looked_at, confirmed):
    text = "E-mail;Nome\nada@rete.example;Ada\nno;Bruno\n"
    batch = looked_at("members.contact", text)
    assert not starting.confirm(batch=batch, leaves_out_problems=False)
    batch = confirmed(batch, leaves_out_problems=True)
    assert (batch.state, Contact.objects.count()) == (ImportState.DONE, 1)


def test_a_record_changed_since_the_preview_stops_everything(looked_at, confirmed, outcomes, mantova):
    ada = ContactFactory(email="ada@rete.example", last_name="Rossi")
    batch = looked_at("members.contact", CONTACTS)
    ada.phone = "333"
    ada.save()
    batch = confirmed(batch)
    assert batch.state == ImportState.STALE and batch.message
    assert [row.number for row in batch.rows.exclude(kept_because="")] == [2]
    assert not Contact.objects.filter(email="bruno@rete.example").exists()
    starting.begin_reading(batch=batch, mapping=batch.mapping, empties_fields=False)
    running.run_waiting()
    batch.refresh_from_db()
    assert confirmed(batch).state == ImportState.DONE
    assert Contact.objects.count() == 2


def test_a_record_made_since_the_preview_is_not_made_twice(looked_at, confirmed):
    batch = looked_at("members.organisation", "Nome;Comune\nTeatro Sociale;Mantova\n")
    OrganisationFactory(name="TEATRO SOCIALE")
    assert confirmed(batch).state == ImportState.STALE
    assert Organisation.objects.count() == 1


def test_two_confirmations_write_once(looked_at, confirmed):
    batch = looked_at("members.contact", "E-mail;Nome\nada@rete.example;Ada\n")
    other_tab = type(batch).objects.get(pk=batch.pk)
    assert starting.confirm(batch=batch, leaves_out_problems=False)
    assert not starting.confirm(batch=other_tab, leaves_out_problems=False)
    running.run_waiting()
    batch.refresh_from_db()
    assert not starting.confirm(batch=batch, leaves_out_problems=False)
    writing.write(batch)
    running.run_waiting()
    assert (Contact.objects.count(), ModelLogEntry.objects.filter(action="wagtail.create").count()) == (1, 1)


def test_undoing_restores_what_nobody_touched_and_lists_the_rest(looked_at, confirmed, undone, mantova):
    for name in ("ada", "bruno"):
        ContactFactory(email=f"{name}@rete.example", first_name="Prima", organisation=None)
    batch = confirmed(
        looked_at(
            "members.contact",
            "E-mail;Nome;Cliente\nada@rete.example;Dopo;Comune di Mantova\nbruno@rete.example;Dopo;\n"
            "carla@rete.example;Carla;\ndario@rete.example;Dario;\nelsa@rete.example;Elsa;\n",
        )
    )
    Contact.objects.get(email="bruno@rete.example").save()
    Contact.objects.get(email="dario@rete.example").save()
    from tests.factories.members import LeadFactory

    LeadFactory(contact=Contact.objects.get(email="elsa@rete.example"))
    batch = undone(batch)
    assert (batch.state, batch.kept_count) == (ImportState.UNDONE, 3)
    assert dict(Contact.objects.exclude(leads__isnull=False).values_list("email", "first_name")) == {
        "ada@rete.example": "Prima", "bruno@rete.example": "Dopo", "dario@rete.example": "Dario",
    }  # fmt: skip
    assert Contact.objects.get(email="ada@rete.example").organisation is None
    assert Contact.objects.filter(email="elsa@rete.example").exists()
    assert [row.number for row in batch.rows.exclude(kept_because="")] == [3, 5, 6]


def test_a_request_from_a_sheet_begins_in_the_first_stage_and_can_be_undone(looked_at, confirmed, undone):
    ContactFactory(email="ada@rete.example")
    batch = confirmed(
        looked_at(
            "members.lead", "Titolo;E-mail;Valore;Entro\nRassegna;ada@rete.example;1.234,50;02/01/2027\n"
        )
    )
    lead = Lead.objects.get()
    assert (lead.expected_value_cents, str(lead.next_action_on), lead.source) == (
        123450,
        "2027-01-02",
        "staff",
    )
    assert lead.moves.count() == 1 and lead.stage.kind == "open"
    assert undone(batch).state == ImportState.UNDONE
    assert Lead.objects.count() == 0


def found(words: str) -> list[str]:
    """Whom the list of contacts finds, as anybody types it."""
    source = source_of(Contact)
    rows = source.ask(UserFactory.build(is_superuser=True), Question(words=words)).rows
    return sorted(contact.email for contact in rows)


def test_what_an_import_writes_is_found_by_its_words_and_what_follows_too(looked_at, confirmed, undone):
    ContactFactory(email="bruno@rete.example", first_name="Bruno", last_name="Verdi")
    batch = confirmed(
        looked_at(
            "members.contact",
            "E-mail;Nome;Cognome\nada@rete.example;Adà;Bianchì\nbruno@rete.example;;Łoś\n",
        )
    )
    assert (found("ada bianchi"), found("los")) == (["ada@rete.example"], ["bruno@rete.example"])
    assert found("verdi") == []
    Contact.objects.filter(email="ada@rete.example").update(last_name="Nerì")
    assert (found("neri"), found("bianchi")) == (["ada@rete.example"], [])
    Contact.objects.filter(email="ada@rete.example").update(updated_at=batch.written_at, last_name="Bianchì")
    undone(batch)
    assert (found("bianchi"), found("los"), found("verdi")) == ([], [], ["bruno@rete.example"])


def test_an_import_that_is_refused_leaves_the_words_to_be_kept(looked_at, confirmed):
    batch = looked_at("members.contact", CONTACTS.replace("Comune di Mantova", ""))
    ContactFactory(email="ada@rete.example", first_name="Zoe")
    assert confirmed(batch).state == ImportState.STALE
    ContactFactory(email="carla@rete.example", first_name="Carlà")
    assert (found("zoe"), found("carla")) == (["ada@rete.example"], ["carla@rete.example"])


def test_a_list_of_people_on_courses_brings_nobody_back_who_gave_up(looked_at, outcomes):
    gone = EnrolmentFactory(cancelled=True, email="ada@rete.example", first_name="Ada", last_name="Bianchi")
    head, row = "Edizione;E-mail;Nome;Cognome;Stato", f"{gone.edition};%s;Ada;Bianchi;%s"
    rows = [row % ("ada@rete.example", "annullata"), row % ("bruno@rete.example", "annullata")]
    batch = looked_at("members.enrolment", "\n".join([head, *rows]))
    assert outcomes(batch) == {2: "same", 3: "problem"}
    # Without a state, or with the other one, the sheet says that she comes after all.
    assert outcomes(looked_at("members.enrolment", "\n".join([head, row % (gone.email, "")]))) == {2: "new"}
