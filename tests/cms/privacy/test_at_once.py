"""Erasures at the same time as others: each person once, nobody waits for ever, nothing comes back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from cms.models import ErasedRow, ImportBatch, PrivacyRequest
from cms.models.imports import ImportState
from cms.models.privacy import PrivacyState
from cms.privacy import erasing, requests
from cms.spreadsheets.importing import running, staging, starting, writing
from cms.spreadsheets.resources import resource_for
from donations.models import Donor, Receipt
from donations.services.apply import apply_session
from members.models import Contact
from tests.cms.privacy import grep
from tests.donations.test_in_parallel import at_once
from tests.factories.donations import DonationFactory, DonorFactory, paid_session
from tests.factories.members import ContactFactory

pytestmark = pytest.mark.django_db(transaction=True)

EMAIL, PHONE = "zenobia.quaranta@persona.example", "0376 918273645"
NOTHING = set()


def asked(colleague) -> PrivacyRequest:
    """A request of which every row found is confirmed."""
    request = PrivacyRequest.objects.create(kind="erase", email=EMAIL, asked_by="Zenobia", channel="lettera")
    request = requests.verify(request, how="risponde", by=colleague)
    pks = list(request.rows.values_list("pk", flat=True))
    return requests.confirm(request, theirs=pks, seen=pks, by=colleague)


def erased(request, refusals: list):
    """Work for a thread: erase, and keep the words of a refusal."""

    def work() -> None:
        try:
            erasing.erase(PrivacyRequest.objects.get(pk=request.pk), by=None)
        except requests.Refusal as refusal:
            refusals.append(refusal)

    return work


def read(user, text: str) -> ImportBatch:
    """A sheet of contacts, looked at and confirmed; the writing is left to the test."""
    resource = resource_for("members.contact", user)
    batch = starting.receive(resource=resource, file=SimpleUploadedFile("soci.csv", text.encode()))
    starting.begin_reading(batch=batch, mapping=batch.mapping, empties_fields=False)
    running.run_waiting()
    batch.refresh_from_db()
    assert batch.transition(to=ImportState.CONFIRMED)
    return ImportBatch.objects.get(pk=batch.pk)


def test_two_colleagues_erase_the_same_person_and_it_is_done_once(superuser):
    ContactFactory(email=EMAIL)
    DonationFactory(donor=DonorFactory(email=EMAIL), paid=True)
    request, other = asked(superuser), asked(superuser)
    refusals: list = []
    at_once(*(erased(each, refusals) for each in (request, other, request, other)))
    states = set(PrivacyRequest.objects.values_list("state", flat=True))
    assert states == {PrivacyState.DONE, PrivacyState.REFUSED}
    assert PrivacyRequest.objects.filter(state=PrivacyState.DONE).count() == 1
    assert {str(refusal.message) for refusal in refusals} == {
        "Questa persona è stata cancellata nel frattempo, da un’altra richiesta."
    }
    assert grep.rows_with([EMAIL]) == NOTHING
    marks = ErasedRow.objects.values_list("source", "object_id")
    assert len(marks) == len(set(marks))


@pytest.mark.parametrize("is_known", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_person_erased_while_an_import_waits_to_write_does_not_come_back(superuser, monkeypatch, is_known):
    if is_known:
        ContactFactory(email=EMAIL, phone="")
    batch = read(superuser, f"E-mail;Nome;Telefono\n{EMAIL};Zenobia;{PHONE}\nada@rete.example;Ada;\n")
    request, prepare = asked(superuser), writing.BulkWriter.prepare

    def prepare_and_wait(writer) -> None:
        prepare(writer)
        erasing.erase(request, by=None)

    monkeypatch.setattr(writing.BulkWriter, "prepare", prepare_and_wait)
    writing.write(batch)
    batch.refresh_from_db()
    assert batch.state == ImportState.CANCELLED and "cancellata" in batch.message
    assert Contact.objects.count() == 0
    assert grep.rows_with([EMAIL, PHONE]) == NOTHING


def sent(user, text: str) -> ImportBatch:
    """A sheet of contacts about to be read."""
    resource = resource_for("members.contact", user)
    batch = starting.receive(resource=resource, file=SimpleUploadedFile("soci.csv", text.encode()))
    assert batch.transition(to=ImportState.READING, mapping=batch.mapping)
    return ImportBatch.objects.get(pk=batch.pk)


@pytest.mark.parametrize("is_same", [False, True])
def test_a_person_erased_while_a_sheet_is_still_read_does_not_come_back(superuser, monkeypatch, is_same):
    """Named in a row that is not read yet; or in one that changed nothing, so that only the file holds it."""
    ContactFactory(email=EMAIL, phone="0376 1", first_name="Zenobia")
    lines = ["ada@rete.example;Ada", "ugo@rete.example;Ugo", "eva@rete.example;Eva"]
    lines.insert(0 if is_same else 3, f"{EMAIL};Zenobia")
    batch = sent(superuser, "\n".join(["E-mail;Nome", *lines]))
    request, stage, staged = asked(superuser), staging._stage, []
    monkeypatch.setattr(staging, "CHUNK", 2)

    def stage_and_erase(*args) -> None:
        stage(*args)
        staged.append(args)
        if len(staged) == 1:
            erasing.erase(request, by=None)

    monkeypatch.setattr(staging, "_stage", stage_and_erase)
    staging.read(batch)
    batch.refresh_from_db()
    assert (batch.state, len(staged)) == (ImportState.CANCELLED, 1)
    assert "cancellata" in batch.message and not batch.file
    assert not starting.confirm(batch=batch, leaves_out_problems=True)
    assert grep.rows_with([EMAIL, PHONE]) == NOTHING


def test_an_erasure_and_the_reading_of_a_sheet_at_once(superuser, monkeypatch):
    monkeypatch.setattr(staging, "CHUNK", 3)
    ContactFactory(email=EMAIL)
    others = "".join(f"p{n}@rete.example;\n" for n in range(9))
    batch = sent(superuser, f"E-mail;Telefono\n{others}{EMAIL};{PHONE}\n{others.replace('p', 'q')}")
    request, refusals = asked(superuser), []
    at_once(erased(request, refusals), lambda: staging.read(batch))
    batch.refresh_from_db()
    if refusals:  # the row was read first, and is to be looked at
        assert batch.state == ImportState.READY
        request = PrivacyRequest.objects.get()
        requests.look(request, by=superuser)
        pks = list(request.rows.values_list("pk", flat=True))
        erasing.erase(requests.confirm(request, theirs=pks, seen=pks, by=superuser), by=None)
        batch.refresh_from_db()
    assert batch.state == ImportState.CANCELLED and not batch.file
    assert grep.rows_with([EMAIL, PHONE]) == NOTHING


def test_an_erasure_and_an_import_of_the_same_person_at_once(superuser):
    ContactFactory(email=EMAIL, phone="0376 1")
    batch = read(superuser, f"E-mail;Telefono\n{EMAIL};{PHONE}\nada@rete.example;0376\n")
    request, refusals = asked(superuser), []
    at_once(erased(request, refusals), lambda: writing.write(batch))
    if refusals:  # the import was quicker, and what it brought is to be looked at first
        assert Contact.objects.filter(email=EMAIL).exists()
        request = PrivacyRequest.objects.get()
        requests.look(request, by=superuser)
        pks = list(request.rows.values_list("pk", flat=True))
        erasing.erase(requests.confirm(request, theirs=pks, seen=pks, by=superuser), by=None)
    assert grep.rows_with([EMAIL, PHONE]) == NOTHING


def test_an_erasure_while_the_receipt_of_a_gift_is_made_leaves_no_address(superuser):
    donation = DonationFactory(donor=DonorFactory(email=EMAIL, name="Zenobia Quaranta"))
    session, request, refusals = paid_session(donation), asked(superuser), []
    at_once(erased(request, refusals), lambda: apply_session(session, because="test"))
    receipt = Receipt.objects.get()
    if refusals:
        assert receipt.facts["donor"]["email"] == EMAIL
    else:
        assert Donor.objects.get().email != EMAIL
        assert receipt.facts["donor"]["email"] != EMAIL


@pytest.mark.postgresql
def test_a_receipt_that_waits_for_an_erasure_is_made_of_what_is_left(superuser):
    """The donation is held by the erasure; the booking begins meanwhile, and waits."""
    import threading

    donation = DonationFactory(donor=DonorFactory(email=EMAIL, name="Zenobia Quaranta"))
    session, request = paid_session(donation), asked(superuser)
    booking = threading.Thread(target=lambda: at_once(lambda: apply_session(session, because="test")))
    with transaction.atomic():
        erasing.erase(request, by=None)
        booking.start()
        booking.join(1)
        assert booking.is_alive(), "the booking did not wait for the erasure"
    booking.join(30)
    assert Receipt.objects.get().facts["donor"]["email"] != EMAIL
