"""The life of a campaign: launched by staff, closed by the calendar."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donations.models import Campaign, CampaignMode, CampaignState


class CannotLaunch(ValueError):
    """A campaign is not ready to take money; the message is for staff."""


def launch_campaign(campaign: Campaign, *, because: str = "launched by staff") -> Campaign:
    """Let a draft campaign take money, from its opening date. Raises CannotLaunch or ForbiddenTransition."""
    with transaction.atomic():
        row = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if row.mode != CampaignMode.FLEXIBLE:
            raise CannotLaunch(_("All-or-nothing campaigns cannot take donations yet."))
        if row.closes_on and row.closes_on < timezone.localdate():
            raise CannotLaunch(_("Its last day has passed: change it first."))
        row.transition(to=CampaignState.LIVE, because=because)
    return row


def close_campaign(campaign: Campaign, *, because: str) -> Campaign:
    """End a live campaign: succeeded when it raised its minimum (or, without one, its goal), else failed.

    Money that is still on its way is counted when it arrives; the state stays as it was decided.
    """
    with transaction.atomic():
        row = Campaign.objects.select_for_update(of=("self",)).select_related("total").get(pk=campaign.pk)
        reached = row.raised_cents >= (row.minimum_cents or row.goal_cents)
        row.transition(to=CampaignState.SUCCEEDED if reached else CampaignState.FAILED, because=because)
    return row


def cancel_campaign(campaign: Campaign, *, because: str) -> Campaign:
    """Take a campaign back. Money that has arrived stays where it is until somebody refunds it."""
    with transaction.atomic():
        row = Campaign.objects.select_for_update().get(pk=campaign.pk)
        row.transition(to=CampaignState.CANCELED, because=because)
    return row


def close_ended() -> str:
    """Close the campaigns whose last day has passed in Italy. A job of the clock."""
    ended = Campaign.objects.filter(
        state=CampaignState.LIVE, mode=CampaignMode.FLEXIBLE, closes_on__lt=timezone.localdate()
    )
    closed = [close_campaign(campaign, because="its last day passed") for campaign in ended]
    return f"{len(closed)} closed" if closed else ""
