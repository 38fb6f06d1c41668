"""The tests: quick passwords, tasks at once, mails in memory, files in a folder of the run."""

import tempfile
from pathlib import Path

from settings.base import *
from settings.parts.env import cache, env

DEBUG = False
SECRET_KEY = "only for the tests"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
BASE_URL = WAGTAILADMIN_BASE_URL = "http://testserver"

if env("TEST_DATABASE_URL", default=""):
    DATABASES = {"default": env.db_url("TEST_DATABASE_URL")}
if env("TEST_CACHE_URL", default=""):
    CACHES = {"default": cache(env("TEST_CACHE_URL"))}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STRIPE_SECRET_KEY = "sk_test_sandbox_tests"
STRIPE_WEBHOOK_SECRETS = ["whsec_tests"]
STRIPE_API_BASE = "http://127.0.0.1:9"  # nothing listens there: a test that needs Stripe starts the sandbox

_files = Path(tempfile.mkdtemp(prefix="cultnetwork-tests-"))
MEDIA_ROOT = _files / "media"
PRIVATE_MEDIA_ROOT = _files / "private"
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_MEDIA_ROOT
AXES_ENABLED = False
DEMO_ALLOWED = True
