"""Settings of the local Stripe. They read the environment only and know nothing of the site's settings."""

import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Nothing is signed or kept in a session, so a key that lives as long as the process is enough.
SECRET_KEY = secrets.token_urlsafe(32)
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = ["donations.sandbox"]
MIDDLEWARE = [
    "donations.sandbox.web.guard.LoopbackOnlyMiddleware",
    "django.middleware.locale.LocaleMiddleware",
]
ROOT_URLCONF = "donations.sandbox.urls"
WSGI_APPLICATION = "donations.sandbox.wsgi.application"
APPEND_SLASH = False

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SANDBOX_DATABASE") or str(ROOT / "var" / "stripe-sandbox.sqlite3"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
        "CONN_MAX_AGE": None,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

USE_TZ = True
TIME_ZONE = os.environ.get("TZ") or "Europe/Rome"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("it", "Italiano")]

# Where the events go, and the secrets that sign them (several while one is being replaced).
SANDBOX_WEBHOOK_URL = os.environ.get("SANDBOX_WEBHOOK_URL", "")
SANDBOX_WEBHOOK_SECRETS = [
    secret.strip() for secret in os.environ.get("STRIPE_WEBHOOK_SECRET", "").split(",") if secret.strip()
]
# Faults wished from the start, as JSON; see chaos.py.
SANDBOX_CHAOS = os.environ.get("SANDBOX_CHAOS", "")
# Switched off by commands that only want the models (migrations, tests of single modules).
SANDBOX_BACKGROUND = os.environ.get("SANDBOX_BACKGROUND", "") == "on"
