"""What a donor changes of the own recurring gifts: each on its page, with a plain confirmation."""

import secrets
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from donations.gateway import PaymentServiceUnavailable
from donations.models import ChangeKind, DonorVisit, RecurringChange, RecurringState
from donations.services import donor_access
from tests.factories.donations import DonationFactory, DonorFactory, RecurringDonationFactory

pytestmark = pytest.mark.django_db
HERE = "/le-mie-donazioni/"


@pytest.fixture
def donor():
    return DonorFactory(name="Ada Gonzaga", email="ada@persone.example")


@pytest.fixture
def visit(client, donor, monkeypatch):
    """The client of a donor who came in; the worker does nothing meanwhile."""
    monkeypatch.setattr("donations.tasks.hint", lambda *work: None)
    client.cookies["donor_visit"] = _begun(donor)
    return client


def _begun(donor) -> str:
    token = secrets.token_urlsafe(8)
    DonorVisit.objects.create(
        donor=donor, token_hash=donor_access._hash(token), ends_at=timezone.now() + timedelta(hours=1)
    )
    return token


def of(gift, what) -> str:
    return reverse(f"my_recurring_{what}", args=[gift.public_id])


@pytest.mark.parametrize(
    ("what", "typed", "kind", "wanted"),
    [
        ("amount", {"amount": "20,50"}, ChangeKind.AMOUNT, 2050),
        ("pause", {"until": "3"}, ChangeKind.PAUSE, None),
        ("pause", {"until": "0"}, ChangeKind.PAUSE, None),
        ("end", {}, ChangeKind.CANCEL, None),
    ],
)
def test_each_change_has_a_page_and_is_kept_once(visit, donor, what, typed, kind, wanted):
    gift, _other = RecurringDonationFactory.create_batch(2, donor=donor)
    assert visit.get(of(gift, what)).status_code == 200
    for _ in range(2):
        answer = visit.post(of(gift, what), typed)
        assert answer["Location"] == f"{HERE}#g-{gift.public_id}"
    change = RecurringChange.objects.get()
    assert (change.recurring, change.kind, change.wanted_cents, change.asked_by) == (gift, kind, wanted, None)
    assert "in corso" in visit.get(HERE).content.decode()


def test_a_day_that_has_gone_is_said_and_kept(visit, donor):
    gift = RecurringDonationFactory(donor=donor)
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    answer = visit.post(of(gift, "day"), {"day": yesterday})
    assert answer.status_code == 422
    assert yesterday in answer.content.decode()
    assert visit.post(of(gift, "day"), {"day": "2026-02-31"}).status_code == 422
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert visit.post(of(gift, "day"), {"day": tomorrow}).status_code == 303


def test_what_is_wrong_with_an_amount_is_said(visit, donor):
    answer = visit.post(of(RecurringDonationFactory(donor=donor), "amount"), {"amount": "0,50"})
    assert answer.status_code == 422 and "0,50" in answer.content.decode()


@pytest.mark.parametrize("what", ["amount", "day", "pause", "end", "go_on", "card"])
def test_another_donors_gift_is_not_there_and_a_stranger_is_asked_for_a_link(visit, client, what):
    foreign = RecurringDonationFactory()
    assert visit.post(of(foreign, what)).status_code == 404
    del client.cookies["donor_visit"]
    assert client.post(of(foreign, what))["Location"] == HERE
    assert not RecurringChange.objects.exists()


def test_after_a_pause_one_goes_on(visit, donor):
    gift = RecurringDonationFactory(donor=donor, state=RecurringState.PAUSED)
    assert "Riprendi" in visit.get(HERE).content.decode()
    visit.post(of(gift, "go_on"))
    assert RecurringChange.objects.get().kind == ChangeKind.RESUME


def test_another_card_is_put_in_at_stripe_and_nothing_else(visit, donor, monkeypatch):
    asked = {}

    def open_portal(**facts):
        asked.update(facts)
        return "https://billing.stripe.com/p/session/x"

    monkeypatch.setattr("donations.gateway.open_portal", open_portal)
    gift = RecurringDonationFactory(donor=donor, state=RecurringState.PAST_DUE)
    answer = visit.post(of(gift, "card"))
    assert (answer.status_code, answer["Location"]) == (303, "https://billing.stripe.com/p/session/x")
    assert asked["customer_id"] == gift.customer_id
    assert asked.get("change_card", True)


def test_stripe_away_is_said_kindly(visit, donor, monkeypatch):
    def away(**facts):
        raise PaymentServiceUnavailable

    monkeypatch.setattr("donations.gateway.open_portal", away)
    assert visit.post(of(RecurringDonationFactory(donor=donor), "card")).status_code == 503


def test_what_has_ended_offers_nothing_and_cannot_be_changed(visit, donor):
    gift = RecurringDonationFactory(donor=donor, state=RecurringState.CANCELED, ended_at=timezone.now())
    assert of(gift, "end") not in visit.get(HERE).content.decode()
    assert visit.post(of(gift, "amount"), {"amount": "20"}).status_code == 422
    assert visit.post(of(gift, "card")).status_code == 422


@pytest.mark.parametrize("many", [1, 20])
def test_recurring_gifts_cost_the_same_however_many(visit, donor, many, django_assert_max_num_queries):
    RecurringDonationFactory.create_batch(many, donor=donor)
    visit.get(HERE)
    with django_assert_max_num_queries(7):  # one of them is the cache's, where it is a table
        visit.get(HERE)


def test_a_first_debit_is_told_as_on_its_way_until_something_has_arrived(visit, donor):
    RecurringDonationFactory(donor=donor, pays_with="card")
    debit = RecurringDonationFactory(donor=donor, pays_with="sepa_debit")
    assert visit.get(HERE).content.decode().count("chiesto il primo addebito") == 1
    DonationFactory(donor=donor, campaign=debit.campaign, recurring=debit, paid=True)
    assert "primo addebito" not in visit.get(HERE).content.decode()
