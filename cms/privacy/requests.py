"""A person's request from its arrival to its answer. Each step is in the log, without the person's data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms import audit
from cms.models import PrivacyRequest, PrivacyRow
from cms.models.privacy import PrivacyState
from cms.privacy import finding
from cms.privacy.needles import email_hash, erased_address

ACTIONS = {
    "cms.privacy.verified": (_("Verify who asks"), _("Identity verified")),
    "cms.privacy.searched": (_("Look for a person's data"), _("Data looked for")),
    "cms.privacy.confirmed": (_("Confirm a person's rows"), _("Rows confirmed")),
    "cms.privacy.exported": (_("Make a person's file"), _("File made")),
    "cms.privacy.downloaded": (_("Download a person's file"), _("File downloaded")),
    "cms.privacy.erased": (_("Erase a person"), _("Person erased")),
    "cms.privacy.refused": (_("Refuse a privacy request"), _("Request refused")),
    "cms.privacy.replayed": (_("Erase again after a restore"), _("Erased again")),
}
Decision = PrivacyRow.Decision


class Refusal(ValidationError):
    """What was asked cannot be done now. Its words are for people."""


def lock(request: PrivacyRequest) -> PrivacyRequest:
    """The request as it is now, held until the transaction ends."""
    return PrivacyRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)


def lock_with_others(request: PrivacyRequest) -> PrivacyRequest:
    """The same, with all requests of its address, which an erasure ends too: in one order for everybody.

    Raises Refusal when another request's erasure was quicker.
    """
    same = Q(pk=request.pk) | (Q(email=request.email) if request.email else Q(pk=request.pk))
    held = PrivacyRequest.objects.select_for_update(of=("self",)).filter(same).order_by("pk")
    locked = next(row for row in held if row.pk == request.pk)
    if locked.state == PrivacyState.REFUSED and locked.email_hash:
        raise Refusal(_("This person was erased meanwhile, by another request."))
    return locked


@transaction.atomic
def verify(request: PrivacyRequest, *, how: str, by: Any) -> PrivacyRequest:
    """Write how it was made sure that the person is who they say, and look for their data."""
    request = lock(request)
    if not request.email:
        raise Refusal(_("Write the person's e-mail address first."))
    if request.transition(
        to=PrivacyState.VERIFIED, verified_how=how[:250], verified_at=timezone.now(), verified_by=by
    ):
        audit.record("cms.privacy.verified", request, user=by)
        look(request, by=by)
    return request


@transaction.atomic
def look(request: PrivacyRequest, *, by: Any) -> int:
    """Look for the person's rows again; how many are new."""
    request = lock(request)
    if request.state not in (PrivacyState.VERIFIED, PrivacyState.CONFIRMED):
        raise Refusal(_("First make sure who asks."))
    new = finding.search(request)
    if new:
        request.transition(to=PrivacyState.VERIFIED)
    audit.record("cms.privacy.searched", request, user=by, data={"new": new})
    return new


@transaction.atomic
def decide(request: PrivacyRequest, *, theirs: Iterable[int], seen: Iterable[int]) -> PrivacyRequest:
    """Keep what was decided about some of the rows; the others are still to be looked at."""
    request = lock(request)
    if request.state not in (PrivacyState.VERIFIED, PrivacyState.CONFIRMED):
        raise Refusal(_("First make sure who asks."))
    request.transition(to=PrivacyState.VERIFIED)
    request.rows.filter(pk__in=seen).update(decision=Decision.OTHER)
    request.rows.filter(pk__in=set(theirs) & set(seen)).update(decision=Decision.THEIRS)
    return request


@transaction.atomic
def confirm(
    request: PrivacyRequest, *, theirs: Iterable[int], seen: Iterable[int], by: Any
) -> PrivacyRequest:
    """Write which of the rows on the screen are the person's; the others on it are somebody else's.

    theirs, seen: keys of rows. Raises Refusal when a row has come that was not on the screen.
    """
    request = decide(request, theirs=theirs, seen=seen)
    if request.rows.filter(decision=Decision.UNDECIDED).exists():
        raise Refusal(_("New rows have come meanwhile. Look at them, then confirm again."))
    request.transition(to=PrivacyState.CONFIRMED)
    data = {"theirs": request.rows.filter(decision=Decision.THEIRS).count(), "rows": request.rows.count()}
    audit.record("cms.privacy.confirmed", request, user=by, data=data)
    return request


def check_confirmed(request: PrivacyRequest, kind: str) -> None:
    """Raises Refusal unless the request may be carried out now."""
    if request.kind != kind or request.state != PrivacyState.CONFIRMED:
        raise Refusal(_("First confirm which rows are the person's."))
    if finding.is_undecided(request):
        raise Refusal(_("New rows have come since. Look for the data again, then confirm."))


@transaction.atomic
def refuse(request: PrivacyRequest, *, why: str, by: Any) -> PrivacyRequest:
    """Close a request without doing it. The reason is told to the person by staff."""
    request = lock(request)
    if request.transition(to=PrivacyState.REFUSED, refusal=why):
        request.rows.all().delete()
        audit.record("cms.privacy.refused", request, user=by)
    return request


def close(request: PrivacyRequest, *, by: Any, report: list[dict]) -> None:
    """End an erasure: what stays of the request says nothing of the person."""
    request.rows.all().delete()
    hashed, email = email_hash(request.email), request.email
    request.transition(
        to=PrivacyState.DONE,
        email=erased_address(email),
        email_hash=hashed,
        asked_by="",
        channel="",
        verified_how="",
        report=report,
    )
    _close_others(request, email)
    audit.record("cms.privacy.erased", request, user=by, data={"rows": sum(line["rows"] for line in report)})


def _close_others(request: PrivacyRequest, email: str) -> None:
    """Other requests of the same address lose it too; a copy that was made goes with it."""
    from cms.privacy.files import doom_files

    for other in (
        PrivacyRequest.objects.select_for_update(of=("self",)).filter(email=email).exclude(pk=request.pk)
    ):
        doom_files(other)
        other.rows.all().delete()
        other.email, other.email_hash, other.file = erased_address(email), email_hash(email), ""
        other.asked_by = other.channel = other.verified_how = ""
        other.transition(to=PrivacyState.REFUSED) if other.is_open else other.save()
