"""Calls, meetings and messages, written down so that the next colleague knows of them."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms import audit
from members.models import Contact, Exchange, ExchangeKind, Lead, Organisation
from members.services.refusal import Refusal
from members.typed import tidy_text


class NothingSaid(Refusal):
    reason = _("Write what was said.")


class NotYetHappened(Refusal):
    reason = _("It has not happened yet: plan it as the next action of the request.")


@transaction.atomic
def write_down(
    *,
    kind: ExchangeKind,
    text: str,
    by,
    happened_at: datetime | None = None,
    contact: Contact | None = None,
    organisation: Organisation | None = None,
    lead: Lead | None = None,
) -> Exchange:
    """Keep what was said. With a request its contact and client are taken from it, with a contact its client.

    happened_at: UTC; now when nobody says. Raises NothingSaid, NotYetHappened, or ValidationError when it was
    with nobody.
    """
    text = tidy_text(text)
    if not text:
        raise NothingSaid
    if happened_at and happened_at > timezone.now():
        raise NotYetHappened
    contact = contact or (lead.contact if lead else None)
    if organisation is None:
        organisation = (lead.organisation if lead else None) or (contact.organisation if contact else None)
    exchange = Exchange(
        kind=kind,
        text=text,
        happened_at=happened_at or timezone.now(),
        contact=contact,
        organisation=organisation,
        lead=lead,
        author=by,
    )
    exchange.full_clean(exclude=["author"])
    exchange.save()
    audit.record("members.exchange.written", exchange, user=by)
    return exchange
