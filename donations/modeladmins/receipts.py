"""Receipts and their corrections: to be read, printed, and replaced when one holds a mistake."""

from __future__ import annotations

import django_filters
from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms import audit
from cms.listing import DateColumn, LinkColumn, MoneyColumn, Only, RecordFilterSet, StateColumn
from cms.modeladmin import InspectPanel, RecordAction, RecordModelAdmin
from donations.models import Receipt, ReceiptKind
from donations.services import receipts


def pdf_url(receipt: Receipt) -> str | None:
    """Where staff open the PDF of a receipt; None while it is being made."""
    return reverse("donations_receipt_pdf", args=[receipt.pk]) if receipt.pdf else None


def _pdf_words(receipt: Receipt):
    return _("Open the PDF") if receipt.pdf else _("being made")


def _tone(receipt: Receipt) -> str:
    if receipt.voided_at:
        return "quiet"
    return "good" if receipt.kind == ReceiptKind.RECEIPT else "busy"


class ReceiptFilterSet(RecordFilterSet):
    unsent = Only(_("Not sent within an hour"), lambda rows: rows.overdue(timezone.now()))
    voided = django_filters.ChoiceFilter(
        choices=[("yes", _("Yes")), ("no", _("No"))], method="only_voided", label=_("Voided")
    )

    class Meta:
        model = Receipt
        fields = ["beneficiary", "year", "kind"]

    def only_voided(self, queryset, name, value):
        return queryset.filter(voided_at__isnull=value == "no")


class ReplaceForm(forms.Form):
    because = forms.CharField(
        label=_("What is wrong with it"),
        max_length=300,
        help_text=_(
            "First mend the record of the donor or the beneficiary: the new receipt is made from it."
        ),
    )


def _replace(request, receipt: Receipt, cleaned: dict) -> str:
    new = receipts.replace_receipt(receipt, because=cleaned["because"])
    audit.record(
        "donations.receipt.replaced",
        receipt,
        user=request.user,
        data={"new": new.label},
    )
    return gettext("The receipt is voided and keeps its number. %(number)s takes its place.") % {
        "number": new.label
    }


def _may_be_replaced(receipt: Receipt, user) -> bool:
    return (
        receipt.kind == ReceiptKind.RECEIPT
        and receipt.voided_at is None
        and bool(receipt.facts["donor"]["email"] or receipt.mailed_at is None)
        and not receipt.corrections.exists()
    )


def _tax_text(receipt: Receipt) -> str:
    return "\n\n".join(receipt.facts.get("tax_text") or [])


class ReceiptAdmin(RecordModelAdmin):
    model = Receipt
    help_text = _(
        "The numbered receipts and their corrections, without gaps for each beneficiary and year. A void one "
        "keeps its number. Open one to take its PDF."
    )
    read_only = True
    menu_icon = "doc-full"
    menu_order = 40
    list_columns = (
        "label",
        StateColumn("standing", label=_("State"), tones=_tone),
        MoneyColumn("amount", label=_("Amount")),
        "donation__display_name",
        "beneficiary",
        DateColumn("issued_at", label=_("Issued"), sort_key="issued_at"),
        LinkColumn(
            "code",
            label=_("PDF"),
            accessor=_pdf_words,
            url=pdf_url,
        ),
    )
    list_select_related = ("beneficiary", "donation")
    filterset_class = ReceiptFilterSet
    search_fields = ("code", "donation__display_name", "donation__donor__email")
    ordering = ("-year", "-number")
    empty_text = _("A receipt is numbered by itself when a donation is paid.")
    inspect_sections = (
        (
            _("Receipt"),
            (
                "label", "standing", "amount", "stands", "paid_on", "beneficiary", "donation", "corrects",
                "shown_code", "issued_at", "mailed_at", "void_reason",
            ),
        ),
        (_("About tax"), ((_("What it says"), _tax_text),)),
        (_("Delivery"), ("pdf_sha256", "attempts", "last_error")),
    )  # fmt: skip
    inspect_panels = (
        InspectPanel(
            title=_("PDF"),
            template_name="donations/admin/_receipts.html",
            context=lambda receipt, request: {"receipts": [receipt, *receipt.corrections.order_by("pk")]},
            icon="doc-full",
        ),
    )
    record_actions = (
        RecordAction(
            name="replace",
            label=_("Void and issue another"),
            help_text=_(
                "For a mistake in name, address or tax code. This one keeps its number, voided; the donor "
                "gets the "
                "new one by mail."
            ),
            submit_label=_("Void and issue another"),
            icon="cross",
            form_class=ReplaceForm,
            run=_replace,
            permission="donations.replace_receipt",
            is_offered=_may_be_replaced,
            is_serious=True,
        ),
    )
