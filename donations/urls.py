"""Addresses of the app: `urlpatterns` are the same in every language, `localised` have a name in each."""

from django.urls import URLPattern, URLResolver, path

from cms.addresses import address
from donations import donor_recurring_views, donor_views, donor_wall_views, recurring_views, views, webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    path("webhooks/stripe/", webhooks.stripe_webhook, name="stripe_webhook"),
]
localised: list[URLPattern | URLResolver] = [
    path(
        address(it="dona/grazie/<slug:token>/", en="donate/thanks/<slug:token>/"),
        views.thanks,
        name="donation_thanks",
    ),
    path(
        address(it="dona/annullata/<slug:token>/", en="donate/cancelled/<slug:token>/"),
        views.cancelled,
        name="donation_cancelled",
    ),
    path(
        address(it="dona/riprova/<slug:token>/", en="donate/again/<slug:token>/"),
        views.retry,
        name="donation_retry",
    ),
    path(
        address(it="dona/ricorrente/grazie/<slug:token>/", en="donate/recurring/thanks/<slug:token>/"),
        recurring_views.thanks,
        name="recurring_thanks",
    ),
    path(
        address(it="dona/ricorrente/annullata/<slug:token>/", en="donate/recurring/cancelled/<slug:token>/"),
        recurring_views.cancelled,
        name="recurring_cancelled",
    ),
    path(
        address(it="dona/ricorrente/carta/<str:token>/", en="donate/recurring/card/<str:token>/"),
        recurring_views.card,
        name="recurring_card",
    ),
    path(
        address(it="dona/bonifico/<slug:token>/", en="donate/transfer/<slug:token>/"),
        views.pledge_thanks,
        name="pledge_thanks",
    ),
    path(address(it="le-mie-donazioni/", en="my-donations/"), donor_views.my_donations, name="my_donations"),
    path(
        address(it="le-mie-donazioni/guarda-la-posta/", en="my-donations/look-into-your-mail/"),
        donor_views.sent,
        name="my_donations_sent",
    ),
    path(
        address(it="le-mie-donazioni/entra/<str:token>/", en="my-donations/enter/<str:token>/"),
        donor_views.enter,
        name="my_donations_enter",
    ),
    path(
        address(it="le-mie-donazioni/esci/", en="my-donations/leave/"),
        donor_views.leave,
        name="my_donations_leave",
    ),
    path(
        address(it="le-mie-donazioni/ricevute/<int:number>/", en="my-donations/receipts/<int:number>/"),
        donor_views.receipt,
        name="my_donations_receipt",
    ),
    path(
        address(it="le-mie-donazioni/anni/<int:year>/", en="my-donations/years/<int:year>/"),
        donor_views.year,
        name="my_donations_year",
    ),
    path(
        address(it="le-mie-donazioni/preferenze/", en="my-donations/preferences/"),
        donor_views.privacy,
        name="my_donations_privacy",
    ),
    *donor_recurring_views.addresses(),
    *donor_wall_views.addresses(),
    path(address(it="verifica/<str:code>/", en="verify/<str:code>/"), views.verify, name="verify"),
]
