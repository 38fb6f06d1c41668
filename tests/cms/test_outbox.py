"""The outbox: queued with the work it belongs to, sent once, refused with one click."""

import pytest

from cms.outbox import Stream, queue_mail

pytestmark = pytest.mark.django_db


def test_smoke(django_capture_on_commit_callbacks, mailoutbox, client):
    with django_capture_on_commit_callbacks(execute=True):
        m = queue_mail(
            to="a@b.it",
            stream=Stream.PROMOTIONAL,
            template="tests/mail",
            context={"who": "Anna & l'Eco"},
            language="it",
        )
    m.refresh_from_db()
    assert m.state == "sent", m.last_error
    print(mailoutbox[0].message().as_string()[:1500])
    r = client.get(m.unsubscribe_url)
    print(r.status_code, r.headers)
    r = client.post(m.unsubscribe_url)
    print(r.status_code, r.headers)
    print(r.content.decode()[-3000:])
