"""The least that a site with dj-stripe needs. No middleware at all, which is to its advantage."""

import json
import os

SECRET_KEY = "benchmarks"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "djstripe"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "peer.urls"
DATABASES = {"default": json.loads(os.environ["PEER_DATABASE"])}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
STRIPE_LIVE_MODE = False
STRIPE_TEST_SECRET_KEY = os.environ["STRIPE_SECRET_KEY"]
STRIPE_API_HOST = os.environ["STRIPE_API_BASE"]
DJSTRIPE_FOREIGN_KEY_TO_FIELD = "id"
# How dj-stripe lets a site put its work off: what is called in the place of it.
if os.environ.get("PEER_ONLY_KEEPS"):
    DJSTRIPE_WEBHOOK_EVENT_CALLBACK = "peer.urls.keep_only"
