"""What the mails of giving are told."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from cms.money import Money
from donations import receipt_pdf
from donations.amounts import long_date
from donations.models import Receipt


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
        }
