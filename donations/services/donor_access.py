"""Letting donors in to their own donations: a link by mail, a button, an hour.

Nothing here tells who is known: asking costs and answers the same for every address.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

import cms.leases
from cms.rate_limit import hit
from donations import emails
from donations.models import Donor, DonorLink, DonorVisit

LINK_LIFE = timedelta(minutes=30)
VISIT_LIFE = timedelta(hours=1)
# Mails that one address gets in an hour, however often it is asked for.
LINKS_OF_AN_ADDRESS = 4
KEPT = timedelta(days=1)
LEASE_SECONDS = 60


def ask_for_link(*, email: str, language: str) -> None:
    """Note that somebody at this address asks for a link; send_links writes the mail, after the answer.

    Called outside any transaction. Above the limit of an address nothing more is sent, known or not.
    """
    address = email.strip().lower()
    if not hit("donor-link-to", address, limit=LINKS_OF_AN_ADDRESS, seconds=3600):
        return
    donor = Donor.objects.with_address(address).first()
    link = DonorLink.objects.create(donor=donor, language=language)
    from donations import tasks

    tasks.hint(tasks.send_donor_links, link.pk)


def send_links(*, limit: int = 50) -> str:
    """Write the mails of those who asked. What the task and the sweeper call."""
    waiting = DonorLink.objects.filter(sent_at__isnull=True, asked_at__gt=timezone.now() - LINK_LIFE)
    sent = 0
    for link in cms.leases.claim(waiting.order_by("id"), seconds=LEASE_SECONDS, limit=limit):
        with transaction.atomic():
            facts: dict = {"sent_at": timezone.now()}
            if link.donor and link.donor.email:
                token = secrets.token_urlsafe(32)
                facts |= {"token_hash": _hash(token), "expires_at": timezone.now() + LINK_LIFE}
                emails.send_donor_link(
                    link.donor, token=token, language=link.language, key=f"donor-link:{link.pk}"
                )
                sent += 1
            cms.leases.release(link, **facts)
    return f"{sent} links sent" if sent else ""


def is_good(token: str) -> bool:
    """Whether a link can still be used. Looking uses nothing up: scanners of mail open links too."""
    return _usable(token).exists()


def enter(token: str) -> str | None:
    """Use a link up; the token of the visit that begins, or None when it is unknown, used or too old."""
    now = timezone.now()
    with transaction.atomic():
        if not _usable(token).update(used_at=now):
            return None
        link = DonorLink.objects.select_related("donor").get(token_hash=_hash(token))
        visit = secrets.token_urlsafe(32)
        DonorVisit.objects.create(donor=link.donor, token_hash=_hash(visit), ends_at=now + VISIT_LIFE)
    return visit


def visitor(visit: str) -> Donor | None:
    """Who is on this visit; None when it has ended."""
    if not visit or len(visit) > 100:
        return None
    rows = DonorVisit.objects.select_related("donor")
    found = rows.filter(token_hash=_hash(visit), ends_at__gt=timezone.now()).first()
    return found.donor if found else None


def leave(visit: str) -> None:
    """End a visit."""
    DonorVisit.objects.filter(token_hash=_hash(visit)).delete()


def forget() -> str:
    """Delete links of before yesterday and visits that have ended."""
    now = timezone.now()
    links, _kinds = DonorLink.objects.filter(asked_at__lt=now - KEPT).delete()
    visits, _kinds = DonorVisit.objects.filter(ends_at__lt=now).delete()
    return f"{links} links, {visits} visits" if links or visits else ""


def shut_out(donor: Donor) -> None:
    """End all visits of a donor, and make all links worthless."""
    DonorLink.objects.filter(donor=donor).delete()
    DonorVisit.objects.filter(donor=donor).delete()


def _usable(token: str):
    return DonorLink.objects.filter(
        token_hash=_hash(token), used_at__isnull=True, expires_at__gt=timezone.now()
    )


def _hash(token: str) -> str:
    # Random and long: nobody can try all, so that a plain hash is enough.
    return hashlib.sha256(token.encode()).hexdigest()
