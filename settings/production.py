"""The public site. Reads the environment only, and refuses to start when something is missing."""

from django.core.exceptions import ImproperlyConfigured

from settings.base import *
from settings.parts.env import env

_NEEDED = {
    "SECRET_KEY": "a long random text, kept secret",
    "ALLOWED_HOSTS": "the site's host names, separated by commas",
    "BASE_URL": "the site's public address, such as https://www.example.org",
    "DATABASE_URL": "postgres://user:password@host:5432/name",
    "CACHE_URL": "redis://host:6379/0",
    "EMAIL_URL": "smtp+tls://user:password@host:587",
    "MEDIA_ROOT": "the folder of public files",
    "PRIVATE_MEDIA_ROOT": "the folder of private files, outside MEDIA_ROOT",
}
_missing = [f"{name} ({help})" for name, help in _NEEDED.items() if not env(name, default="")]
if _missing:
    raise ImproperlyConfigured("Set these environment variables and start again: " + "; ".join(_missing))

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
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
DEMO_ALLOWED = False
STRIPE_SANDBOX_ALLOWED = False
