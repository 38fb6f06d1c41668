"""Giving money back, for staff: what and why, then a second look with the password again."""

from __future__ import annotations

from typing import Any, cast

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
from cms.rows import row_or_404
from donations.models import Donation, Refund, RefundReason
from donations.refund_forms import HandedRefundForm, RefundForm
from donations.services import refunds


@asks_password_again(when=lambda request: request.method == "POST" and bool(request.POST.get("seen")))
class RefundView(WagtailAdminTemplateMixin, FormView):
    """Two looks at one address: the form, then what will happen; the second sending does it."""

    screen_help = _(
        "Gives back all or a part of what was given, to the card or account it came from. Nothing is sent "
        "before you have seen what will happen and said so. What came by transfer, by cheque or in cash you "
        "hand over yourself: write down how and when."
    )
    template_name = "donations/admin/refund.html"
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

    def get_form_class(self) -> type[RefundForm]:
        payment = self.donation.payments.order_by("pk").first()
        return HandedRefundForm if payment and payment.is_by_hand else RefundForm

    def get_initial(self) -> dict[str, Any]:
        payment = self.donation.payments.order_by("pk").first()
        return {
            "amount": refunds.refundable(self.donation).cents,
            "way": payment.method if payment else "",
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "donation": self.donation, "user": self.request.user}

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
        return {
            **context,
            "donation": self.donation,
            "left": left,
            "donation_url": self.donation_url,
            # Wagtail's template of a form asks for its scripts by this name.
            "media": context["form"].media,
        }

    def form_invalid(self, form: RefundForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def form_valid(self, form: RefundForm) -> HttpResponse:
        if form.asked:
            return self._follow(form.asked)
        amount = form.cleaned_data["amount"]
        outlook = refunds.foresee(self.donation, amount, form.handed)
        shown = print_of(self.donation, amount, outlook)
        if not constant_time_compare(form.cleaned_data["seen"], shown):
            return self._second_look(form, outlook, shown)
        try:
            return self._follow(refunds.request_refund(self.donation, **form.wish))
        except refunds.CannotRefund as refusal:
            form.add_error(refusal.field or None, str(refusal))
            return self.form_invalid(form)

    def _follow(self, refund: Refund) -> HttpResponse:
        messages.success(self.request, refunds.what_follows(refund))
        return redirect(reverse("donations_refund_modeladmin_inspect", args=[quote(refund.pk)]))

    def _second_look(self, form: RefundForm, outlook: list[refunds.Foreseen], shown: str) -> HttpResponse:
        context = self.get_context_data(form=form)
        context |= {"outlook": outlook, "shown": shown, "amount": form.cleaned_data["amount"]}
        context["reason"] = RefundReason(form.cleaned_data["reason"]).label
        return self.response_class(
            request=self.request, template="donations/admin/refund_confirm.html", context=context
        )


def print_of(donation: Donation, amount: Money, outlook: list[refunds.Foreseen]) -> str:
    """A print of what is foreseen: when it would be another outcome by now, it is shown again first."""
    words = [str(donation.pk), str(amount.cents), *(f"{seen.tone} {seen.words}" for seen in outlook)]
    return salted_hmac("donations.refund", "\n".join(words), algorithm="sha256").hexdigest()
