"""The benchmarks' site on the database of TEST_DATABASE_URL, when there is one."""

import os

from settings.parts.env import database
from tests.benchmarks.settings import *  # noqa: F403

if os.environ.get("TEST_DATABASE_URL"):
    DATABASES = {"default": database(os.environ["TEST_DATABASE_URL"])}
    DATABASES["default"]["NAME"] += "_bench_records"
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}  # noqa: F405
