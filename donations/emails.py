"""What the mails of giving are told."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation

from cms.money import Money
from cms.outbox import Stream, queue_mail
from cms.roles import Role
from donations import receipt_pdf
from donations.amounts import long_date
from donations.card_links import card_link
from donations.gateway import InvoiceSnapshot
from donations.models import Dispute, Donation, Donor, Pledge, Receipt, ReceiptKind, RecurringDonation


def receipt_context(receipt: Receipt) -> dict[str, Any]:
    """The words of the receipt's mail, from its frozen facts, in the donor's language."""
    facts = receipt.facts
    language = facts["language"]
    with translation.override(language):
        return {
            "name": facts["donor"]["name"],
            "amount": Money(facts["amount_cents"], facts["currency"]).format(language),
            "paid_on": long_date(receipt.paid_on),
            "number": f"{facts['number']}/{facts['year']}",
            "beneficiary": facts["beneficiary"],
            "campaign": receipt_pdf.campaign_name(facts),
            "verify_url": receipt_pdf.verify_url(facts),
            "corrects": facts.get("corrects"),
            "stands": receipt.stands.format(language),
            "is_back": receipt.kind == ReceiptKind.RESTORATION,
        }


def pledge_context(pledge: Pledge) -> dict[str, Any]:
    """What a donor needs to make the transfer that was promised, in the donor's language."""
    beneficiary, language = pledge.beneficiary, pledge.language
    with translation.override(language):
        return {
            "name": pledge.display_name,
            "amount": pledge.amount.format(language),
            "iban": beneficiary.shown_iban,
            "holder": beneficiary.legal_name,
            "reason": pledge.shown_code,
            "until": long_date(pledge.expires_on),
            "beneficiary": {"name": beneficiary.name, "email": beneficiary.email},
            "campaign": pledge.campaign.name if pledge.campaign else "",
            "page_url": settings.BASE_URL + reverse("pledge_thanks", args=[pledge.return_token]),
        }


def tell_of_dispute(dispute: Dispute) -> None:
    """Tell the fundraisers that a payment is disputed, or how it ended; once each for every state."""
    donation = dispute.donation
    with translation.override("it"):
        context = {
            "dispute": dispute,
            "donation": donation,
            "amount": dispute.amount.format("it"),
            "due_by": long_date(timezone.localdate(dispute.due_by)) if dispute.due_by else "",
            "url": settings.BASE_URL + reverse("donations_dispute_modeladmin_inspect", args=[dispute.pk]),
        }
    for person in fundraisers():
        queue_mail(
            to=person.email,
            stream=Stream.SERVICE,
            template="donations/emails/dispute",
            context=context,
            language="it",
            about=dispute,
            key=f"dispute:{dispute.dispute_id}:{dispute.state}:{person.pk}",
        )


def tell_payment_failed(recurring: RecurringDonation, invoice: InvoiceSnapshot) -> None:
    """Tell the donor of a recurring gift that a payment failed, once for each try, and how to mend it."""
    again = invoice.next_attempt_at
    _tell_donor(
        recurring,
        "recurring_failed",
        key=f"recurring-failed:{invoice.id}:{invoice.attempts}",
        card_url=card_link(recurring),
        next_try=long_date(timezone.localdate(again)) if again else "",
    )


def tell_recurring_ended(recurring: RecurringDonation, *, for_want_of_payment: bool) -> None:
    """Tell the donor that the recurring gift has ended, and why; once."""
    _tell_donor(
        recurring,
        "recurring_ended",
        key=f"recurring-ended:{recurring.public_id}",
        for_want_of_payment=for_want_of_payment,
    )


def tell_on_its_way(gift: Donation | RecurringDonation) -> None:
    """Tell the donor that a debit was accepted and that the money takes days; once."""
    comes_again = isinstance(gift, RecurringDonation)
    _tell_donor(gift, "on_its_way", key=f"on-its-way:{gift.public_id}", comes_again=comes_again)


def tell_debit_failed(donation: Donation) -> None:
    """Tell the donor that the bank did not let a debit through, and how to give all the same; once."""
    with translation.override(donation.language):
        again = settings.BASE_URL + reverse("donation_retry", args=[donation.return_token])
    _tell_donor(donation, "debit_failed", key=f"debit-failed:{donation.public_id}", again_url=again)


def _tell_donor(gift: Donation | RecurringDonation, template: str, *, key: str, **facts: Any) -> None:
    if not gift.donor.email:
        return
    with translation.override(gift.language):
        context = {
            "name": gift.display_name,
            "amount": gift.amount.format(gift.language),
            "receiver": gift.receiver_name,
            "beneficiary": gift.beneficiary,
            **facts,
        }
    queue_mail(
        to=gift.donor.email,
        stream=Stream.SERVICE,
        template=f"donations/emails/{template}",
        context=context,
        language=gift.language,
        about=gift,
        key=key,
    )


def send_donor_link(donor: Donor, *, token: str, language: str, key: str) -> None:
    """The link by which a donor comes to the own donations."""
    with translation.override(language):
        url = settings.BASE_URL + reverse("my_donations_enter", args=[token])
    queue_mail(
        to=donor.email,
        stream=Stream.SERVICE,
        template="donations/emails/donor_link",
        context={"name": donor.name, "url": url, "minutes": 30},
        language=language,
        about=donor,
        key=key,
    )


def fundraisers() -> list[Any]:
    """Who hears of money that needs a look: the fundraisers, else the administrators, else the superusers."""
    active: QuerySet = get_user_model()._default_manager.filter(is_active=True).order_by("pk")
    for people in (
        active.filter(groups__name=Role.FUNDRAISER),
        active.filter(groups__name=Role.CONSORTIUM_ADMIN),
        active.filter(is_superuser=True),
    ):
        if found := list(people.distinct()):
            return found
    return []
