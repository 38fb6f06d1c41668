"""A consent taken back counts at once, whoever writes it down; what was said before stays."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cms import consent
from cms.models import ConsentRecord, OutboxMessage, Stream
from cms.models.outbox import OutboxState
from tests.factories.cms import ConsentRecordFactory, OutboxMessageFactory
from tests.factories.members import ContactFactory

pytestmark = pytest.mark.django_db


def promotional(**changes) -> OutboxMessage:
    return OutboxMessageFactory(
        stream=Stream.PROMOTIONAL, unsubscribe_url="https://rete.example/d/x/", **changes
    )


def states() -> dict[str, str]:
    return dict(OutboxMessage.objects.values_list("subject", "state"))


def test_withdrawal_takes_waiting_promotional_mail_out_of_the_queue_and_no_other():
    promotional(subject="hers", to="Anna@Example.org")
    promotional(subject="another's", to="joanna@example.org")
    promotional(
        subject="in a worker's hands",
        to="anna@example.org",
        claimed_until=timezone.now() + timedelta(minutes=1),
    )
    OutboxMessageFactory(subject="receipt", to="anna@example.org", stream=Stream.SERVICE)
    consent.withdraw(email="anna@example.org", purpose=consent.PROMOTIONAL, source="phone")
    assert states() == {
        "hers": OutboxState.SUPPRESSED,
        "another's": OutboxState.WAITING,
        "in a worker's hands": OutboxState.WAITING,  # the worker asks again before it sends
        "receipt": OutboxState.WAITING,
    }


def test_withdrawing_again_still_clears_what_was_queued_meanwhile():
    consent.withdraw(email="anna@example.org", purpose=consent.PROMOTIONAL, source="phone")
    promotional(subject="late", to="anna@example.org")
    consent.withdraw(email="anna@example.org", purpose=consent.PROMOTIONAL, source="phone")
    assert states() == {"late": OutboxState.SUPPRESSED}
    assert ConsentRecord.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda: ConsentRecord.objects.update(given=False),
        lambda: ConsentRecord.objects.all().delete(),
        lambda: ConsentRecord.objects.first().delete(),
    ],
    ids=["update", "delete many", "delete one"],
)
def test_what_was_said_is_never_changed(change):
    ConsentRecordFactory()
    with pytest.raises(TypeError, match="written once"):
        change()


def test_staff_write_a_withdrawal_with_how_they_heard_of_it(login):
    word = ConsentRecordFactory(email="anna@example.org", purpose=consent.PROMOTIONAL, version=3)
    client = login("fundraiser")
    page = reverse("cms_consentrecord_modeladmin_inspect", args=[word.pk])
    assert b"Scrivi una revoca" in client.get(page).content
    action = reverse("cms_consentrecord_modeladmin_action", args=[word.pk, "withdraw"])
    assert client.post(action, {"withdraw-told_by": ""}).status_code == 422
    client.post(action, {"withdraw-told_by": "al telefono"})
    last = consent.latest("anna@example.org", consent.PROMOTIONAL)
    assert (last.given, last.recorded_by, last.source) == (False, client.user, "personale: al telefono")
    assert b"Scrivi una revoca" not in client.get(page).content
    assert ConsentRecord.objects.count() == 2


def test_auditor_reads_consents_and_writes_no_withdrawal(login):
    word = ConsentRecordFactory(purpose=consent.PROMOTIONAL)
    action = reverse("cms_consentrecord_modeladmin_action", args=[word.pk, "withdraw"])
    login("auditor").post(action, {"withdraw-told_by": "al telefono"})
    assert ConsentRecord.objects.count() == 1


def test_the_page_of_a_contact_shows_what_they_agreed_to(login):
    contact = ContactFactory(email="anna@example.org")
    ConsentRecordFactory(email="anna@example.org", purpose=consent.PROMOTIONAL, source="/iscriviti/")
    ConsentRecordFactory(email="other@example.org", source="/altrove/")
    shown = login("commercial").get(reverse("members_contact_modeladmin_inspect", args=[contact.pk]))
    assert "/iscriviti/" in shown.content.decode()
    assert "/altrove/" not in shown.content.decode()
