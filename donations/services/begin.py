"""A gift as a donor asks for it, checked and saved before anybody talks to Stripe.

The one place where the facts of a gift are put together, made once (checkout) or coming again (recurring).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Required, TypedDict, TypeVar, Unpack

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.consent import record_consent
from cms.money import Money
from donations import gateway
from donations.models import Beneficiary, Campaign, CampaignMode, Donation, Donor, Interval, RecurringDonation
from donations.services.payment_page import CannotGive

# The same form sent again so soon is the same gift.
DOUBLE_CLICK = timedelta(minutes=2)
CONSENT_PURPOSE = "donation"
GiftT = TypeVar("GiftT", Donation, RecurringDonation)


class Said(TypedDict, total=False):
    """What is said of a gift in the form, on a page or through the API.

    beneficiary: who receives, needed without a campaign (a campaign has its own). source: where the gift was
    made, "page" or "api". page_url: the path to come back to. pays_with: a PaysWith, or "" for whatever the
    payment page offers. covered_fee_cents: what of the amount covers fees. consent_text: the words about
    personal data as they were shown.
    """

    amount: Required[Money]
    campaign: Required[Campaign | None]
    beneficiary: Beneficiary | None
    name: Required[str]
    email: Required[str]
    language: Required[str]
    source: Required[str]
    message: str
    is_anonymous: bool
    page_url: str
    pays_with: str
    covered_fee_cents: int
    consent_text: str
    tax_code: str
    objects_to_report: bool
    wants_wall: bool
    dedication: str
    group_name: str


# What is written as it was said.
_AS_SAID = (
    "is_anonymous",
    "pays_with",
    "covered_fee_cents",
    "tax_code",
    "objects_to_report",
    "wants_wall",
    "dedication",
    "group_name",
)


def save_draft(model: type[GiftT], *, interval: Interval | None = None, **said: Unpack[Said]) -> GiftT:
    """Save a gift as a draft, of a model that has a payment page; interval: of one that comes again.

    What is said of the donor is written on the gift alone: anybody may type a donor's address. The same gift
    sent twice within two minutes and not yet paid is one gift: a double click. Raises CannotGive when the
    amount is out of bounds, the campaign is not open, or giving is switched off.
    """
    amount, language = said["amount"], said["language"]
    check_amount(amount)
    receiver = check_receiver(campaign=said["campaign"], beneficiary=said.get("beneficiary"))
    with transaction.atomic():
        donor = known_donor(name=said["name"], email=said["email"], language=language)
        Donor.objects.select_for_update().get(pk=donor.pk)  # two clicks at once, one after the other
        facts: dict[str, Any] = {
            "campaign": said["campaign"],
            "beneficiary": receiver,
            "donor": donor,
            "amount_cents": amount.cents,
            "currency": amount.currency,
            "display_name": said["name"].strip(),
            "message": said.get("message", "").strip(),
            "language": language,
            "source": said["source"][:40],
            "page_url": said.get("page_url", "")[:500],
            **{name: said[name] for name in _AS_SAID if name in said},  # type: ignore[literal-required]
            **({"interval": interval} if interval else {}),
        }
        if twin := model.objects.sent_twice(facts, since=timezone.now() - DOUBLE_CLICK).first():
            return twin
        gift = model.objects.create(**facts)
        if text := said.get("consent_text", ""):
            record_consent(
                purpose=CONSENT_PURPOSE,
                email=donor.email,
                text=text,
                language=language,
                source=f"{model._meta.verbose_name_raw} {gift.public_id}",
            )
    return gift


def check_amount(amount: Money) -> None:
    """Raise CannotGive when an amount is not one that the site takes."""
    least = Money(settings.DONATION_MINIMUM_CENTS, "EUR")
    most = Money(settings.DONATION_MAXIMUM_CENTS, "EUR")
    if amount.currency != "EUR":
        raise CannotGive(_("Donations are made in euros."), field="amount")
    if amount < least:
        raise CannotGive(_("The smallest donation is %(least)s.") % {"least": least.format()}, field="amount")
    if most < amount:
        raise CannotGive(
            _("Above %(most)s please write to us: a bank transfer costs less.") % {"most": most.format()},
            field="amount",
        )


def readable_amount(text: str) -> Money:
    """Read and check an amount. Raises NotMoney or CannotGive, both of them ValueErrors."""
    amount = Money.parse(text, "EUR")
    check_amount(amount)
    return amount


def check_receiver(*, campaign: Campaign | None, beneficiary: Beneficiary | None) -> Beneficiary:
    """Who receives the gift. Raises CannotGive when nobody can receive it now."""
    if not gateway.is_on():
        raise CannotGive(_("Online donations are switched off for now. Nothing has been charged."))
    if campaign is None:
        if beneficiary is None:
            raise ValueError("A gift needs a campaign or a beneficiary")
        return beneficiary
    # All-or-nothing gives money back or takes it later; until that is built no such gift is taken.
    if not campaign.is_open or campaign.mode != CampaignMode.FLEXIBLE:
        raise CannotGive(_("This campaign is not taking donations now. Nothing has been charged."))
    return campaign.beneficiary


def known_donor(*, name: str, email: str, language: str, tax_code: str = "", address: str = "") -> Donor:
    """The donor with this e-mail address, made if need be; always made for "".

    A known one keeps name, tax code and postal address: anybody may type an e-mail address.
    """
    email = email.strip().lower()
    if known := Donor.objects.with_address(email).first():
        return known
    try:
        with transaction.atomic():
            return Donor.objects.create(
                email=email, name=name.strip(), language=language, tax_code=tax_code, address=address
            )
    except IntegrityError:  # two forms of one person at once
        return Donor.objects.with_address(email).get()
