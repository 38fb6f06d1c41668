"""Sending: one try for each lease, pauses that grow, and what a crash leaves behind."""

import smtplib
from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from cms import leases
from cms.models import OutboxMessage, Suppression
from cms.models.outbox import ForbiddenTransition
from cms.outbox import sending
from cms.outbox.sending import MAX_ATTEMPTS, pause_after, send_again, send_waiting
from tests.factories.cms import OutboxMessageFactory, SuppressionFactory

pytestmark = pytest.mark.django_db


class Faulty(EmailBackend):
    """A mail server with a fault: `fault(message)` raises, or tells that all is well."""

    opened = 0

    @staticmethod
    def fault(message) -> None: ...

    def open(self) -> bool:
        type(self).opened += 1
        return True

    def send_messages(self, messages):
        for message in messages:
            self.fault(message)
        return super().send_messages(messages)


@pytest.fixture
def server(settings, monkeypatch):
    """The faulty server, in use."""
    settings.EMAIL_BACKEND = f"{__name__}.Faulty"
    monkeypatch.setattr(Faulty, "opened", 0)

    def breaks(fault) -> None:
        monkeypatch.setattr(Faulty, "fault", staticmethod(fault))

    return breaks


def raising(error: Exception):
    def fault(_message) -> None:
        raise error

    return fault


def test_server_that_is_away_costs_a_pause_and_no_mail(server, mailoutbox):
    message = OutboxMessageFactory()
    server(raising(ConnectionRefusedError("no route")))
    before = timezone.now()
    assert send_waiting() == 0
    message.refresh_from_db()
    assert (message.state, message.attempts, message.claimed_until) == ("waiting", 1, None)
    assert message.last_error == "ConnectionRefusedError: no route"
    assert timedelta(seconds=48) <= message.next_try_at - before <= timedelta(seconds=75)
    assert send_waiting() == 0
    message.refresh_from_db()
    assert message.attempts == 1  # its time has not come

    server(lambda message: None)
    OutboxMessage.objects.update(next_try_at=timezone.now())
    assert send_waiting() == 1
    assert len(mailoutbox) == 1
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("sent", "")


def test_pauses_double_up_to_six_hours_with_a_fifth_of_chance():
    for attempts, minutes in ((1, 1), (2, 2), (5, 16), (9, 256), (10, 360), (16, 360), (500, 360)):
        pauses = [pause_after(attempts) for _ in range(50)]
        assert min(pauses) >= timedelta(minutes=minutes) * 0.8
        assert max(pauses) <= timedelta(minutes=minutes) * 1.2
        assert len(set(pauses)) > 1


def test_last_attempt_that_fails_ends_the_tries_and_staff_can_begin_again(server, mailoutbox):
    message = OutboxMessageFactory(attempts=MAX_ATTEMPTS - 1)
    server(raising(smtplib.SMTPServerDisconnected("gone")))
    send_waiting()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", MAX_ATTEMPTS)
    server(lambda message: None)
    assert send_waiting() == 0
    assert send_again(message)
    assert send_waiting() == 1
    assert len(mailoutbox) == 1


def test_sent_mail_cannot_be_sent_again():
    message = OutboxMessageFactory(sent=True)
    with pytest.raises(ForbiddenTransition):
        send_again(message)


def test_mail_put_back_by_two_people_at_once_is_put_back_once():
    message = OutboxMessageFactory(failed=True)
    twin = OutboxMessage.objects.get(pk=message.pk)
    assert send_again(message)
    assert not send_again(twin)


@pytest.mark.parametrize(
    ("code", "answer", "is_dead"),
    [
        (550, b"5.1.1 No such user here", True),
        (550, b"No such user here", True),
        (550, b"5.7.1 Blocked for policy reasons", False),
        (452, b"4.2.2 Mailbox full", False),
        (421, b"Try later", False),
    ],
)
def test_only_an_address_that_does_not_exist_is_given_up_at_once(server, code, answer, is_dead):
    message = OutboxMessageFactory(to="nessuno@example.org")
    server(raising(smtplib.SMTPRecipientsRefused({"nessuno@example.org": (code, answer)})))
    send_waiting()
    message.refresh_from_db()
    assert message.state == ("failed" if is_dead else "waiting")
    assert Suppression.objects.filter(email="nessuno@example.org", scope="all").exists() is is_dead


def test_dead_address_that_staff_listed_already_is_no_surprise(server):
    SuppressionFactory(email="Nessuno@example.org", scope="promotional")
    Suppression.objects.create(email="NESSUNO@example.org", scope="all", reason="asked")
    message = OutboxMessageFactory(to="nessuno@example.org")
    sending._note_failure(message, smtplib.SMTPRecipientsRefused({message.to: (550, b"5.1.1 no")}))
    assert Suppression.objects.filter(scope="all").get().reason == "asked"
    assert message.state == "failed"


def test_one_bad_mail_does_not_keep_the_others(server, mailoutbox):
    OutboxMessageFactory(to="bad@example.org")
    OutboxMessageFactory.create_batch(3)

    def fault(message) -> None:
        if message.to == ["bad@example.org"]:
            raise UnicodeEncodeError("ascii", "è", 0, 1, "no")

    server(fault)
    assert send_waiting() == 3
    assert len(mailoutbox) == 3


def test_a_batch_shares_one_connection_object_and_later_batches_follow(server, mailoutbox):
    OutboxMessageFactory.create_batch(sending.BATCH + 2)
    assert send_waiting() == sending.BATCH + 2
    assert len(mailoutbox) == sending.BATCH + 2


def test_limit_is_kept(mailoutbox):
    OutboxMessageFactory.create_batch(4)
    assert send_waiting(limit=3) == 3
    assert OutboxMessage.objects.due().count() == 1


def test_kill_before_the_server_took_the_mail_sends_it_once_after_the_lease(mailoutbox, monkeypatch):
    message = OutboxMessageFactory()
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_mail_of", raising(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            send_waiting()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("waiting", 1)
    assert send_waiting() == 0  # the lease of the dead worker still holds
    OutboxMessage.objects.update(claimed_until=timezone.now())
    assert send_waiting() == 1
    assert len(mailoutbox) == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("sent", 2)


def test_kill_between_sending_and_marking_repeats_the_mail_under_the_same_id(mailoutbox, monkeypatch):
    message = OutboxMessageFactory()
    with monkeypatch.context() as patch:

        def killed(*_args, **_kwargs):
            raise KeyboardInterrupt

        patch.setattr(OutboxMessage, "transition", killed)
        with pytest.raises(KeyboardInterrupt):
            send_waiting()
    assert send_waiting() == 0
    OutboxMessage.objects.update(claimed_until=timezone.now())
    assert send_waiting() == 1
    assert [mail.extra_headers["Message-ID"] for mail in mailoutbox] == [message.message_id] * 2


def test_mail_whose_lease_passed_to_another_worker_is_left_alone(mailoutbox):
    OutboxMessageFactory()
    [mine] = leases.claim(OutboxMessage.objects.due(), seconds=60, limit=1)
    OutboxMessage.objects.update(claimed_until=timezone.now() + timedelta(seconds=99))
    assert sending._send_batch([mine]) == 0
    assert mailoutbox == []


def test_mail_that_kills_its_worker_each_time_ends_as_failed(server):
    # Each try is counted before it is made, so after the last the count is used up.
    message = OutboxMessageFactory(attempts=MAX_ATTEMPTS)
    send_waiting()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", MAX_ATTEMPTS)
    assert message.last_error == "Each try ended its worker"


def test_logs_carry_ids_and_no_address(server, caplog):
    message = OutboxMessageFactory(to="segreta@example.org")
    server(raising(smtplib.SMTPRecipientsRefused({"segreta@example.org": (550, b"no")})))
    send_waiting()
    assert f"outbox {message.pk}" in caplog.text
    assert "segreta" not in caplog.text
