"""The outbox: mails are worded and written with the work they belong to."""

from email import message_from_bytes, policy

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.template import TemplateDoesNotExist

from cms.models import OutboxMessage, Suppression
from cms.outbox import FileRef, NotAnAddress, Stream, queue_mail
from cms.outbox.sending import send_waiting
from tests.factories.cms import ConsentRecordFactory, OutboxMessageFactory, SuppressionFactory

pytestmark = pytest.mark.django_db


def queue(**changes) -> OutboxMessage:
    """A service mail to Anna, with changes."""
    return queue_mail(
        **{
            "to": "anna@example.org",
            "stream": Stream.SERVICE,
            "template": "tests/mail",
            "context": {"who": "Anna"},
            "language": "it",
            **changes,
        }
    )


def read(mail):
    """A sent mail as its receiver's program parses it."""
    return message_from_bytes(mail.message().as_bytes(), policy=policy.default)


def test_queued_mail_is_sent_after_the_commit(django_capture_on_commit_callbacks, mailoutbox):
    with django_capture_on_commit_callbacks(execute=True):
        message = queue()
        assert mailoutbox == []
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("sent", 1)
    assert message.sent_at is not None
    assert [mail.to for mail in mailoutbox] == [["anna@example.org"]]


def test_mail_of_a_transaction_that_fails_never_existed(django_capture_on_commit_callbacks, mailoutbox):
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(ZeroDivisionError),
        transaction.atomic(),
    ):
        queue()
        raise ZeroDivisionError
    assert OutboxMessage.objects.count() == 0
    assert mailoutbox == []


def test_same_key_queues_one_mail_and_keeps_its_first_words():
    first = queue(key="receipt:7")
    again = queue(key="receipt:7", context={"who": "Bruno"})
    assert again == first
    assert OutboxMessage.objects.get().subject == "Ciao Anna"


def test_mails_without_a_key_do_not_count_as_the_same():
    queue()
    queue()
    assert OutboxMessage.objects.count() == 2


def test_key_that_somebody_else_wrote_meanwhile_gives_their_row(monkeypatch):
    theirs = OutboxMessageFactory(key="receipt:7")
    look, looks = OutboxMessage.objects.filter, []

    def look_too_early(*args, **kwargs):
        looks.append(kwargs)
        return OutboxMessage.objects.none() if len(looks) == 1 else look(*args, **kwargs)

    monkeypatch.setattr(OutboxMessage.objects, "filter", look_too_early)
    assert queue(key="receipt:7") == theirs


def test_words_are_those_of_the_language_asked_for():
    assert "italiano." in queue(language="it").text
    assert "italian." in queue(language="en").text


def test_text_keeps_apostrophes_and_html_escapes_them():
    message = queue(template="tests/formatted", context={"who": "L'Eco & <b>amici</b>"})
    assert (message.subject, message.text) == ("L'Eco & <b>amici</b>", "L'Eco & <b>amici</b>\n")
    assert "L&#x27;Eco &amp; &lt;b&gt;amici&lt;/b&gt;" in message.html
    assert "<b>" not in message.html


def test_mail_worded_as_text_only_gets_a_formatted_part_too():
    message = queue(context={"who": "<script>"})
    assert "&lt;script&gt;" in message.html
    assert '<a href="http://testserver"' in message.html
    assert "<script>" not in message.html


def test_mail_without_a_subject_template_is_refused():
    with pytest.raises(TemplateDoesNotExist):
        queue(template="tests/nothing")


def test_line_breaks_in_a_name_add_no_header(mailoutbox):
    queue(context={"who": "Anna\r\nBcc: spy@example.org\n\nHello"})
    send_waiting()
    mail = read(mailoutbox[0])
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Ciao Anna Bcc: spy@example.org Hello"
    assert mailoutbox[0].recipients() == ["anna@example.org"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anna",
        "anna@example.org, b@example.org",
        "a@b.it\nBcc: c@d.it",
        "Anna <a@b.it>",
        "a" * 250 + "@b.it",
    ],
)
def test_what_is_not_one_address_is_refused(address):
    with pytest.raises(NotAnAddress):
        queue(to=address)
    assert OutboxMessage.objects.count() == 0


def test_sent_mail_has_both_parts_and_its_own_lasting_id(mailoutbox):
    message = queue(template="tests/formatted", context={"who": "Perché no? 😀"})
    send_waiting()
    mail = read(mailoutbox[0])
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail.get_body(("plain",)).get_content().strip() == "Perché no? 😀"
    assert "Perché no? 😀" in mail.get_body(("html",)).get_content()
    assert mail["Message-ID"] == message.message_id
    assert mail["From"] == "Cultnetwork <rete@cultnetwork.example>"
    assert mail["List-Unsubscribe"] is None


def test_attachment_is_read_from_its_storage_when_the_mail_is_sent(mailoutbox):
    reference = FileRef("private", "receipts/7.pdf", "ricevuta-7.pdf", "application/pdf")
    queue(attachments=[reference])
    name = storages["private"].save("receipts/7.pdf", ContentFile(b"%PDF-1.7"))
    assert name == "receipts/7.pdf"
    try:
        send_waiting()
    finally:
        storages["private"].delete(name)
    [attachment] = read(mailoutbox[0]).iter_attachments()
    assert (attachment.get_filename(), attachment.get_content_type()) == ("ricevuta-7.pdf", "application/pdf")
    assert attachment.get_content() == b"%PDF-1.7"


def test_missing_attachment_keeps_the_mail_waiting_and_lets_others_go(mailoutbox):
    lost = queue(attachments=[FileRef("private", "gone.pdf", "gone.pdf", "application/pdf")])
    other = queue(to="bruno@example.org")
    assert send_waiting() == 1
    lost.refresh_from_db()
    other.refresh_from_db()
    assert (lost.state, other.state) == ("waiting", "sent")
    assert "gone.pdf" in lost.last_error


def test_mail_remembers_what_it_is_about():
    about = ConsentRecordFactory()
    message = OutboxMessage.objects.get(pk=queue(about=about).pk)
    assert message.about == about


def test_promotional_mail_carries_the_one_click_headers_and_the_way_out_in_both_parts(mailoutbox):
    message = queue(stream=Stream.PROMOTIONAL, template="tests/formatted")
    send_waiting()
    mail = read(mailoutbox[0])
    assert mail["List-Unsubscribe"].strip() == f"<{message.unsubscribe_url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        assert message.unsubscribe_url in mail.get_body((kind,)).get_content()


def test_promotional_mail_outside_the_frame_that_holds_the_way_out_is_refused():
    with pytest.raises(ValueError, match="the way out"):
        queue(stream=Stream.PROMOTIONAL, template="tests/frameless")


def test_promotional_row_without_a_way_out_cannot_be_written():
    with pytest.raises(IntegrityError):
        OutboxMessageFactory(promotional=True, unsubscribe_url="")


def test_who_withdrew_gets_no_promotional_mail_but_still_gets_service_mail(mailoutbox):
    ConsentRecordFactory(email="anna@example.org")
    promotional, service = queue(stream=Stream.PROMOTIONAL, to="Anna@Example.org"), queue()
    ConsentRecordFactory(email="anna@example.org", withdrawn=True)
    assert send_waiting() == 1
    promotional.refresh_from_db()
    service.refresh_from_db()
    assert (promotional.state, service.state) == ("suppressed", "sent")


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Suppression.Scope.ALL, ("suppressed", "suppressed")),
        (Suppression.Scope.PROMOTIONAL, ("suppressed", "sent")),
    ],
)
def test_suppressed_address_gets_nothing_within_the_scope(scope, expected):
    SuppressionFactory(email="ANNA@example.org", scope=scope)
    promotional, service = queue(stream=Stream.PROMOTIONAL), queue()
    send_waiting()
    promotional.refresh_from_db()
    service.refresh_from_db()
    assert (promotional.state, service.state) == expected


def test_character_that_no_database_keeps_is_left_out():
    message = queue(template="tests/formatted", context={"who": "An\x00na"})
    message.refresh_from_db()
    assert (message.subject, message.text) == ("Anna", "Anna\n")


def test_address_is_on_the_list_once_for_a_scope_whatever_its_case():
    SuppressionFactory(email="anna@example.org")
    with pytest.raises(IntegrityError):
        SuppressionFactory(email="Anna@example.org")
