"""Records of giving for the tests. Money that counts goes through the ledger, as it does in life."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from donations.models import (
    Beneficiary,
    Campaign,
    CampaignState,
    Donation,
    Donor,
    State,
)


class BeneficiaryFactory(DjangoModelFactory):
    class Meta:
        model = Beneficiary

    name = factory.Sequence(lambda n: f"Consorzio {n}")
    legal_name = factory.LazyAttribute(lambda b: f"{b.name} società cooperativa sociale")
    tax_code = factory.Sequence(lambda n: f"{n:011d}")
    address = "Via delle Rane 1\n46100 Mantova"
    email = factory.Sequence(lambda n: f"doni{n}@consorzio.example")


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
