"""Giving over the API: the same form and the same service as the pages."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from cms.api import Problem, SlugOrNone, Throttle, form_problem
from cms.client_address import source_of
from cms.money import Money
from donations import giving
from donations.forms import DonationForm
from donations.gateway import PaymentServiceUnavailable
from donations.models import Beneficiary, Campaign, Donation, RecurringDonation
from donations.services import checkout, defence

router = Router(tags=["Fund raising"])


class CheckoutIn(Schema):
    """A gift to be paid on the payment page. The amount is in whole cents of euro."""

    amount_cents: int = Field(ge=1, le=10**12)
    campaign: SlugOrNone = Field("", description="Short name of the campaign it is for.")
    beneficiary: int | None = Field(
        None, ge=1, le=2**31 - 1, description="Who receives, when it is for no campaign."
    )
    name: str = Field(max_length=400)
    email: str = Field(max_length=400)
    message: str = Field("", max_length=5000)
    is_anonymous: bool = False
    interval: Literal["", "month", "year"] = Field("", description="Empty: once.")
    covers_fees: bool = Field(
        False, description="Adds an estimate of the payment service's fee to the amount."
    )
    pays_with: Literal["", "card", "sepa_debit"] = Field(
        "", description="What the payment page offers. Empty: all that the site takes. A debit takes days."
    )
    tax_code: str = Field("", max_length=400, description="Of who gives, for the receipt.")
    objects_to_report: bool = Field(False, description="The gift is not sent to the tax office.")
    wants_wall: bool = Field(
        False, description="The name may stand among the donors, once staff have looked at it."
    )
    dedication: str = Field("", max_length=400, description="Stands beside the name, if that is shown.")
    group_name: str = Field("", max_length=400, description="Shown instead of the name.")
    language: Literal["it", "en"] = Field("it", description="Of the payment page, mails and receipt.")


class CheckoutOut(Schema):
    """Send the donor to `url`; what became of the gift is read on the page at `result_url`."""

    id: UUID
    url: str
    result_url: str


class CheckoutLater(Problem):
    """The payment service is away. The gift is kept: it goes on from `retry_url`."""

    id: UUID
    retry_url: str


@router.post(
    "/checkouts/",
    response={
        201: CheckoutOut,
        404: Problem,
        413: Problem,
        415: Problem,
        422: Problem,
        429: Problem,
        503: CheckoutLater,
    },
    throttle=[Throttle("checkouts", limit=20, seconds=600)],
)
def give(request: HttpRequest, asked: CheckoutIn) -> Status:
    """Begin a gift: it is saved, and a payment page is opened for it."""
    with translation.override(asked.language):
        return _begin(request, asked)


def _begin(request: HttpRequest, asked: CheckoutIn) -> Status:
    campaign = Campaign.objects.public().filter(slug=asked.campaign).first() if asked.campaign else None
    beneficiary = Beneficiary.objects.filter(pk=asked.beneficiary).first() if asked.beneficiary else None
    if campaign is None and (asked.campaign or beneficiary is None):
        return Status(404, Problem(detail=_("Say which campaign or beneficiary the gift is for.")))
    said = asked.model_dump(exclude={"amount_cents", "campaign", "beneficiary", "language"})
    typed = {"amount": Money(asked.amount_cents).format(), **said}
    form = DonationForm(typed, campaign=campaign, guarded=False)
    if not form.is_valid():
        return Status(422, form_problem(form))
    try:
        gift = giving.save_gift(
            form,
            campaign=campaign,
            beneficiary=beneficiary,
            language=asked.language,
            client=source_of(request),
            source="api",
        )
    except defence.Blocked as blocked:
        return Status(429, Problem(detail=str(blocked)))
    except checkout.CannotGive as refused:
        return Status(422, Problem(detail=str(refused), fields={refused.field or "body": [str(refused)]}))
    return _open(request, gift)


def _open(request: HttpRequest, gift: Donation | RecurringDonation) -> Status:
    once = isinstance(gift, Donation)
    thanks, again = (
        ("donation_thanks", "donation_retry") if once else ("recurring_thanks", "recurring_cancelled")
    )
    try:
        url = checkout.open_session(gift)
    except (PaymentServiceUnavailable, checkout.CannotGive):
        return Status(
            503,
            CheckoutLater(
                detail=_("The payment service is not reachable now. Nothing has been charged."),
                id=gift.public_id,
                retry_url=request.build_absolute_uri(reverse(again, args=[gift.return_token])),
            ),
        )
    return Status(
        201,
        CheckoutOut(
            id=gift.public_id,
            url=url,
            result_url=request.build_absolute_uri(reverse(thanks, args=[gift.return_token])),
        ),
    )
