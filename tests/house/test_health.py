"""/healthz/ says whether the site can serve, and nothing else."""

from django.db import DatabaseError
from django.db.backends.utils import CursorWrapper


def test_healthy_site_answers_with_one_query_and_no_cookie(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = client.get("/healthz/")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]


def test_site_without_its_database_answers_503_and_tells_no_secret(client, db, monkeypatch):
    def broken(*_):
        raise DatabaseError("password of site at db.internal is wrong")

    with monkeypatch.context() as fault:
        fault.setattr(CursorWrapper, "execute", broken)
        answer = client.get("/healthz/")
    assert answer.status_code == 503
    assert answer.json() == {"status": "database does not answer"}
    assert b"internal" not in answer.content


def test_health_has_no_english_address(client, db):
    assert client.get("/en/healthz/").status_code == 404
