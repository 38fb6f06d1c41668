"""The forms of giving: the same on a campaign's page, on the general one, and through the API."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.money import Money, NotMoney
from cms.public_forms import PublicForm
from donations.amounts import with_fees, written
from donations.how_to_pay import fees_in_words, ways_to_pay
from donations.models import Beneficiary, Campaign, Interval
from donations.models.presets import suggested_by
from donations.services.begin import check_amount
from donations.services.payment_page import CannotGive
from donations.tax_codes import TaxCodeFormField, validate_tax_code

# Shown above the button and kept with the donation, in the words that were shown.
PRIVACY: Promise = _(
    "We use your name and e-mail address for this donation, its receipt and the accounts that the law "
    "asks for; the payment service receives what it needs to take the payment. Nothing else, and no "
    "newsletter."
)


class AmountField(forms.CharField):
    """A typed amount of euros, read as people write it; its value is Money."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"max_length": 24, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, Money) else value

    def clean(self, value: Any) -> Money | None:  # type: ignore[override]
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = Money.parse(text, "EUR")
            check_amount(amount)
        except (NotMoney, CannotGive) as wrong:
            raise forms.ValidationError(str(wrong)) from wrong
        return amount


# The field that holds the chosen amount, for a gift made once and for each interval.
PRESETS = {"": "preset", Interval.MONTH.value: "preset_month", Interval.YEAR.value: "preset_year"}


class WayField(forms.ChoiceField):
    """What to pay with. Its value is a PaysWith: the only one where there is no other, "" for none."""

    def __init__(self, **kwargs) -> None:
        words = {
            "label": _("How would you like to pay?"),
            "help_text": _("A debit from your bank account takes some days; then the receipt reaches you."),
        }
        super().__init__(choices=ways_to_pay, required=False, widget=forms.RadioSelect, **{**words, **kwargs})

    @property
    def is_a_choice(self) -> bool:
        return len(settings.DONATION_WAYS) > 1

    def clean(self, value: Any) -> str:
        return super().clean(value) or ("" if self.is_a_choice else settings.DONATION_WAYS[0])


class DonationForm(PublicForm):
    """Amount (suggested or free), who gives, and a message. The chosen amount is `money`.

    campaign: whose suggested amounts to offer; None on the general page, where beneficiary receives.
    """

    interval = forms.ChoiceField(
        label=_("How often?"),
        required=False,
        choices=[("", _("Once")), *Interval.choices],
        widget=forms.RadioSelect,
        help_text=_("What comes again you can change, pause or end at any time, by a link from your mail."),
    )
    preset = forms.ChoiceField(
        label=_("How much would you like to give?"), required=False, widget=forms.RadioSelect
    )
    preset_month = forms.ChoiceField(
        label=_("How much would you like to give each month?"), required=False, widget=forms.RadioSelect
    )
    preset_year = forms.ChoiceField(
        label=_("How much would you like to give each year?"), required=False, widget=forms.RadioSelect
    )
    amount = AmountField(
        label=_("Another amount"),
        required=False,
        help_text=_("If you write an amount here, this is the one that counts."),
    )
    name = forms.CharField(
        label=_("Name and surname"),
        max_length=120,
        help_text=_("As it should stand on the receipt."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The receipt arrives here."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    pays_with = WayField()
    covers_fees = forms.BooleanField(
        label=_("I add what the payment service keeps"),
        required=False,
    )
    message = forms.CharField(
        label=_("A message"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_anonymous = forms.BooleanField(label=_("Do not show my name to anybody"), required=False)
    wants_wall = forms.BooleanField(
        label=_("Show my name among the donors on this page"),
        required=False,
        help_text=_("Without the tick it stays unseen. We look at each name before it is shown."),
    )
    dedication = forms.CharField(
        label=_("Dedicated to"),
        required=False,
        max_length=140,
        help_text=_("Stands beside your name, if you let it be shown."),
    )
    group_name = forms.CharField(
        label=_("In the name of a group"),
        required=False,
        max_length=120,
        help_text=_("A class, a choir, colleagues: shown instead of your name."),
    )
    tax_code = TaxCodeFormField(
        label=_("Tax code"),
        required=False,
        validators=[validate_tax_code],
        help_text=_(
            "Only if you want it on the receipt. Where the law provides it, we send the gift to the tax "
            "office, and "
            "it stands in your tax return already."
        ),
    )
    objects_to_report = forms.BooleanField(label=_("Do not send this gift to the tax office"), required=False)

    def __init__(
        self,
        data=None,
        *args,
        campaign: Campaign | None = None,
        beneficiary: Beneficiary | None = None,
        **kwargs,
    ) -> None:
        self.campaign = campaign
        self.receiver = campaign.beneficiary if campaign else beneficiary
        super().__init__(data, *args, **kwargs)
        proposed = {interval: self._suggest(interval) for interval in PRESETS}
        interval = self.initial.get("interval", "")
        self.fields["covers_fees"].help_text = fees_in_words(Money(proposed[interval], "EUR"))
        self.initial.setdefault("pays_with", settings.DONATION_WAYS[0])

    def _suggest(self, interval: str) -> int:
        """Offer the amounts of an interval, in cents; the second one, which is proposed, is returned."""
        presets = suggested_by([self.campaign, self.receiver], interval)
        proposed = presets[min(1, len(presets) - 1)]
        field: Any = self.fields[PRESETS[interval]]
        field.choices = [(str(cents), f"{written(Money(cents, 'EUR'))} €") for cents in presets]
        if not self.is_bound and not self.initial.get("amount"):
            self.initial.setdefault(PRESETS[interval], str(proposed))
        return proposed

    @property
    def presets(self) -> list[dict[str, Any]]:
        """For the page: the amounts of each interval, of which it shows those of the one that is chosen."""
        return [{"interval": interval or "once", "field": self[name]} for interval, name in PRESETS.items()]

    @property
    def takes_transfers(self) -> bool:
        """Whether the one who receives has told where a bank transfer may go."""
        return bool(self.receiver and self.receiver.iban)

    @property
    def more_is_open(self) -> bool:
        """Whether something was written in the part that is folded away."""
        more = ("wants_wall", "dedication", "group_name", "tax_code", "objects_to_report")
        return any(self[name].value() or self[name].errors for name in more)

    @property
    def privacy(self) -> str:
        return str(PRIVACY)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        preset = PRESETS[cleaned.get("interval", "")]
        for other in set(PRESETS.values()) - {preset}:  # they are not shown, and count for nothing
            self.errors.pop(other, None)
        if "amount" in self.errors or preset in self.errors:
            return cleaned
        money = cleaned.get("amount")
        if money is None and cleaned.get(preset):
            money = Money(int(cleaned[preset]), "EUR")
        if money is None:
            self.add_error("amount", _("Choose an amount, or write one."))
            return cleaned
        try:
            check_amount(money)
        except CannotGive as wrong:
            self.add_error("amount", str(wrong))
        gross = with_fees(money, cleaned.get("pays_with", "")) if cleaned.get("covers_fees") else money
        cleaned["money"], cleaned["covered_fee_cents"] = gross, (gross - money).cents
        return cleaned


class LinkForm(PublicForm):
    """Where the link to a donor's own donations goes."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The one that you gave with your donation."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class TryAgainForm(forms.Form):
    """What may change when somebody tries again."""

    amount = AmountField(label=_("Amount"))
    pays_with = WayField()
