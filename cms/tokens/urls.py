"""Addresses of the tokens' own screens, under the admin's."""

from django.urls import path

from cms.tokens.admin import NewTokenView

urlpatterns = [
    path("api-tokens/new/", NewTokenView.as_view(), name="staff_token_new"),
]
