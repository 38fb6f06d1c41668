"""The platform's records, and posts as a visitor's browser sends them."""

from datetime import timedelta

import factory
from django.utils import timezone
from wagtail.models import Site

from cms.models import (
    ConsentRecord,
    Menu,
    MenuItem,
    OutboxMessage,
    SiteChrome,
    Stream,
    Suppression,
)
from cms.public_forms import guard_values

# client.post(url, data, headers=SAME_ORIGIN): what a browser says of a form sent from this site.
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}


def guarded(data: dict | None = None, *, age: timedelta = timedelta(minutes=1)) -> dict:
    """A public form's data with its guard, as sent from a page that was rendered `age` ago."""
    return {**guard_values(age=age), **(data or {})}


class OutboxMessageFactory(factory.django.DjangoModelFactory):
    """A mail that waits: OutboxMessageFactory(sent=True), (failed=True), (promotional=True)."""

    class Meta:
        model = OutboxMessage

    class Params:
        sent = factory.Trait(state="sent", attempts=1, sent_at=factory.LazyFunction(timezone.now))
        failed = factory.Trait(state="failed", attempts=16, last_error="SMTPServerDisconnected: gone")
        promotional = factory.Trait(
            stream=Stream.PROMOTIONAL, unsubscribe_url="http://testserver/disiscrizione/abc/"
        )

    stream = Stream.SERVICE
    to = factory.Sequence(lambda n: f"persona-{n}@example.org")
    language = "it"
    template = "tests/mail"
    subject = "Ciao"
    text = "Una prova.\n"
    html = "<p>Una prova.</p>"
    message_id = factory.Sequence(lambda n: f"<{n}@cultnetwork.example>")


class ConsentRecordFactory(factory.django.DjangoModelFactory):
    """A yes to promotional mail; ConsentRecordFactory(withdrawn=True) is a no."""

    class Meta:
        model = ConsentRecord

    class Params:
        withdrawn = factory.Trait(given=False, text="")

    purpose = "promotional"
    email = factory.Sequence(lambda n: f"persona-{n}@example.org")
    text = "Voglio ricevere le notizie della rete."
    language = "it"
    source = "/contatti/"


class SuppressionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Suppression

    email = factory.Sequence(lambda n: f"persona-{n}@example.org")
    scope = Suppression.Scope.ALL
    reason = Suppression.Reason.BOUNCED


class SiteChromeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SiteChrome
        django_get_or_create = ("site",)

    site = factory.LazyFunction(lambda: Site.objects.get(is_default_site=True))
    email = "rete@cultnetwork.example"


class MenuFactory(factory.django.DjangoModelFactory):
    """A menu of the default site, the main one unless told otherwise."""

    class Meta:
        model = Menu

    site = factory.LazyFunction(lambda: Site.objects.get(is_default_site=True))
    place = Menu.Place.MAIN


class MenuItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MenuItem

    menu = factory.SubFactory(MenuFactory)
    label_it = factory.Sequence(lambda n: f"Voce {n}")
    link = factory.Sequence(lambda n: f"/voce-{n}/")
    sort_order = factory.Sequence(lambda n: n)
