"""The public site. Reads the environment only, and refuses to start when something is missing."""

import os

from django.core.exceptions import ImproperlyConfigured

from settings.base import *
from settings.demands import unmet
from settings.parts.env import env

if _unmet := unmet(os.environ):
    raise ImproperlyConfigured("The site cannot start. " + " ".join(_unmet))

DEBUG = False
SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECOND_FACTOR_ENFORCED = True
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
DEMO_ALLOWED = False
STRIPE_SANDBOX_ALLOWED = False
