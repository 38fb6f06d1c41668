"""The ground of the tests holds: rows of migrations stay, nothing leaks, workers do not meet."""

import threading

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from wagtail.models import Locale, Page, Site

from members.models import User


def rows_of_migrations() -> tuple[int, int, int]:
    return Locale.objects.count(), Page.objects.count(), Site.objects.count()


@pytest.fixture(scope="module")
def as_migrated() -> dict:
    return {}


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_transactional_test_leaves_the_rows_of_the_migrations(transactional_db, turn, as_migrated):
    assert as_migrated.setdefault("rows", rows_of_migrations()) == rows_of_migrations()
    assert Page.objects.exists() and Locale.objects.exists()
    assert not User.objects.exists()
    User.objects.create_user(email="left@house.example")
    Page.objects.exclude(depth=1).delete()
    cache.set("left", "over")


@pytest.mark.parametrize("turn", [1, 2])
def test_cache_begins_empty(db, turn):
    assert cache.key_prefix.endswith(("-main", "-gw0", "-gw1", "-gw2", "-gw3"))
    assert cache.get("left") is None
    cache.set("left", "over")
    assert cache.get("left") == "over"


def test_rows_reach_other_connections(transactional_db):
    User.objects.create_user(email="seen@house.example")
    seen = []

    def look() -> None:
        seen.append(User.objects.filter(email="seen@house.example").exists())
        connections.close_all()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [True]


@pytest.mark.sqlite
def test_database_is_a_file_in_wal_mode_as_in_development(db):
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize("role", ["editor", "fundraiser"])
def test_login_gives_a_client_with_the_role(login, role):
    client = login(role)
    assert [group.name for group in client.user.groups.all()] == [role]
    assert client.session["_auth_user_id"] == str(client.user.pk)


@pytest.mark.journey
def test_browser_reads_the_running_site(page):
    answer = page.goto("/admin/login/")
    assert answer.status == 200
    assert page.locator("input[name=username]").count() == 1
    assert User.objects.count() == 0
