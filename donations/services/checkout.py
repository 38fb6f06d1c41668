"""The way of a gift made once to the payment page: saved first, then opened, each step safe to repeat."""

from __future__ import annotations

from typing import Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from cms.money import Money
from donations import gateway
from donations.amounts import fee_within
from donations.models import Donation, State
from donations.services.apply import apply_session
from donations.services.begin import Said, check_amount, save_draft
from donations.services.payment_page import CannotGive, call_for_session, has_open_page, open_session

__all__ = ["CannotGive", "call_for_session", "end_session", "give_again", "open_session", "start_checkout"]


def start_checkout(**said: Unpack[Said]) -> Donation:
    """Save a gift made once, before anybody talks to Stripe. Opening its payment page is open_session's work.

    Arguments and refusals as for begin.save_draft.
    """
    return save_draft(Donation, **said)


def give_again(donation: Donation, *, amount: Money, pays_with: str | None = None) -> Donation:
    """The gift to send to the payment page when somebody tries again, perhaps with another amount.

    The same one while it can still be paid and nothing else is wanted; otherwise the old page is ended, so
    that it cannot be paid beside the new one, and a new gift is saved with all that was typed. Of another
    amount the part that covers fees is worked out again. pays_with: another way to pay, None for the same.
    Raises CannotGive; the returned gift is opened by open_session.
    """
    check_amount(amount)
    donation.refresh_from_db()
    way = donation.pays_with if pays_with is None else pays_with
    is_same = (donation.amount, donation.pays_with) == (amount, way)
    if is_same and (donation.state == State.DRAFT or has_open_page(donation)):
        return donation
    if donation.state in (State.PAID, State.PROCESSING):
        raise CannotGive(_("This donation has already been made. Thank you!"))
    if donation.state == State.PENDING:
        donation = end_session(donation)
        if donation.state in (State.PAID, State.PROCESSING):
            raise CannotGive(_("This donation has already been made. Thank you!"))
    elif donation.state == State.DRAFT:
        _close_draft(donation)
    covers = bool(donation.covered_fee_cents)
    typed = donation.as_given()
    return start_checkout(
        amount=amount,
        campaign=donation.campaign,
        beneficiary=donation.beneficiary,
        name=typed.pop("display_name"),
        email=donation.donor.email,
        source=donation.source,
        page_url=donation.page_url,
        pays_with=way,
        covered_fee_cents=fee_within(amount, way).cents if covers else 0,
        **typed,
    )


def end_session(donation: Donation) -> Donation:
    """End the open payment page of a gift, and take over what Stripe says of it then.

    Raises PaymentServiceUnavailable when that cannot be known.
    """
    session = gateway.expire_session(donation.session_id or "")
    return apply_session(session, because="the donor chose again")


def _close_draft(donation: Donation) -> None:
    with transaction.atomic():
        row = Donation.objects.select_for_update().get(pk=donation.pk)
        if row.state == State.DRAFT:
            row.transition(to=State.CANCELED, because="the donor chose again")
