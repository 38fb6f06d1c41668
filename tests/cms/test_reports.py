"""What staff read of the machine room: mails, the clock, consents, addresses that are left in peace."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.models import ClockRun, ConsentRecord, OutboxMessage, Suppression
from cms.models.outbox import OutboxState
from cms.roles import Role
from tests.cms.test_modeladmin import opened

pytestmark = pytest.mark.django_db


def mail(number=0, **fields):
    fields = {"to": f"p{number}@b.example", "subject": f"Mail {number}", "stream": "service", **fields}
    return OutboxMessage.objects.create(language="it", text="Dear Nina", message_id=f"<{number}>", **fields)


def outbox(action, *args):
    return reverse(f"cms_outboxmessage_modeladmin_{action}", args=args)


def test_a_mail_is_read_as_it_was_sent(login):
    sent = mail(attachments=[{"storage": "private", "name": "x/1.pdf", "filename": "ricevuta-1.pdf"}])
    page = login(Role.CONSORTIUM_ADMIN).get(outbox("inspect", sent.pk)).content.decode()
    assert "Dear Nina" in page and "ricevuta-1.pdf" in page
    assert "x/1.pdf" not in page


def test_a_mail_that_failed_is_put_back_in_the_queue_once(login):
    failed = mail(state=OutboxState.FAILED, attempts=9, last_error="the server is away")
    client = login(Role.CONSORTIUM_ADMIN)
    response = client.post(outbox("action", failed.pk, "try-again"))
    assert response.url == outbox("inspect", failed.pk)
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (OutboxState.WAITING, 0)
    assert failed.next_try_at <= timezone.now()
    again = client.post(outbox("action", failed.pk, "try-again"))
    assert again.status_code == 409


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FUNDRAISER, Role.COMMERCIAL])
def test_who_only_reads_mails_does_not_send_them(login, role):
    failed = mail(state=OutboxState.FAILED)
    assert login(role).post(outbox("action", failed.pk, "try-again")).status_code in (302, 404)
    failed.refresh_from_db()
    assert failed.state == OutboxState.FAILED


def test_mails_are_found_by_address_and_state(login):
    mail(1)
    mail(2, state=OutboxState.FAILED)
    client = login()

    def found(**query):
        return [row.subject for row in client.get(outbox("index"), query).context["object_list"]]

    assert found(state="failed") == ["Mail 2"]
    assert found(q="p1@b") == ["Mail 1"]


def test_outbox_query_count_does_not_grow(login):
    client = login(Role.FUNDRAISER)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get(outbox("index")).status_code == 200
        return len(caught)

    mail()
    client.get(outbox("index"))
    one = queries()
    for number in range(1, 30):
        mail(number)
    assert queries() == one


def test_the_clock_shows_what_failed_and_why(login):
    job = ClockRun.objects.create(
        name="sweep of tests",
        next_run_at=timezone.now(),
        outcome=ClockRun.Outcome.FAILED,
        failures_in_a_row=3,
        last_error="ValueError: no",
    )
    client = login(Role.AUDITOR)
    assert "sweep of tests" in client.get(reverse("cms_clockrun_modeladmin_index")).content.decode()
    page = client.get(reverse("cms_clockrun_modeladmin_inspect", args=[job.pk])).content.decode()
    assert "ValueError: no" in page


def test_a_consent_is_shown_with_the_text_that_was_read(login):
    consent = ConsentRecord.objects.create(
        purpose="news", email="n@b.example", text="I want the news", language="it", source="/"
    )
    page = login(Role.AUDITOR).get(reverse("cms_consentrecord_modeladmin_inspect", args=[consent.pk]))
    assert "I want the news" in page.content.decode()


def test_an_address_left_in_peace_is_kept_by_the_administrator(login):
    client = login(Role.CONSORTIUM_ADMIN)
    values = {"email": "nobody@b.example", "scope": "all", "reason": "bounced", "note": ""}
    assert client.post(reverse("cms_suppression_modeladmin_create"), values).status_code == 302
    assert Suppression.objects.get().email == "nobody@b.example"
    again = client.post(reverse("cms_suppression_modeladmin_create"), values)
    assert again.status_code == 200
    assert again.context["form"].errors


def test_a_record_without_a_date_of_change_notices_a_colleague_too(login):
    client = login(Role.CONSORTIUM_ADMIN)
    row = Suppression.objects.create(email="nobody@b.example", scope="all", reason="bounced", note="Before")
    edit = reverse("cms_suppression_modeladmin_edit", args=[row.pk])
    values = opened(client.get(edit))
    Suppression.objects.filter(pk=row.pk).update(note="Hers")
    typed = {"email": row.email, "scope": "all", "reason": "bounced", "note": "Mine"}
    response = client.post(edit, typed | values)
    assert response.status_code == 409
    assert client.post(edit, typed | opened(response)).status_code == 302
    row.refresh_from_db()
    assert row.note == "Mine"
