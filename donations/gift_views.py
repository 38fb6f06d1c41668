"""Writing down, for staff: a gift that came by bank or in cash, and a bank transfer that was promised."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput

from cms import audit
from cms.money import Money
from cms.money_fields import AmountField
from cms.registries import visible_rows
from donations.models import Beneficiary, Campaign, CampaignState, Method
from donations.services import offline, pledges
from donations.services.checkout import CannotGive
from donations.services.offline import Giver
from donations.tax_codes import TaxCodeFormField, validate_tax_code


class GiverForm(forms.Form):
    """How much, for whom, who gave. `number` is drawn with the form: sent twice, it writes one gift."""

    amount = AmountField(label=_("Amount"), help_text=_("Such as 25 or 1.234,56."))
    beneficiary = forms.ModelChoiceField(label=_("Beneficiary"), queryset=Beneficiary.objects.none())
    campaign = forms.ModelChoiceField(
        label=_("Campaign"),
        queryset=Campaign.objects.none(),
        required=False,
        help_text=_("Empty: for the work."),
    )
    name = forms.CharField(
        label=_("Name and surname"), max_length=120, help_text=_("As it should stand on the receipt.")
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        help_text=_("Whoever gave with it before is known again. Without one the receipt is printed."),
    )
    tax_code = TaxCodeFormField(
        label=_("Tax code"),
        required=False,
        validators=[validate_tax_code],
        help_text=_("Without it the gift cannot be sent to the tax office."),
    )
    address = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("If the donor wants it on the receipt."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("it", _("Italian")), ("en", _("English"))])
    number = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["beneficiary"].queryset = visible_rows(user, Beneficiary.objects.all())
        campaigns = Campaign.objects.exclude(state=CampaignState.DRAFT)
        fields["campaign"].queryset = visible_rows(user, campaigns)
        if fields["beneficiary"].queryset.count() == 1:
            fields["beneficiary"].initial = fields["beneficiary"].queryset.get()

    def clean_amount(self) -> Money:
        return Money(self.cleaned_data["amount"] or 0)

    @property
    def giver(self) -> Giver:
        names = ("name", "email", "language", "tax_code", "address")
        return Giver(**{name: self.cleaned_data[name] for name in names})


class GiftForm(GiverForm):
    method = forms.ChoiceField(label=_("How it came"), choices=Method.choices, widget=forms.RadioSelect)
    received_on = forms.DateField(
        label=_("Day on which it came"),
        widget=AdminDateInput,
        help_text=_("For a transfer the day of the bank. It dates and numbers the receipt."),
    )
    field_order = ("amount", "method", "received_on", "beneficiary", "campaign", "name", "email")


class PledgeForm(GiverForm):
    """A transfer that somebody promised."""


class WritingView(WagtailAdminTemplateMixin, FormView):
    """A form of staff that writes one thing down."""

    template_name = "donations/admin/write_down.html"
    permission = ""
    header_icon = "pick"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        return {"number": uuid.uuid4(), "language": "it", "received_on": timezone.localdate()}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        # Wagtail's template of a form asks for its scripts by this name.
        return {**context, "submit_label": self.page_title, "media": context["form"].media}

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return self.write(form, form.cleaned_data)
        except CannotGive as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            return self.form_invalid(form)

    def write(self, form: Any, cleaned: dict[str, Any]) -> HttpResponse:
        raise NotImplementedError


class RecordGiftView(WritingView):
    """A gift by bank, cheque or in cash."""

    screen_help = _(
        "For money that did not come through the payment page. The gift is paid at once, counts for its "
        "campaign, and gets its receipt; in cash one that claims nothing about tax."
    )
    form_class = GiftForm
    permission = "donations.record_gift"
    page_title = _("Record a gift")

    def write(self, form: GiftForm, cleaned: dict[str, Any]) -> HttpResponse:
        donation = offline.record_offline_gift(
            public_id=cleaned["number"],
            amount=cleaned["amount"],
            method=cleaned["method"],
            received_on=cleaned["received_on"],
            giver=form.giver,
            beneficiary=cleaned["beneficiary"],
            campaign=cleaned["campaign"],
            because=f"user {self.request.user.pk}",
        )
        audit.record("donations.gift.recorded", donation, user=self.request.user)
        messages.success(
            self.request,
            gettext("The gift is written. Its receipt is number %(number)s.")
            % {"number": donation.receipts.earliest("pk").label},
        )
        return redirect(reverse("donations_donation_modeladmin_inspect", args=[quote(donation.pk)]))


class NewPledgeView(WritingView):
    """A bank transfer that somebody promised, on the telephone or on paper."""

    screen_help = _(
        "For somebody who will send a bank transfer. The pledge gets a reason of its own; who has an e-mail "
        "address receives it with the IBAN. When the bank's line with that reason is imported, the gift is "
        "paid."
    )
    form_class = PledgeForm
    permission = "donations.add_pledge"
    page_title = _("New pledge")

    def write(self, form: PledgeForm, cleaned: dict[str, Any]) -> HttpResponse:
        pledge = pledges.make_pledge(
            amount=cleaned["amount"],
            giver=form.giver,
            beneficiary=cleaned["beneficiary"],
            campaign=cleaned["campaign"],
            public_id=cleaned["number"],
        )
        audit.record("donations.pledge.made", pledge, user=self.request.user)
        messages.success(
            self.request,
            gettext("The pledge is written. Its reason is %(code)s.") % {"code": pledge.shown_code},
        )
        return redirect(reverse("donations_pledge_modeladmin_inspect", args=[quote(pledge.pk)]))
