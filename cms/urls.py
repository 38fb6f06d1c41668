"""Addresses of the app: `urlpatterns` are the same in every language, `localised` have a name in each."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from cms import views
from cms.style_guide import style_guide

urlpatterns: list[URLPattern | URLResolver] = []
localised: list[URLPattern | URLResolver] = [
    path(_("unsubscribe/<str:token>/"), views.unsubscribe, name="unsubscribe"),
]

if settings.DEBUG:
    urlpatterns.append(path("stile/", style_guide))
