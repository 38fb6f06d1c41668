"""The benchmarks' site with databases and a Stripe of its own."""

import os

from settings.parts.env import database
from tests.benchmarks.records_settings import *  # noqa: F403

if os.environ.get("TEST_DATABASE_URL"):
    DATABASES = {"default": database(os.environ["TEST_DATABASE_URL"])}
    DATABASES["default"]["NAME"] += "_bench_webhooks"
if os.environ.get("BENCH_WEBHOOKS_DATABASE"):
    DATABASES["default"]["NAME"] = os.environ["BENCH_WEBHOOKS_DATABASE"]
