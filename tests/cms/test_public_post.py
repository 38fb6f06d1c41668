"""Public addresses take POST without a token, and give a forged one nothing; others keep the check."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.factories.cms import CROSS_SITE, SAME_ORIGIN

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.cms.urls")]
PUBLIC = ["/test/public/", "/test/class/", "/test/page/", "/test/page/contatti/"]


@pytest.fixture
def visitor() -> Client:
    """A browser without cookies, on a site that checks tokens."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def editor(superuser) -> Client:
    """A browser in which somebody is logged in."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(superuser, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_takes_a_form_without_a_token(visitor, address):
    response = visitor.post(address, {"name": "Anna"}, headers=SAME_ORIGIN)
    assert response.status_code == 200
    assert response.json()["name"] == "Anna"
    assert response.cookies == {}


@pytest.mark.parametrize("address", PUBLIC)
def test_answers_to_posts_are_never_cached(visitor, address):
    assert visitor.post(address, headers=SAME_ORIGIN)["Cache-Control"] == "no-store"
    assert visitor.post(address, headers=CROSS_SITE)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", PUBLIC)
def test_editor_who_is_logged_in_may_send_public_forms_too(editor, superuser, address):
    assert editor.post(address, headers=SAME_ORIGIN).json()["user"] == superuser.email


@pytest.mark.parametrize("headers", [CROSS_SITE, {}, {"Origin": "null"}])
@pytest.mark.parametrize("address", PUBLIC)
def test_request_from_elsewhere_reaches_the_view_without_anybodys_authority(editor, address, headers):
    response = editor.post(address, {"name": "Anna"}, headers=headers)
    assert response.json() == {"user": "", "session": {}, "name": "Anna"}


def test_forged_request_does_not_log_the_editor_out(editor, superuser):
    response = editor.post("/test/public/", headers=CROSS_SITE)
    assert response.cookies == {}
    assert Session.objects.count() == 1
    assert editor.get("/test/public/").json()["user"] == superuser.email


@pytest.mark.parametrize("address", ["/test/guarded/", "/admin/login/", "/admin/pages/1/add_subpage/"])
def test_every_other_address_keeps_djangos_check(visitor, editor, address):
    for browser in (visitor, editor):
        assert browser.post(address, headers=SAME_ORIGIN).status_code == 403


def test_other_methods_without_a_token_are_checked_too(editor):
    assert editor.put("/test/guarded/", headers=SAME_ORIGIN).status_code == 403
    assert editor.delete("/admin/", headers=SAME_ORIGIN).status_code == 403


def test_reading_is_left_alone(editor, superuser):
    response = editor.get("/test/public/", headers=CROSS_SITE)
    assert response.json()["user"] == superuser.email
    assert "Cache-Control" not in response
