"""Two people at once, webhooks meanwhile, killed workers: nothing is lost, and the later one is told."""

import json
import threading
import time

import pytest
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from cms.custom_fields.services import working
from cms.custom_fields.services.choosing import merge_choices
from cms.models import FilterValue, ImportBatch
from cms.models.imports import ImportState
from cms.spreadsheets.importing import chunks, running, staging, starting, writing
from donations.models import StripeEvent
from members.models import Contact, Organisation
from tests.donations.stripe_voice import ADDRESS, an_event, signed
from tests.factories.custom_fields import field_of, fill
from tests.factories.members import OrganisationFactory

pytestmark = pytest.mark.django_db(transaction=True)


def people(count: int, phone: str = "0376") -> str:
    return "E-mail;Nome;Telefono\n" + "".join(f"p{n}@rete.example;N{n};{phone} {n}\n" for n in range(count))


def at_once(*works) -> None:
    start, problems = threading.Barrier(len(works)), []

    def run(work) -> None:
        try:
            start.wait(20)
            work()
        except Exception as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if problems:
        raise problems[0]


def start_confirming(batch: ImportBatch) -> ImportBatch:
    """Confirmed, with the work left to the test."""
    assert batch.transition(to=ImportState.CONFIRMED)
    return batch


def test_two_who_import_the_same_rows_at_once_write_once_and_the_later_is_told(looked_at):
    batches = [looked_at("members.contact", people(40, phone)) for phone in ("0376", "0372")]
    for batch in batches:
        start_confirming(batch)
    at_once(*(lambda b=batch: writing.write(ImportBatch.objects.get(pk=b.pk)) for batch in batches))
    states = sorted(ImportBatch.objects.values_list("state", flat=True))
    assert states == [ImportState.STALE, ImportState.WRITTEN]
    written = ImportBatch.objects.get(state=ImportState.WRITTEN)
    phones = {contact.phone[:4] for contact in Contact.objects.all()}
    assert (Contact.objects.count(), phones) == (40, {"0376" if written.pk == batches[0].pk else "0372"})


def test_an_edit_while_an_import_is_written_is_kept_or_told(looked_at, confirmed):
    confirmed(looked_at("members.contact", people(40)))
    batch = start_confirming(looked_at("members.contact", people(40, "0372")))
    ada = Contact.objects.get(email="p7@rete.example")

    def edit() -> None:
        with transaction.atomic():
            mine = Contact.objects.select_for_update().get(pk=ada.pk)
            mine.last_name = "di mano"
            mine.save()

    at_once(edit, lambda: writing.write(ImportBatch.objects.get(pk=batch.pk)))
    batch.refresh_from_db()
    ada.refresh_from_db()
    assert ada.last_name == "di mano"
    if batch.state == ImportState.STALE:
        assert [row.number for row in batch.rows.exclude(kept_because="")] == [9]
        assert not Contact.objects.filter(phone__startswith="0372").exists()
    else:
        assert Contact.objects.filter(phone__startswith="0372").count() == 40


def test_webhooks_are_taken_while_a_large_sheet_is_written(looked_at):
    batch = start_confirming(looked_at("members.contact", people(3000)))
    done, waits = threading.Event(), []

    def write() -> None:
        writing.write(ImportBatch.objects.get(pk=batch.pk))
        done.set()

    def deliver() -> None:
        while not done.is_set() or not waits:
            body = json.dumps(an_event("product.created", event_id=f"evt_{len(waits)}")).encode()
            begun = time.monotonic()
            answer = Client().post(
                ADDRESS, body, content_type="application/json", headers={"Stripe-Signature": signed(body)}
            )
            waits.append(time.monotonic() - begun)
            assert answer.status_code == 200

    at_once(write, deliver)
    assert Contact.objects.count() == 3000
    assert StripeEvent.objects.count() == len(waits)
    assert max(waits) < 5


def test_a_worker_killed_half_way_is_taken_up_again_without_reading_twice(looked_at, monkeypatch):
    monkeypatch.setattr(staging, "CHUNK", 10)
    monkeypatch.setattr(chunks, "CHUNK", 10)
    stage, times = staging._stage, []

    def killed(*args) -> None:
        if len(times) == 2:
            raise SystemExit
        times.append(1)
        stage(*args)

    monkeypatch.setattr(staging, "_stage", killed)
    batch = looked_at("members.contact", people(35))
    assert (batch.state, batch.rows_read) == (ImportState.READING, 20)
    monkeypatch.setattr(staging, "_stage", stage)
    assert running.run_waiting() == 0  # the lease of the killed one still stands
    ImportBatch.objects.update(claimed_until=timezone.now())
    running.run_waiting()
    batch.refresh_from_db()
    assert (batch.state, batch.new_count, batch.rows.count()) == (ImportState.READY, 35, 35)


def test_uploads_that_nobody_confirms_and_old_contents_are_emptied(looked_at, confirmed):
    from datetime import timedelta

    waiting = looked_at("members.contact", people(2))
    written = confirmed(looked_at("members.contact", people(3)))
    for batch in (waiting, written):
        assert batch.file.storage.exists(batch.file.name)
    assert running.purge() is None
    long_ago = timezone.now() - timedelta(days=31)
    ImportBatch.objects.update(updated_at=long_ago)
    ImportBatch.objects.filter(pk=written.pk).update(written_at=long_ago)
    running.purge()
    for batch in (waiting, written):
        name = batch.file.name
        batch.refresh_from_db()
        assert (batch.rows.count(), bool(batch.file)) == (0, False)
        assert not batch.file.storage.exists(name)
    assert (waiting.state, written.state) == (ImportState.CANCELLED, ImportState.DONE)
    assert not starting.start_undoing(batch=written)


def test_an_import_a_merge_of_choices_and_an_edit_at_once_lose_nothing(looked_at, monkeypatch):
    """All three write the same column of JSON, each in another order of rows."""
    monkeypatch.setattr(chunks, "CHUNK", 10)
    monkeypatch.setattr(working, "ROWS_AT_ONCE", 7)
    seat = field_of(Organisation, kind="choice", label="Sede", choices=["Mantova", "Mantua"], in_filters=True)
    field_of(Organisation, label="Referente")
    kept, gone = seat.definition.choices.order_by("order")
    known = [fill(OrganisationFactory(name=f"Ente {n}"), sede=gone.key) for n in range(30)]
    lines = "".join(f"{each.name};Ada {n}\n" for n, each in reversed([*enumerate(known)]))
    batch = start_confirming(looked_at("members.organisation", f"Nome;Referente\n{lines}"))

    def merge() -> None:
        merge_choices(choice=gone, into=kept)
        working.do_waiting_work()

    def edit() -> None:
        with transaction.atomic():
            mine = Organisation.objects.select_for_update().get(pk=known[14].pk)
            mine.town = "Ostiglia"
            mine.save()

    at_once(merge, edit, lambda: writing.write(ImportBatch.objects.get(pk=batch.pk)))
    batch.refresh_from_db()
    rows = {row.pk: row for row in Organisation.objects.filter(pk__in=[each.pk for each in known])}
    assert {row.custom["sede"] for row in rows.values()} == {kept.key}
    assert rows[known[14].pk].town == "Ostiglia"
    told = {row.custom.get("referente", "") for row in rows.values()}
    if batch.state == ImportState.STALE:
        assert told == {""} and batch.rows.exclude(kept_because="").count() == 1
    else:
        assert told == {f"Ada {n}" for n in range(30)}
    assert FilterValue.objects.filter(field=seat.definition, text=kept.key).count() == 30
    assert not FilterValue.objects.filter(field=seat.definition, text=gone.key).exists()
