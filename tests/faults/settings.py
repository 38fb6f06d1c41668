"""The settings of a process started by a test, on the test's own database, mail server and local Stripe."""

import json
import os
from pathlib import Path

from settings.test import *

_given = json.loads(os.environ["FAULTS"])
DATABASES["default"].update(_given["database"])
CACHES["default"]["KEY_PREFIX"] = _given["key_prefix"]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST, EMAIL_PORT = "127.0.0.1", _given["post"]
STRIPE_API_BASE = _given["stripe"]
BASE_URL = WAGTAILADMIN_BASE_URL = _given.get("site", BASE_URL)
# Each donor of a test comes from an address of its own.
TRUSTED_PROXIES = ["127.0.0.1"]
MEDIA_ROOT = Path(_given["media"])
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_MEDIA_ROOT = Path(_given["private"])
