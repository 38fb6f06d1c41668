"""The wall of donors: what a donor lets be shown, and what staff have seen and approved of it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donations.models import Beneficiary, Campaign, Donation

# Names that a page shows at most.
SHOWN = 60


class HasChanged(ValueError):
    """The donor has changed it since it was looked at; the message is for staff."""


def names_on(*, campaign: Campaign | None, beneficiary: Beneficiary | None) -> list[Donation]:
    """The gifts to a campaign, or to a beneficiary without one, whose donors are shown; the latest first.

    One query.
    """
    if campaign is None and beneficiary is None:
        return []
    for_what = {"campaign": campaign} if campaign else {"campaign": None, "beneficiary": beneficiary}
    return list(Donation.objects.on_the_wall().filter(**for_what)[:SHOWN])


def as_shown(donation: Donation) -> str:
    """All that a wall would show of a gift, as one text."""
    return f"{donation.wall_name} · {donation.dedication}"


def change(donation: Donation, *, is_shown: bool, name: str, dedication: str) -> None:
    """What the donor wants to be shown from now on. Whatever changes is shown once staff have seen it.

    name: in the place of the one on the receipt, or the same.
    """
    with transaction.atomic():
        row = _locked(donation)
        before = (row.is_named, as_shown(row))
        row.wants_wall = is_shown
        if is_shown:
            row.is_anonymous = False
            row.group_name = "" if name == row.display_name else name
            row.dedication = dedication
        if before != (is_shown, as_shown(row)):
            row.wall_approved_at = None
        columns = ["wants_wall", "is_anonymous", "group_name", "dedication", "wall_approved_at", "updated_at"]
        row.save(update_fields=columns)


def approve(donation: Donation, *, seen: str | None) -> Donation:
    """Let the name be shown. seen: what as_shown said when it was looked at, None if nobody can tell.

    Raises HasChanged when the donor was quicker.
    """
    with transaction.atomic():
        row = _locked(donation)
        if seen is not None and seen != as_shown(row):
            raise HasChanged(_("The donor has just changed it: look at it again."))
        row.wall_approved_at = timezone.now()
        row.save(update_fields=["wall_approved_at", "updated_at"])
    return row


def take_off(donation: Donation) -> None:
    """Show the name no longer, and ask for it no more."""
    Donation.objects.filter(pk=donation.pk).update(wall_approved_at=None, wants_wall=False)


def _locked(donation: Donation) -> Donation:
    return Donation.objects.select_for_update(of=("self",)).get(pk=donation.pk)
