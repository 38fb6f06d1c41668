"""Setting a donor's year as a paper, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from cms.money import Money
from donations import regimes
from donations.amounts import long_date
from donations.receipt_pdf import method_name
from donations.services.year_summary import Line, NotCounted, Part, YearSummary
from donations.typesetting import set_paper, weave

# Receipts of one part that are listed, so that nobody waits: 400 take a second. The sums hold them all.
LISTED = 400


def render(summary: YearSummary, *, issuer: str, language: str) -> bytes:
    """The summary as an accessible PDF (PDF/UA-1). issuer: the name of the site, over the paper."""
    language = language if language in ("it", "en") else "it"
    with translation.override(language):
        data = _data(summary, issuer, language)
    return set_paper("summary.typ", data)


def filename(summary: YearSummary, *, language: str) -> str:
    """What the file is called."""
    with translation.override(language):
        word = pgettext("file name", "donations")
    return f"{word}-{summary.year}.pdf"


def _data(summary: YearSummary, issuer: str, language: str) -> dict[str, Any]:
    donor = summary.donor
    return {
        "language": language,
        "issuer": issuer,
        "weave": weave(issuer),
        "donor": {"name": donor.name, "address": donor.address},
        "words": _words(summary, language),
    }


def _words(summary: YearSummary, language: str) -> dict[str, Any]:
    year = {"year": summary.year}
    code = summary.donor.tax_code
    return {
        "title": _("Donations of %(year)s") % year,
        "heading": _("Donations of %(year)s") % year,
        "year": _("Summary %(year)s") % year,
        "to": pgettext("receipt", "Given by"),
        "donor_tax_code": _("Tax code %(code)s") % {"code": code} if code else "",
        "amount_label": _("Given in %(year)s, without what went back in it") % year,
        "amount": summary.kept.format(language),
        "purpose": _("Of this, %(amount)s count for tax: see below.")
        % {"amount": summary.counted.format(language)}
        if summary.counted
        else _("None of it counts for tax: see below."),
        "columns": [
            _("Receipt"),
            pgettext("receipt", "Day"),
            _("Way of payment"),
            pgettext("receipt", "Given"),
            pgettext("receipt", "Went back"),
            pgettext("receipt", "Counts for tax"),
        ],
        "parts": [_part(part, summary, language) for part in summary.parts],
        "earlier_heading": _("Went back in %(year)s, of gifts of earlier years") % year,
        "earlier_about": _(
            "If you have put them in an earlier tax return, tell whoever prepares it. The last column is what"
            " counted of them."
        ),
        "earlier": [_row(line, summary, language) for line in summary.earlier],
        "notes": [
            *_not_listed(summary),
            _(
                "Drawn up on %(day)s from the receipts that went out, as they stood at the end of %(year)s. "
                "It is no receipt: keep the receipts, which say what the law gives for each gift."
            )
            % (year | {"day": long_date(summary.drawn_on)}),
            _("What goes back after the end of the year stands in the summary of the year in which it does."),
        ],
        "footer": summary.donor.name,
    }


def _not_listed(summary: YearSummary) -> list[str]:
    left = sum(max(len(part.lines) - LISTED, 0) for part in summary.parts)
    return [_("%(n)s more receipts are in the sums and not in the lists.") % {"n": left}] if left else []


def _part(part: Part, summary: YearSummary, language: str) -> dict[str, Any]:
    total = [part.given, part.went_back, part.counted]
    return {
        "name": part.facts["legal_name"],
        "about": " · ".join(_about(part)),
        "rows": [_row(line, summary, language) for line in part.lines[:LISTED]],
        "totals": [_("Together"), "", "", *(amount.format(language) for amount in total)],
        "letter": _letter(part, language),
    }


def _about(part: Part) -> list[str]:
    about = [part.facts["address"].replace("\n", ", ")] if part.facts["address"] else []
    if code := part.facts["tax_code"]:
        about.append(_("Tax code %(code)s") % {"code": code})
    if number := part.lines[-1].receipt.facts.get("register_number"):
        about.append(_("Register number %(number)s") % {"number": number})
    return about


def _row(line: Line, summary: YearSummary, language: str) -> dict[str, str]:
    receipt, notes = line.receipt, []
    if line.because and line.because != NotCounted.GONE:
        notes.append(str(_WHY_SHORT[line.because]))
    if (name := receipt.facts["donor"]["name"]) != summary.donor.name:
        notes.append(_("made out to %(name)s") % {"name": name})
    back = Money(line.went_back_cents, receipt.facts["currency"])
    return {
        "number": receipt.label,
        "day": receipt.paid_on.strftime("%d/%m/%Y"),
        "way": method_name(receipt.facts["method"]),
        "note": ", ".join(notes),
        "given": receipt.amount.format(language),
        "back": back.format(language) if back else "–",
        "counted": Money(line.counted_cents).format(language) if line.counted_cents else "–",
    }


def _letter(part: Part, language: str) -> list[str]:
    """What the law gives for what was received under this regime, and what it does not, with why."""
    paragraphs = [_relief(part, language)] if part.counted else []
    for because, words in _WHY.items():
        if amount := part.not_counted(because):
            paragraphs.append(words % {"amount": amount.format(language)})
    return paragraphs


def _relief(part: Part, language: str) -> str:
    rules = regimes.rules_of(part.regime)
    words = _CREDIT_OR_DEDUCTION if rules.deduction_percent else _CREDIT
    return words % {
        "amount": part.counted.format(language),
        "percent": rules.credit_percent,
        "limit": Money(rules.credit_limit_cents or 0).short(language),
        "deduction": rules.deduction_percent,
        "law": rules.law,
    }


_CREDIT = gettext_lazy(
    "%(amount)s count: a person may take %(percent)s%% of them off the income tax (%(law)s)."
)
_CREDIT_OR_DEDUCTION = gettext_lazy(
    "%(amount)s count: a person may take %(percent)s%% of them off the income tax, on at most %(limit)s a "
    "year, or take them off the income, up to %(deduction)s%% of it; one or the other (%(law)s)."
)
_WHY_SHORT = {
    NotCounted.CASH: gettext_lazy("leaves no trace: not deductible"),
    NotCounted.REWARD: gettext_lazy("with a reward: not deductible"),
    NotCounted.NO_RELIEF: gettext_lazy("not deductible"),
}
_WHY = {
    NotCounted.CASH: gettext_lazy(
        "%(amount)s came in cash, or in a way that leaves no trace: for such gifts the law gives no relief."
    ),
    NotCounted.REWARD: gettext_lazy(
        "%(amount)s were given for a reward that has a value: no relief is claimed for them."
    ),
    NotCounted.NO_RELIEF: gettext_lazy(
        "%(amount)s entitle to no deduction from income or from tax: the law gives none for gifts to this "
        "body."
    ),
}
