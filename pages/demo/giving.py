"""Four campaigns, and two hundred gifts that go the whole way: form's service, Stripe, webhook, ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import F
from django.utils import timezone

from cms.money import Money
from donations.models import Beneficiary, Campaign, Donation
from donations.services import campaigns, checkout, receipt_delivery, stripe_events
from members.models import Cooperative
from pages.demo.local_stripe import LocalStripe
from pages.demo.people import Person, people
from pages.demo.reading import pair, read

ROME = ZoneInfo("Europe/Rome")
GENERAL_GIFTS = 10
# How far each campaign has come, in hundredths of its goal.
REACHED = {"un-palco-per-l-argine": 46, "mille-voci-da-salvare": 93, "valigie-per-le-scuole-di-campagna": 108}
AMOUNTS = (1000, 1500, 2000, 2500, 2500, 3000, 5000, 5000, 6000, 10000, 12000, 20000, 30000)
WORDS = (
    "", "", "", "Forza, ci vediamo sull'argine!", "Per mia nonna, che cantava in risaia.", "Bellissima idea.",
    "Un piccolo filo anche da parte nostra.", "Dalla classe quinta.", "Grazie per quello che fate.",
)  # fmt: skip


@dataclass(frozen=True)
class Gift:
    """One gift to come: who, how much (cents), for what, and when it was made."""

    person: Person
    cents: int
    campaign: Campaign | None
    beneficiary: Beneficiary | None
    at: datetime
    message: str
    is_anonymous: bool


def make_campaigns(cooperatives: dict[str, Cooperative], today: date) -> dict[str, Campaign]:
    """Write the campaigns, live ones launched. The one that has ended stays open until its gifts are in."""
    made = {}
    for row in read("campaigns")["campaign"]:
        campaign = Campaign.objects.create(
            slug=row["slug"],
            beneficiary=cooperatives[row["beneficiary"]].beneficiary,
            goal_cents=row["goal"],
            presets_cents=row["presets"],
            opens_on=today + timedelta(days=row["opens"]),
            closes_on=max(today, today + timedelta(days=row["closes"])),
            **pair(row, "name"),
        )
        if row["state"] != "draft":
            campaign = campaigns.launch_campaign(campaign, because="demo")
        made[row["slug"]] = campaign
    return made


def make_gifts(
    made: dict[str, Campaign], general: Beneficiary, stripe: LocalStripe, random: Random, *, most: int
) -> None:
    """Give two hundred times, or `most` times, then close the campaign whose end has passed."""
    rows = {row["slug"]: row for row in read("campaigns")["campaign"]}
    gifts = _plan(made, rows, general, random)
    for gift in gifts[:most]:
        _give(gift, stripe, declined_first=random.random() < 0.05)
    stripe.deliver()
    while stripe_events.process_waiting(limit=1000):
        pass
    while receipt_delivery.deliver_waiting():
        pass
    # They are given all at once here, and were begun a few minutes before they were paid.
    begun = F("paid_at") - timedelta(minutes=4)
    Donation.objects.filter(source="demo").paid().update(created_at=begun)
    for slug, campaign in made.items():
        closes = timezone.localdate() + timedelta(days=rows[slug]["closes"])
        if closes < timezone.localdate():
            Campaign.objects.filter(pk=campaign.pk).update(closes_on=closes)
    campaigns.close_ended()
    cache.clear()


def _plan(made: dict, rows: dict, general: Beneficiary, random: Random) -> list[Gift]:
    gifts = []
    for slug, campaign in made.items():
        count = rows[slug]["gifts"]
        if count:
            last = min(0, rows[slug]["closes"])
            amounts = _amounts(count, campaign.goal_cents * REACHED[slug] // 100, random)
            gifts += _gifts(amounts, campaign, None, rows[slug]["opens"], last, random)
    amounts = [random.choice(AMOUNTS) for _number in range(GENERAL_GIFTS)]
    gifts += _gifts(amounts, None, general, -60, 0, random)
    return sorted(gifts, key=lambda gift: gift.at)


def _amounts(count: int, total: int, random: Random) -> list[int]:
    """So many amounts of whole fives of euro that come near the total, in cents."""
    drawn = [random.choice(AMOUNTS) for _number in range(count)]
    return [max(500, round(cents * total / sum(drawn) / 500) * 500) for cents in drawn]


def _gifts(amounts: list[int], campaign, beneficiary, first: int, last: int, random: Random) -> list[Gift]:
    moment = timezone.now() - timedelta(minutes=30)
    today = timezone.localdate()
    gifts = []
    for cents, person in zip(amounts, people(random, len(amounts)), strict=True):
        day = today + timedelta(days=random.randint(first, last))
        at = datetime.combine(day, time(random.randint(7, 22), random.randint(0, 59)), ROME)
        gifts.append(
            Gift(
                person=person,
                cents=cents,
                campaign=campaign,
                beneficiary=beneficiary,
                at=min(at, moment),
                message=random.choice(WORDS),
                is_anonymous=random.random() < 0.2,
            )
        )
    return gifts


def _give(gift: Gift, stripe: LocalStripe, *, declined_first: bool) -> None:
    donation = checkout.start_checkout(
        amount=Money(gift.cents),
        campaign=gift.campaign,
        beneficiary=gift.beneficiary,
        name=gift.person.name,
        email=gift.person.email,
        message=gift.message,
        is_anonymous=gift.is_anonymous,
        language=gift.person.language,
        source="demo",
        consent_text="Usiamo nome ed e-mail per questa donazione e per la sua ricevuta.",
    )
    checkout.open_session(donation)
    donation.refresh_from_db()
    cards = ["4000000000000002"] * declined_first + ["4242424242424242"]
    for card in cards:
        stripe.pay(
            donation.session_id or "",
            at=int(gift.at.timestamp()),
            name=gift.person.name,
            email=gift.person.email,
            card=card,
        )
