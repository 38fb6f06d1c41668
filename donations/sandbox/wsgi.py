"""The sandbox as a WSGI application. One process only: its thread that sends events is the only one."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "donations.sandbox.settings"
application = get_wsgi_application()

from django.conf import settings  # noqa: E402 - only after the applications are loaded

from . import background, chaos  # noqa: E402
from .api import dispatch  # noqa: E402, F401 - read the schema now and not in the first request

if settings.SANDBOX_BACKGROUND:
    chaos.reset()
    background.start()
