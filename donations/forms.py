"""The form of a donation, the same on a campaign's page and on the general one."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from donations.models import Campaign


class DonationForm(forms.Form):
    """Amount (suggested or free), who gives, and a message.

    campaign: whose suggested amounts to offer; None on the general page.
    """

    preset = forms.ChoiceField(label=_("Amount"), required=False, widget=forms.RadioSelect)
    amount = forms.CharField(label=_("Another amount"), required=False, max_length=20)
    name = forms.CharField(label=_("Name and surname"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    message = forms.CharField(label=_("Message"), required=False, max_length=500, widget=forms.Textarea)
    is_anonymous = forms.BooleanField(label=_("Do not show my name"), required=False)
    consent = forms.BooleanField(label=_("I have read how my data are used"))

    def __init__(self, data=None, *args, campaign: Campaign | None = None, **kwargs) -> None:
        self.campaign = campaign
        super().__init__(data, *args, **kwargs)
