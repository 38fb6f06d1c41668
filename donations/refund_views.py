"""Giving money back, for staff: what and why, then a second look with the password again."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.doors import asks_password_again
from cms.money import Money
from cms.money_fields import AmountField
from cms.rows import row_or_404
from donations.models import Donation, RefundReason
from donations.services import refunds


class RefundForm(forms.Form):
    """How much goes back, and why. `seen` is the print of what was shown on the second look."""

    amount = AmountField(
        label=_("Amount to give back"), help_text=_("All that is left of the donation, or a part of it.")
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=RefundReason.choices)
    note = forms.CharField(
        label=_("Why, in your words"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For colleagues and for the log; the donor does not read it."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, donation: Donation, **kwargs: Any) -> None:
        self.donation = donation
        super().__init__(*args, **kwargs)

    def clean_amount(self) -> Money:
        amount = Money(self.cleaned_data["amount"] or 0, self.donation.currency)
        try:
            refunds.check(self.donation, amount)
        except refunds.CannotRefund as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return amount


@asks_password_again(when=lambda request: request.method == "POST" and bool(request.POST.get("seen")))
class RefundView(WagtailAdminTemplateMixin, FormView):
    """Two looks at one address: the form, then what will happen; the second sending does it."""

    screen_help = _(
        "Gives back all or a part of what was given, to the card or account it came from. Nothing is sent "
        "before you have seen what will happen and said so."
    )
    template_name = "donations/admin/refund.html"
    form_class = RefundForm
    page_title = _("Give money back")
    header_icon = "undo"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm("donations.add_refund"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def donation(self) -> Donation:
        rows = Donation.objects.select_related("campaign__total", "beneficiary", "donor")
        return cast(Donation, row_or_404(self.request.user, rows, self.kwargs["pk"]))

    @property
    def donation_url(self) -> str:
        return reverse("donations_donation_modeladmin_inspect", args=[quote(self.donation.pk)])

    def get_initial(self) -> dict[str, Any]:
        return {"amount": refunds.refundable(self.donation).cents}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "donation": self.donation}

    def get_page_subtitle(self) -> str:
        return str(self.donation)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [
            *self.breadcrumbs_items,
            {"url": self.donation_url, "label": str(self.donation)},
            {"url": "", "label": gettext("Give money back")},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        left = refunds.refundable(self.donation)
        return {**context, "donation": self.donation, "left": left, "donation_url": self.donation_url}

    def form_invalid(self, form: RefundForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def form_valid(self, form: RefundForm) -> HttpResponse:
        amount = form.cleaned_data["amount"]
        outlook = refunds.foresee(self.donation, amount)
        shown = print_of(self.donation, amount, outlook)
        if not constant_time_compare(form.cleaned_data["seen"], shown):
            return self._second_look(form, outlook, shown)
        try:
            refund = refunds.request_refund(
                self.donation,
                amount=amount,
                reason=RefundReason(form.cleaned_data["reason"]),
                note=form.cleaned_data["note"],
                by=self.request.user,
            )
        except refunds.CannotRefund as refusal:
            form.add_error(refusal.field or None, str(refusal))
            return self.form_invalid(form)
        told = (
            gettext("A colleague must confirm it: it waits under Refunds.")
            if refund.needs_second_person
            else gettext("The refund is on its way to Stripe.")
        )
        messages.success(self.request, told)
        return redirect(reverse("donations_refund_modeladmin_inspect", args=[quote(refund.pk)]))

    def _second_look(self, form: RefundForm, outlook: list[refunds.Foreseen], shown: str) -> HttpResponse:
        context = self.get_context_data(form=form)
        context |= {"outlook": outlook, "shown": shown, "amount": form.cleaned_data["amount"]}
        return self.response_class(
            request=self.request, template="donations/admin/refund_confirm.html", context=context
        )


def print_of(donation: Donation, amount: Money, outlook: list[refunds.Foreseen]) -> str:
    """A print of what is foreseen: when it would be another outcome by now, it is shown again first."""
    words = [str(donation.pk), str(amount.cents), *(f"{seen.tone} {seen.words}" for seen in outlook)]
    return salted_hmac("donations.refund", "\n".join(words), algorithm="sha256").hexdigest()
