"""A person who is everywhere is erased from everywhere, but for what the law keeps."""

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from cms.models import ErasedRow, OutboxMessage, PrivacyRequest, PrivacyRow, SignIn
from cms.outbox.unsubscribing import is_unwanted
from cms.privacy import erasing, requests
from cms.registries import personal_data_sources
from donations.models import Donor, Receipt
from members.models import Contact, Enrolment, Lead
from tests.cms.privacy import grep, person
from tests.factories.cms import ConsentRecordFactory, OutboxMessageFactory
from tests.factories.members import ContactFactory, LeadFactory

pytestmark = pytest.mark.django_db

# The only columns that may still hold the person's words, and why.
KEPT_BY_LAW = {
    # The name on a receipt, until the legal date: accounts are kept ten years (art. 2220 of the civil code).
    "donations_receipt.facts",
}


@pytest.fixture
def asked(user_as):
    colleague = user_as("consortium_admin")
    person.be_everywhere(colleague)
    request = PrivacyRequest.objects.create(
        kind="erase", email=person.EMAIL, asked_by=person.NAME, channel="lettera"
    )
    return requests.verify(request, how="risponde dall'indirizzo", by=colleague)


def confirm_all(request, by=None):
    pks = list(request.rows.values_list("pk", flat=True))
    return requests.confirm(request, theirs=pks, seen=pks, by=by)


def erase(request, capture):
    with capture(execute=True):
        return erasing.erase(request, by=None)


def test_nothing_is_left_of_an_erased_person_in_any_table_or_file(asked, django_capture_on_commit_callbacks):
    before = grep.rows_with(person.WORDS)
    assert len(grep.files_with(person.WORDS)) == 3
    assert len(before) > 25, "the person does not stand in enough places for this test to mean something"
    confirm_all(asked)
    erase(asked, django_capture_on_commit_callbacks)
    assert grep.rows_with(person.WORDS) == KEPT_BY_LAW
    assert grep.files_with(person.WORDS) == set()


def test_each_source_that_is_registered_finds_the_person(asked):
    from cms.registries import personal_data_sources

    assert set(asked.rows.values_list("source", flat=True)) == set(personal_data_sources)


def test_what_the_law_keeps_stays_and_counts_as_before(asked, django_capture_on_commit_callbacks):
    receipt = Receipt.objects.get()
    confirm_all(asked)
    done = erase(asked, django_capture_on_commit_callbacks)
    call_command("check_totals")
    kept = Receipt.objects.get()
    assert (kept.number, kept.facts["donor"], kept.pdf.name) == (
        receipt.number,
        {"name": person.NAME, "email": "", "tax_code": "", "address": ""},
        receipt.pdf.name,
    )
    assert Donor.objects.get().email.endswith("@erased.invalid")
    assert not Receipt.objects.unsent().exists()
    line = next(line for line in done.report if line["fate"] == "keep")
    assert line["until"] == f"31/12/{receipt.year + 10}"


def test_erasing_twice_is_erasing_once(asked, django_capture_on_commit_callbacks):
    confirm_all(asked)
    first = erase(asked, django_capture_on_commit_callbacks)
    again = erase(asked, django_capture_on_commit_callbacks)
    assert (first.report, first.closed_at) == (again.report, again.closed_at)


def test_rows_left_unticked_stay_as_they_are(user_as, django_capture_on_commit_callbacks):
    """A family shares a mailbox."""
    mother = LeadFactory(
        contact=ContactFactory(email="casa@persona.example", first_name="Ada", last_name="Neri"),
        sender_name="Ada Neri",
    )
    from tests.factories.members import EnrolmentFactory

    son = EnrolmentFactory(email="casa@persona.example", first_name="Leo", last_name="Neri")
    request = PrivacyRequest.objects.create(kind="erase", email="Casa@persona.example")
    requests.verify(request, how="di persona", by=None)
    request.refresh_from_db()
    rows = {row.model: row.pk for row in request.rows.all()}
    requests.confirm(request, theirs=[rows["members.enrolment"]], seen=list(rows.values()), by=None)
    erase(request, django_capture_on_commit_callbacks)
    son.refresh_from_db()
    mother.refresh_from_db()
    assert (son.first_name, son.email.endswith("@erased.invalid")) == ("", True)
    assert (mother.sender_name, mother.contact.email) == ("Ada Neri", "casa@persona.example")


def test_rows_that_came_after_the_confirmation_stop_the_erasure(asked):
    confirm_all(asked)
    ContactFactory(email="other@persona.example")
    LeadFactory(sender_name=person.NAME)
    with pytest.raises(requests.Refusal, match="Cerca di nuovo"):
        erasing.erase(asked, by=None)
    assert Contact.objects.filter(email=person.EMAIL).exists()


def test_a_confirmation_that_missed_a_row_is_refused(asked):
    pks = list(asked.rows.values_list("pk", flat=True))
    with pytest.raises(requests.Refusal):
        requests.confirm(asked, theirs=pks[1:], seen=pks[1:], by=None)
    assert asked.rows.filter(decision=PrivacyRow.Decision.UNDECIDED).exists()


def test_a_fault_half_way_leaves_everything_as_it_was(asked, monkeypatch):
    confirm_all(asked)
    monkeypatch.setattr("cms.privacy.traces.forget", lambda *args: 1 / 0)
    before = grep.rows_with(person.WORDS)
    with pytest.raises(ZeroDivisionError):
        erasing.erase(asked, by=None)
    assert grep.rows_with(person.WORDS) == before
    assert not ErasedRow.objects.exists()


def test_figures_stay_and_the_place_on_a_course_is_given_back(asked, django_capture_on_commit_callbacks):
    confirm_all(asked)
    erase(asked, django_capture_on_commit_callbacks)
    lead = Lead.objects.get()
    assert (lead.title, lead.message, lead.contact, lead.stage.kind) == ("[cancellato]", "", None, "open")
    assert Enrolment.objects.get().state == Enrolment.State.CANCELLED
    assert not OutboxMessage.objects.filter(to=person.EMAIL).exists()


def test_promotional_mail_to_an_erased_address_waits_for_a_new_consent(
    asked, django_capture_on_commit_callbacks
):
    confirm_all(asked)
    erase(asked, django_capture_on_commit_callbacks)
    mail = OutboxMessageFactory(promotional=True, to=person.EMAIL)
    assert is_unwanted(mail)
    ConsentRecordFactory(email=person.EMAIL)
    assert not is_unwanted(mail)


def test_a_restored_backup_forgets_again(asked, django_capture_on_commit_callbacks):
    confirm_all(asked)
    with django_capture_on_commit_callbacks(execute=True):
        listed = ErasedRow.objects.none()
        erasing.erase(asked, by=None)
        listed = list(ErasedRow.objects.values_list("model", flat=True))
    assert "members.lead" in listed
    # As after a restore: the table is as it was, the person is back, and only the file remembers.
    lead = Lead.objects.get()
    back = ContactFactory(email=person.EMAIL, first_name="Zenobia")
    Lead.objects.filter(pk=lead.pk).update(contact=back, sender_name=person.NAME, title=person.NAME)
    ErasedRow.objects.all().delete()
    new = LeadFactory(contact=back, sender_name="Chi ha scritto dopo")
    call_command("replay_erasures")
    lead.refresh_from_db()
    new.refresh_from_db()
    assert (lead.sender_name, lead.title, lead.contact) == ("", "[cancellato]", None)
    assert new.sender_name == "Chi ha scritto dopo"


def test_an_erased_account_leaves_no_device_code_or_session(user_as, client):
    user = user_as("trainer")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    key = client.session.session_key
    SignIn.objects.get_or_create(user=user, session_key=key)
    TOTPDevice.objects.create(user=user, name="telefono")
    StaticDevice.objects.create(user=user, name="recovery").token_set.create(token="uno")
    user.is_active = False
    user.save()
    personal_data_sources["members.user"].pseudonymise(user)
    for model in (TOTPDevice, StaticDevice, SignIn):
        assert not model.objects.filter(user=user).exists(), model
    assert not StaticToken.objects.exists()
    assert not Session.objects.filter(session_key=key).exists()
