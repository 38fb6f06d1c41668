"""Setting a receipt: its frozen facts, worded in the donor's language, laid out by typst."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.money import Money
from donations.amounts import long_date
from donations.typesetting import set_paper, weave

if TYPE_CHECKING:
    from donations.models import Receipt

RECEIPT, CORRECTION = "receipt", "correction"


def render(facts: dict[str, Any]) -> bytes:
    """The receipt as an accessible PDF (PDF/UA-1). The same facts give the same words.

    Raises whatever typst finds wrong; the caller tries again later.
    """
    language = facts["language"] if facts["language"] in ("it", "en") else "it"
    with translation.override(language):
        data = _data(facts, language)
    return set_paper("receipt.typ", data)


def filename(receipt: Receipt) -> str:
    """What the file is called in the donor's mail."""
    with translation.override(receipt.facts["language"]):
        is_receipt = receipt.facts.get("kind", RECEIPT) == RECEIPT
        word = pgettext("file name", "receipt") if is_receipt else pgettext("file name", "correction")
    return f"{word}-{receipt.year}-{receipt.number}.pdf"


def verify_url(facts: dict[str, Any]) -> str:
    """Where anybody can check that a receipt is ours, in the language that is active."""
    return settings.BASE_URL + reverse("verify", args=[facts["code"]])


def method_name(method: str) -> str:
    """How the money came, in the reader's words."""
    names = {
        "card": _("card"),
        "sepa_debit": _("SEPA direct debit"),
        "bank_transfer": _("bank transfer"),
        "cheque": _("cheque"),
        "cash": pgettext("way of payment", "cash"),
        "link": "Link",
        "paypal": "PayPal",
    }
    return names.get(method, method.replace("_", " ") or _("online payment"))


def campaign_name(facts: dict[str, Any]) -> str:
    """The campaign in the language of the receipt, or ""."""
    names = facts["campaign"]
    return (names.get(facts["language"]) or names["it"]) if names else ""


def _data(facts: dict[str, Any], language: str) -> dict[str, Any]:
    url = verify_url(facts)
    return {
        "language": language,
        "beneficiary": facts["beneficiary"],
        # Receipts of before those columns have neither.
        "donor": {"tax_code": "", "address": ""} | facts["donor"],
        "weave": weave(facts["beneficiary"]["name"]),
        "qr": _qr(url),
        "verify_url": url,
        "words": _words(facts, language),
    }


def _words(facts: dict[str, Any], language: str) -> dict[str, Any]:
    amount = Money(facts["amount_cents"], facts["currency"]).format(language)
    label = f"{facts['number']}/{facts['year']}"
    number = _("No. %(number)s") % {"number": label}
    beneficiary, campaign, donor = facts["beneficiary"], campaign_name(facts), facts["donor"]
    is_receipt = facts.get("kind", RECEIPT) == RECEIPT
    naming = {"number": label, "beneficiary": beneficiary["name"]}
    title = (
        _("Receipt %(number)s of %(beneficiary)s")
        if is_receipt
        else _("Correction %(number)s of %(beneficiary)s")
    )
    return {
        "title": title % naming,
        "heading": pgettext("receipt", "Thank you") if is_receipt else pgettext("receipt", "Correction"),
        "number": number,
        "from": pgettext("receipt", "Received by"),
        "to": pgettext("receipt", "Given by"),
        "tax_code": _("Tax code %(code)s") % {"code": beneficiary["tax_code"]},
        "donor_tax_code": _("Tax code %(code)s") % {"code": donor.get("tax_code", "")},
        "register": _("Register number %(number)s") % {"number": facts["register_number"]}
        if facts.get("register_number")
        else "",
        "amount_label": _amount_label(facts),
        "amount": amount,
        "purpose": _("For the campaign “%(campaign)s”") % {"campaign": campaign}
        if campaign
        else _("For the work of %(beneficiary)s") % {"beneficiary": beneficiary["name"]},
        "fact": pgettext("receipt", "What"),
        "value": pgettext("receipt", "Details"),
        "facts": _rows(facts, number, language),
        "letter": _letter(facts) if is_receipt else _correction_letter(facts, language),
        "verify_heading": _("Is this receipt genuine?"),
        "verify": _("Anybody can check it at this address:"),
        "code": _("Code %(code)s") % {"code": facts["code"]},
        "qr_alt": _("QR code that opens the page where this receipt can be checked"),
        "footer": beneficiary["legal_name"],
    }


def _amount_label(facts: dict[str, Any]) -> str:
    kind = facts.get("kind", RECEIPT)
    if kind == RECEIPT:
        return _("Donation received")
    return _("Given back") if kind == CORRECTION else _("Received after all")


def _rows(facts: dict[str, Any], number: str, language: str) -> list[list[str]]:
    """What stands in the table of the paper: label and value."""

    def amount(cents: int) -> str:
        return Money(cents, facts["currency"]).format(language)

    rows = [[_("Receipt") if facts.get("kind", RECEIPT) == RECEIPT else _("Correction"), number]]
    if corrected := facts.get("corrects"):
        original = f"{corrected['number']}/{corrected['year']}, {amount(corrected['amount_cents'])}"
        rows += [
            [_("Corrects the receipt"), original],
            [_("Date of the change"), long_date(date.fromisoformat(facts["happened_on"]))],
            [_("Donation as it stands now"), amount(facts["stands_cents"])],
        ]
    rows += [
        [_("Date of the payment"), long_date(date.fromisoformat(facts["paid_on"]))],
        [_("Way of payment"), method_name(facts["method"])],
    ]
    if facts.get("reward_cents") and not corrected:
        rows.append([_("Value of the reward"), amount(facts["reward_cents"])])
    return [*rows, [_("Reference"), facts["donation"]]]


def _letter(facts: dict[str, Any]) -> list[str]:
    """Thanks, and what the receipt says about tax: its frozen text, else that it claims nothing."""
    thanks = pgettext(
        "receipt",
        "Dear %(donor)s, we thank you for your gift. It lets us keep culture within everybody's reach, "
        "and we will spend it for nothing else.",
    ) % {"donor": facts["donor"]["name"]}
    nothing = pgettext(
        "receipt",
        "This letter confirms the payment. It does not entitle to deductions from income or from tax.",
    )
    return [thanks, *(facts.get("tax_text") or [nothing])]


def _correction_letter(facts: dict[str, Any], language: str) -> list[str]:
    corrected, donor = facts["corrects"], facts["donor"]["name"]
    values = {
        "donor": donor,
        "number": f"{corrected['number']}/{corrected['year']}",
        "amount": Money(facts["amount_cents"], facts["currency"]).format(language),
        "stands": Money(facts["stands_cents"], facts["currency"]).format(language),
    }
    if facts["kind"] == CORRECTION:
        said = pgettext(
            "receipt",
            "Dear %(donor)s, %(amount)s of the donation of receipt %(number)s went back to you. The "
            "donation now "
            "counts for %(stands)s: please use this paper together with the receipt.",
        )
    else:
        said = pgettext(
            "receipt",
            "Dear %(donor)s, %(amount)s of the donation of receipt %(number)s, which we had counted as "
            "gone back, "
            "are here after all. The donation now counts for %(stands)s: please use this paper together "
            "with the "
            "receipt.",
        )
    tax = pgettext(
        "receipt", "If you have already put the donation in your tax return, tell whoever prepares it."
    )
    return [said % values, *([tax] if facts.get("way") and facts["fiscal_regime"] != "no_claim" else [])]


def _qr(url: str) -> str:
    drawing = io.BytesIO()
    # Any mask can be read; trying all eight for the prettiest takes four times as long as the whole PDF.
    segno.make(url, error="m", micro=False, mask=4).save(drawing, kind="svg", border=0, dark="#1C1A22")
    return drawing.getvalue().decode()
