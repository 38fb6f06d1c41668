"""The tests: quick passwords, tasks at once, mails in memory, files in a folder of the run."""

import tempfile
from pathlib import Path

from settings.base import *
from settings.parts.env import cache, database, env, sqlite

DEBUG = False
SECRET_KEY = "only for the tests"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
BASE_URL = WAGTAILADMIN_BASE_URL = "http://testserver"

# tests/harness gives each worker its own copy of a migrated database and its own corner of the cache.
if env("TEST_DATABASE_URL", default=""):
    DATABASES = {"default": database(env("TEST_DATABASE_URL"))}
    if DATABASES["default"]["ENGINE"].endswith("postgresql"):
        # A crash may lose a test's rows.
        DATABASES["default"]["OPTIONS"] = {"options": "-c synchronous_commit=off"}
        # No thread keeps a database in use that is about to be put back as it was.
        DATABASES["default"]["CONN_MAX_AGE"] = 0
else:
    DATABASES = {"default": sqlite(Path("never-opened.sqlite3"))}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
CACHES["default"] = cache(env("TEST_CACHE_URL", default=""))

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STRIPE_SECRET_KEY = "sk_test_sandbox_tests"
STRIPE_WEBHOOK_SECRETS = ["whsec_tests"]
STRIPE_API_BASE = "http://127.0.0.1:9"  # nothing listens there: a test that needs Stripe starts the sandbox

_folder = tempfile.TemporaryDirectory(prefix="cultnetwork-tests-", ignore_cleanup_errors=True)
_files = Path(_folder.name)
STATIC_ROOT = _files / "static"
STATIC_ROOT.mkdir()
MEDIA_ROOT = _files / "media"
PRIVATE_MEDIA_ROOT = _files / "private"
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_MEDIA_ROOT
# Templates that only the tests word their mails and pages with.
TEMPLATES[0]["DIRS"] = [PROJECT_DIR / "tests" / "templates"]
ERASURES_FILE = _files / "erasures.jsonl"
AXES_ENABLED = False
DEMO_ALLOWED = True
DEMO_ACCOUNTS_FILE = _files / "demo-accounts.txt"
