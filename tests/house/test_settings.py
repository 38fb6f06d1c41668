"""Development needs no variable; production says what it lacks, and is strict."""

import pytest
from django.conf import settings

from settings.demands import NEEDED, unmet
from settings.parts.env import database

GOOD = {
    "SECRET_KEY": "long and random " * 5,
    "ALLOWED_HOSTS": "www.example.org",
    "BASE_URL": "https://www.example.org",
    "DATABASE_URL": "postgres://site:word@127.0.0.1:5432/site",
    "CACHE_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp+tls://site:word@mail.example.org:587",
    "MEDIA_ROOT": "/srv/site/media",
    "PRIVATE_MEDIA_ROOT": "/srv/site/private",
}


def test_complete_environment_meets_every_demand():
    assert unmet(GOOD) == []


@pytest.mark.parametrize("name", NEEDED)
def test_missing_variable_is_named_with_what_it_is(name):
    sentences = unmet({**GOOD, name: " "})
    assert sentences == [f"Set these environment variables: {name} ({NEEDED[name]})."]


def test_all_missing_variables_are_told_at_once():
    assert all(name in unmet({})[0] for name in NEEDED)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("ALLOWED_HOSTS", "*"),
        ("BASE_URL", "http://www.example.org"),
        ("DATABASE_URL", "nonsense"),
        ("CACHE_URL", "locmem://"),
        ("PRIVATE_MEDIA_ROOT", "/srv/site/media/private"),
        ("PRIVATE_MEDIA_ROOT", "/srv/site/media/../media"),
        ("MEDIA_ROOT", "media"),
    ],
)
def test_unsafe_value_is_refused_by_name(name, value):
    assert [name in sentence for sentence in unmet({**GOOD, name: value})] == [True]


def test_production_refuses_to_start_in_one_sentence(project):
    done = project.run(
        *project.python,
        "manage.py",
        "check",
        DJANGO_SETTINGS_MODULE="settings.production",
        SECRET_KEY="short",
    )
    assert done.returncode == 1
    assert "ALLOWED_HOSTS" in done.stderr
    assert "SECRET_KEY is short" in done.stderr
    assert "Traceback" not in done.stderr


def test_wsgi_is_production_unless_told_otherwise(project):
    done = project.run(*project.python, "-c", "import settings.wsgi")
    assert done.returncode == 1
    assert "The site cannot start. Set these environment variables" in done.stderr


def test_production_passes_the_deployment_check_without_a_warning(project):
    done = project.run(
        *project.python,
        "manage.py",
        "check",
        "--deploy",
        DJANGO_SETTINGS_MODULE="settings.production",
        **GOOD,
    )
    assert done.stdout + done.stderr == "System check identified no issues (0 silenced).\n"
    assert done.returncode == 0


@pytest.mark.sqlite
def test_every_static_file_that_another_names_can_be_published(project):
    """Production serves files under names made from their content: a missing one would stop the site."""
    done = project.run(
        *project.python,
        *("manage.py", "collectstatic", "--noinput", "--verbosity", "0"),
        DJANGO_SETTINGS_MODULE="settings.production",
        **GOOD,
    )
    assert done.returncode == 0, done.stderr
    assert (project.root / "var" / "static" / "staticfiles.json").exists()


VISIT = """
import django; django.setup()
from django.test import Client
visitor = Client(headers={"host": "www.example.org"})
for address in ("/", "/en/", "/admin/login/", "http:/healthz/", "http:/"):
    answer = visitor.get(address.removeprefix("http:"), secure=address.startswith("/"))
    print(address, answer.status_code, answer.get("Strict-Transport-Security", "-"), len(answer.cookies))
"""


@pytest.mark.postgresql
def test_production_serves_its_pages_over_tls_only(project, transactional_db):
    import os

    from django.db import connection

    where = connection.settings_dict
    variables = {
        **GOOD,
        "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**where),
        "CACHE_URL": os.environ["TEST_CACHE_URL"],
        "DJANGO_SETTINGS_MODULE": "settings.production",
    }
    project.run(*project.python, "manage.py", "collectstatic", "--noinput", **variables)
    done = project.run(*project.python, "-c", VISIT, **variables)
    hsts = "max-age=31536000; includeSubDomains; preload"
    assert done.stdout.splitlines() == [
        f"/ 200 {hsts} 0",
        f"/en/ 200 {hsts} 0",
        f"/admin/login/ 200 {hsts} 1",
        "http:/healthz/ 200 - 0",
        "http:/ 301 - 0",
    ], done.stderr[-2000:]


def test_development_needs_no_variable_and_stays_on_this_machine(project):
    code = "from settings.dev import *; print(ALLOWED_HOSTS, DATABASES['default']['OPTIONS'], BASE_URL)"
    done = project.run(*project.python, "-c", code)
    assert done.returncode == 0, done.stderr
    assert "'transaction_mode': 'IMMEDIATE'" in done.stdout
    assert "journal_mode=WAL" in done.stdout
    assert "['127.0.0.1', 'localhost', '[::1]']" in done.stdout
    assert done.stdout.strip().endswith("http://127.0.0.1:8000")


def test_secrets_of_development_are_readable_by_their_owner_only(project):
    project.run(*project.python, "-c", "from settings import dev")
    kept = [project.root / "var" / name for name in ("secret-key", "stripe-webhook-secret")]
    assert [oct(file.stat().st_mode & 0o777) for file in kept] == ["0o600", "0o600"]


def test_sqlite_by_its_address_is_set_up_like_the_default_one():
    assert database("sqlite:////srv/site.sqlite3")["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert database(GOOD["DATABASE_URL"])["ENGINE"] == "django.db.backends.postgresql"


def test_private_files_lie_outside_the_public_ones():
    assert not settings.PRIVATE_MEDIA_ROOT.is_relative_to(settings.MEDIA_ROOT)
    assert not settings.MEDIA_ROOT.is_relative_to(settings.PRIVATE_MEDIA_ROOT)
