"""Bank transfers that were promised: a reason to write, instructions by mail, an end."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.money import Money
from cms.outbox import Stream, queue_mail
from donations.emails import pledge_context
from donations.models import Beneficiary, Campaign, Donor, ForbiddenTransition, Pledge, PledgeState
from donations.services.begin import DOUBLE_CLICK, check_amount
from donations.services.offline import Giver, donor_of
from donations.services.payment_page import CannotGive

# Italian banks take a day or two; donors take longer.
AWAITED = timedelta(days=30)


def make_pledge(
    *,
    amount: Money,
    giver: Giver,
    beneficiary: Beneficiary,
    campaign: Campaign | None = None,
    message: str = "",
    public_id: uuid.UUID | None = None,
    **said: Any,
) -> Pledge:
    """Write down that a transfer will come, and send the instructions with its own reason.

    public_id: drawn when a form of staff was made. said: more of what a donor says (models.AsGiven). The same
    pledge sent twice within two minutes is one. Raises CannotGive when the beneficiary takes no transfers,
    the campaign is closed or the amount is out of bounds.
    """
    check_amount(amount)
    receiver = campaign.beneficiary if campaign else beneficiary
    if not receiver.iban:
        raise CannotGive(_("%(name)s takes no bank transfers here.") % {"name": receiver.name})
    if campaign and not campaign.is_open:
        raise CannotGive(_("This campaign is not taking donations now. Nothing has been charged."))
    facts = {
        "beneficiary": receiver,
        "campaign": campaign,
        "amount_cents": amount.cents,
        "currency": amount.currency,
        "display_name": giver.name.strip(),
        "tax_code": giver.tax_code,
        "language": giver.language,
        "message": message.strip(),
        **said,
    }
    with transaction.atomic():
        donor = donor_of(giver)
        Donor.objects.select_for_update().get(pk=donor.pk)  # two clicks at once, one after the other
        since = timezone.now() - DOUBLE_CLICK
        twins = Pledge.objects.filter(donor=donor, state=PledgeState.OPEN, created_at__gte=since, **facts)
        if twin := Pledge.objects.filter(public_id=public_id).first() if public_id else twins.first():
            return twin
        pledge = _with_a_free_code(
            donor=donor,
            public_id=public_id or uuid.uuid4(),
            expires_on=timezone.localdate() + AWAITED,
            **facts,
        )
        write_instructions(pledge)
    return pledge


def _with_a_free_code(**columns) -> Pledge:
    """A saved pledge. A reason that is taken, once in 27 thousand million, is drawn again."""
    for _again in range(3):
        try:
            with transaction.atomic():
                return Pledge.objects.create(**columns)
        except IntegrityError:
            continue
    return Pledge.objects.create(**columns)


def write_instructions(pledge: Pledge, *, again: str = "") -> None:
    """Put the mail with amount, IBAN and reason in the outbox. again: what makes a second mail another."""
    if not pledge.donor.email:
        return
    queue_mail(
        to=pledge.donor.email,
        stream=Stream.SERVICE,
        template="donations/emails/pledge",
        context=pledge_context(pledge),
        language=pledge.language,
        about=pledge,
        key=f"pledge:{pledge.public_id}{again}",
    )


def cancel_pledge(pledge: Pledge, *, because: str) -> Pledge:
    """Await a transfer no longer. Raises ForbiddenTransition when it has arrived."""
    with transaction.atomic():
        row = Pledge.objects.select_for_update().get(pk=pledge.pk)
        if row.state == PledgeState.PAID:
            raise ForbiddenTransition(f"{row.state} -> {PledgeState.CANCELED}")
        row.transition(to=PledgeState.CANCELED, because=because)
    return row


def expire_pledges() -> str:
    """End the pledges whose last day is over. A job of the clock. Money that comes later still finds them."""
    ended = 0
    for pk in Pledge.objects.past(timezone.localdate()).values_list("pk", flat=True)[:1000]:
        with transaction.atomic():
            row = Pledge.objects.select_for_update().get(pk=pk)
            if row.state == PledgeState.OPEN:
                ended += row.transition(to=PledgeState.EXPIRED, because="no transfer came in time")
    return f"{ended} expired" if ended else ""
