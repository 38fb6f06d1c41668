"""Addresses of the app: `urlpatterns` are the same in every language, `localised` have a name in each."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
localised: list[URLPattern | URLResolver] = []
