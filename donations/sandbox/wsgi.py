"""The sandbox as a WSGI application. One process only: its thread that sends events is the only one."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "donations.sandbox.settings"
application = get_wsgi_application()

from django.conf import settings  # noqa: E402 - only after the applications are loaded

from . import background, chaos  # noqa: E402

# The schema, and all who listen to what time brings: something may be due before the first request.
from .urls import urlpatterns  # noqa: E402, F401

if settings.SANDBOX_BACKGROUND:
    chaos.reset()
    background.start()
