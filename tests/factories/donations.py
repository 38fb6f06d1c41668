"""Records of giving for the tests. Money that counts goes through the ledger, as it does in life."""

import json
import uuid
from datetime import date, datetime, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from cms.money import Money
from donations.gateway import (
    ChargeSnapshot,
    DisputeSnapshot,
    PaymentSnapshot,
    RefundSnapshot,
    SessionSnapshot,
)
from donations.models import (
    Beneficiary,
    Campaign,
    CampaignState,
    Concern,
    ConcernKind,
    Donation,
    Donor,
    GivingBlock,
    Payout,
    PayoutState,
    RecurringDonation,
    RecurringState,
    RegimePeriod,
    State,
    StripeEvent,
)
from donations.services import offline, receipt_delivery
from donations.services.apply import apply_session


class BeneficiaryFactory(DjangoModelFactory):
    class Meta:
        model = Beneficiary

    name = factory.Sequence(lambda n: f"Consorzio {n}")
    legal_name = factory.LazyAttribute(lambda b: f"{b.name} società cooperativa sociale")
    tax_code = factory.Sequence(lambda n: f"{n:011d}")
    address = "Via delle Rane 1\n46100 Mantova"
    email = factory.Sequence(lambda n: f"doni{n}@consorzio.example")


class RegimePeriodFactory(DjangoModelFactory):
    class Meta:
        model = RegimePeriod

    beneficiary = factory.SubFactory(BeneficiaryFactory)
    regime = "ets"
    starts_on = date(2020, 1, 1)


class CampaignFactory(DjangoModelFactory):
    class Meta:
        model = Campaign

    class Params:
        draft = factory.Trait(state=CampaignState.DRAFT)
        ended = factory.Trait(
            opens_on=factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=60)),
            closes_on=factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=1)),
        )

    slug = factory.Sequence(lambda n: f"campagna-{n}")
    name_it = factory.Sequence(lambda n: f"Un palco sull'acqua {n}")
    name_en = factory.Sequence(lambda n: f"A stage on the water {n}")
    beneficiary = factory.SubFactory(BeneficiaryFactory)
    goal_cents = 1_000_000
    opens_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=10))
    closes_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=20))
    state = CampaignState.LIVE


class DonorFactory(DjangoModelFactory):
    class Meta:
        model = Donor

    email = factory.Sequence(lambda n: f"ada{n}@persone.example")
    name = factory.Sequence(lambda n: f"Ada Gonzaga {n}")


class DonationFactory(DjangoModelFactory):
    """A donation of 25,50 € to a campaign, waiting for the donor at Stripe."""

    class Meta:
        model = Donation
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(state=State.DRAFT, session_id=None, session_url="", session_expires_at=None)
        general = factory.Trait(campaign=None, beneficiary=factory.SubFactory(BeneficiaryFactory))

    campaign = factory.SubFactory(CampaignFactory)
    beneficiary = factory.LazyAttribute(lambda d: d.campaign.beneficiary)
    donor = factory.SubFactory(DonorFactory)
    display_name = factory.LazyAttribute(lambda d: d.donor.name)
    amount_cents = 2550
    state = State.PENDING
    session_id = factory.Sequence(lambda n: f"cs_test_{n:024d}")
    session_url = factory.LazyAttribute(lambda d: f"http://127.0.0.1:9/c/pay/{d.session_id}")
    session_expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=31))

    @factory.post_generation
    def paid(self, create, wished, **_options) -> None:
        """paid=True: through the same door as in life, so that payment, ledger, total and receipt follow.

        paid may also be the moment of the payment.
        """
        if wished:
            at = timezone.now() if wished is True else wished
            apply_session(paid_session(self, at=at), because="made for a test")
            self.refresh_from_db()

    @factory.post_generation
    def refunded(self, create, cents, **_options) -> None:
        """refunded=1000: of a paid one, ten euros were given back, in Stripe's dashboard."""
        if cents:
            session = paid_session(
                self, at=self.paid_at, refunded_cents=cents, refunds=(refund_of(self, cents),)
            )
            apply_session(session, because="made for a test")
            self.refresh_from_db()

    @factory.post_generation
    def disputed(self, create, status, **_options) -> None:
        """disputed="needs_response": of a paid one, the donor's bank took the money back."""
        if status:
            session = paid_session(self, at=self.paid_at, disputes=(dispute_of(self, status=status),))
            apply_session(session, because="made for a test")
            self.refresh_from_db()

    @factory.post_generation
    def delivered(self, create, wished, **_options) -> None:
        """delivered=True: the PDF of a paid one is made and its mail is in the outbox."""
        if wished:
            receipt_delivery.deliver_waiting()


class RecurringDonationFactory(DjangoModelFactory):
    """A monthly gift of 10 € to a campaign, under way at Stripe."""

    class Meta:
        model = RecurringDonation

    campaign = factory.SubFactory(CampaignFactory)
    beneficiary = factory.LazyAttribute(lambda gift: gift.campaign.beneficiary)
    donor = factory.SubFactory(DonorFactory)
    display_name = factory.LazyAttribute(lambda gift: gift.donor.name)
    amount_cents = 1000
    state = RecurringState.ACTIVE
    session_id = factory.Sequence(lambda n: f"cs_test_recurring_{n:024d}")
    subscription_id = factory.Sequence(lambda n: f"sub_test_{n:024d}")
    customer_id = factory.Sequence(lambda n: f"cus_test_{n:024d}")
    began_at = factory.LazyFunction(timezone.now)
    next_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))


class ConcernFactory(DjangoModelFactory):
    """A payout that does not add up."""

    class Meta:
        model = Concern

    key = factory.Sequence(lambda n: f"payout:po_{n}")
    kind = ConcernKind.PAYOUT
    stripe_id = factory.Sequence(lambda n: f"po_test_{n}")


class PayoutFactory(DjangoModelFactory):
    """A payout of 24,87 € that has arrived and adds up."""

    class Meta:
        model = Payout

    payout_id = factory.Sequence(lambda n: f"po_test_{n:024d}")
    amount_cents = 2487
    state = PayoutState.PAID
    sent_at = factory.LazyFunction(timezone.now)
    arrives_on = factory.LazyFunction(timezone.localdate)
    movements = 1
    movements_cents = 2487
    checked_at = factory.LazyFunction(timezone.now)


class StripeEventFactory(DjangoModelFactory):
    class Meta:
        model = StripeEvent

    event_id = factory.Sequence(lambda n: f"evt_test_{n:024d}")
    type = "checkout.session.completed"
    created = factory.LazyFunction(timezone.now)
    api_version = "2026-10-28.endive"
    livemode = False
    raw = factory.LazyAttribute(
        lambda e: json.dumps(
            {
                "id": e.event_id,
                "object": "event",
                "type": e.type,
                "data": {"object": {"object": "checkout.session", "id": "cs_test_nowhere"}},
            }
        )
    )


class GivingBlockFactory(DjangoModelFactory):
    """A connection that was blocked just now."""

    class Meta:
        model = GivingBlock

    kind = "source"
    who = factory.Sequence(lambda n: f"{n:064x}"[::-1])
    failures = 10
    until = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1))


def gift_by_hand(cents: int = 5000, *, method: str = "bank_transfer", **facts) -> Donation:
    """A gift that never passed Stripe, written down by staff. facts: campaign, on (a day), name, tax_code."""
    campaign = facts.get("campaign") or CampaignFactory()
    return offline.record_offline_gift(
        public_id=uuid.uuid4(),
        amount=Money(cents),
        method=method,
        received_on=facts.get("on") or timezone.localdate(),
        giver=offline.Giver(
            name=facts.get("name", "Ada Gonzaga"),
            email=facts.get("email", "ada@persone.example"),
            tax_code=facts.get("tax_code", ""),
        ),
        beneficiary=campaign.beneficiary,
        campaign=campaign,
        because="made for a test",
    )


def session_of(donation: Donation, **changes) -> SessionSnapshot:
    """The open session of a donation as Stripe would have it now; `changes` make it another."""
    facts = {
        "looked_at": timezone.now(),
        "id": donation.session_id or f"cs_test_{donation.pk:024d}",
        "status": "open",
        "payment_status": "unpaid",
        "amount_cents": donation.amount_cents,
        "currency": donation.currency,
        "reference": str(donation.public_id),
        "expires_at": donation.session_expires_at or timezone.now() + timedelta(minutes=31),
        "url": donation.session_url,
        "livemode": False,
        "payment": None,
        **changes,
    }
    return SessionSnapshot(**facts)


def paid_session(
    donation: Donation,
    *,
    at: datetime | None = None,
    fee_cents: int | None = 63,
    refunded_cents: int = 0,
    method: str = "card",
    refunds: tuple[RefundSnapshot, ...] | None = None,
    disputes: tuple[DisputeSnapshot, ...] | None = None,
    **changes,
) -> SessionSnapshot:
    """The paid session of a donation. fee_cents: None while Stripe has not told it."""
    charge = ChargeSnapshot(
        id=f"ch_test_{donation.pk:024d}",
        status="succeeded",
        amount_cents=donation.amount_cents,
        refunded_cents=refunded_cents,
        currency=donation.currency,
        method=method,
        created=at or timezone.now(),
        fee_cents=fee_cents,
        fee_currency=None if fee_cents is None else donation.currency,
    )
    payment = PaymentSnapshot(
        id=donation.payment_intent_id or f"pi_test_{donation.pk:024d}",
        status="succeeded",
        charge=charge,
        refunds=refunds,
        disputes=disputes,
    )
    facts = {"status": "complete", "payment_status": "paid", "payment": payment, "url": "", **changes}
    return session_of(donation, **facts)


def refund_of(
    donation: Donation, cents: int = 1000, *, status: str = "succeeded", **changes
) -> RefundSnapshot:
    """A refund of a donation as Stripe would tell it; the same amount is the same refund."""
    facts = {
        "id": f"re_test_{donation.pk:012d}{cents:012d}",
        "status": status,
        "amount_cents": cents,
        "currency": donation.currency,
        "payment_intent_id": donation.payment_intent_id or f"pi_test_{donation.pk:024d}",
        "reference": "",
        "reason": "requested_by_customer",
        "failure": "",
        "created": timezone.now(),
        **changes,
    }
    return RefundSnapshot(**facts)


def dispute_of(donation: Donation, *, status: str = "needs_response", **changes) -> DisputeSnapshot:
    """A dispute of a whole donation as Stripe would tell it. What was won has come back, with its fee."""
    back = status == "won"
    facts = {
        "id": f"du_test_{donation.pk:024d}",
        "status": status,
        "reason": "fraudulent",
        "amount_cents": donation.amount_cents,
        "currency": donation.currency,
        "payment_intent_id": donation.payment_intent_id or f"pi_test_{donation.pk:024d}",
        "due_by": timezone.now() + timedelta(days=7),
        "answered": status == "under_review",
        "withdrawn_cents": 0 if back else donation.amount_cents,
        "fee_cents": 0 if back else 2000,
        "created": timezone.now(),
        **changes,
    }
    return DisputeSnapshot(**facts)
