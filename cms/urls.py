"""Addresses of the app: `urlpatterns` are the same in every language, `localised` have a name in each."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from cms import views
from cms.addresses import address
from cms.style_guide import style_guide

urlpatterns: list[URLPattern | URLResolver] = []
localised: list[URLPattern | URLResolver] = [
    path(
        address(it="disiscrizione/<slug:token>/", en="unsubscribe/<slug:token>/"),
        views.unsubscribe,
        name="unsubscribe",
    ),
]

if settings.DEBUG:
    urlpatterns.append(path("stile/", style_guide))
