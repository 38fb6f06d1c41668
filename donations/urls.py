"""Addresses of the app: `urlpatterns` are the same in every language, `localised` have a name in each."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from donations import views, webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    path("webhooks/stripe/", webhooks.stripe_webhook, name="stripe_webhook"),
]
localised: list[URLPattern | URLResolver] = [
    path(_("donate/thanks/<str:token>/"), views.thanks, name="donation_thanks"),
    path(_("donate/cancelled/<str:token>/"), views.cancelled, name="donation_cancelled"),
    path(_("donate/again/<str:token>/"), views.retry, name="donation_retry"),
    path(_("my-donations/"), views.my_donations, name="my_donations"),
    path(_("verify/<str:code>/"), views.verify, name="verify"),
]
