"""What the tax office is told: every cent of the ledger is told, left out with a reason, or given back."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.money import Money
from donations.models import Donation
from donations.services import yearly_return
from donations.services.apply import apply_session
from donations.services.yearly_return import LeftOut
from tests.factories.donations import (
    BeneficiaryFactory,
    DonationFactory,
    DonorFactory,
    RegimePeriodFactory,
    dispute_of,
    paid_session,
)

pytestmark = pytest.mark.django_db
ADA, BRUNO, SHOP = "RSSMRA80A01E897X", "GNZBRN85M01E897P", "00743110157"
MAY = datetime(2025, 5, 4, 10, tzinfo=UTC)
OLD = datetime(2024, 5, 4, 10, tzinfo=UTC)


@pytest.fixture
def beneficiary(db):
    return RegimePeriodFactory(
        regime="ets", beneficiary=BeneficiaryFactory(tax_code="01234567897")
    ).beneficiary


def gift(
    beneficiary, *, cents=5000, at=MAY, method="card", code=ADA, back=0, back_at=None, **donor
) -> Donation:
    donation = DonationFactory(
        general=True,
        beneficiary=beneficiary,
        amount_cents=cents,
        donor=DonorFactory(tax_code=code, **donor),
    )
    session = paid_session(donation, at=at, looked_at=at, method=method)
    apply_session(session, because="test")
    if back:
        later = back_at or at.replace(month=at.month + 1)
        apply_session(
            paid_session(donation, at=at, looked_at=later, method=method, refunded_cents=back), because="test"
        )
    donation.refresh_from_db()
    return donation


def lines(prepared) -> list[tuple]:
    return [(line.tax_code, line.year, line.gifts, line.cents, line.is_refund) for line in prepared.lines]


def test_gifts_of_a_person_are_told_together_net_of_what_went_back_in_the_year(beneficiary):
    gift(beneficiary)
    gift(beneficiary, cents=3000, back=1000)
    gift(beneficiary, cents=2000, at=OLD)
    prepared = yearly_return.prepare(beneficiary, 2025)
    assert lines(prepared) == [(ADA, 2025, 2, 7000, False)]
    assert prepared.left_out == []
    assert prepared.agrees


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"method": "cash"}, LeftOut.CASH),
        ({"method": "unknown_way"}, LeftOut.CASH),
        ({"back": 5000}, LeftOut.GONE),
        ({"objected_on": MAY.date()}, LeftOut.OBJECTION),
        ({"code": ""}, LeftOut.NO_TAX_CODE),
        ({"code": "RSSMRA80A01E897Y"}, LeftOut.BAD_TAX_CODE),
        ({"code": SHOP}, LeftOut.NOT_A_PERSON),
        ({"at": datetime(2019, 5, 4, tzinfo=UTC)}, LeftOut.NO_REGIME),
    ],
)
def test_each_gift_left_out_says_why(beneficiary, facts, reason):
    gift(beneficiary, **facts)
    prepared = yearly_return.prepare(beneficiary, facts.get("at", MAY).year)
    assert (prepared.told, [one.because for one in prepared.left_out]) == ([], [reason])
    assert prepared.agrees


def test_an_objection_to_one_gift_leaves_out_that_one(beneficiary):
    one = gift(beneficiary)
    Donation.objects.filter(pk=one.pk).update(objects_to_report=True)
    gift(beneficiary, cents=100)
    assert lines(yearly_return.prepare(beneficiary, 2025)) == [(ADA, 2025, 1, 100, False)]


def test_what_goes_back_in_a_later_year_is_told_with_the_year_of_the_gift(beneficiary):
    gift(beneficiary, at=OLD, back=2000, back_at=MAY)
    assert lines(yearly_return.prepare(beneficiary, 2024)) == [(ADA, 2024, 1, 5000, False)]
    prepared = yearly_return.prepare(beneficiary, 2025)
    assert lines(prepared) == [(ADA, 2024, 1, 2000, True)]
    assert (prepared.total.cents, prepared.agrees) == (-2000, True)


@pytest.mark.parametrize(("ended", "told", "later"), [("won", 5000, []), ("lost", 5000, [2000 + 3000])])
def test_a_dispute_over_the_years_end_counts_when_it_is_lost(beneficiary, ended, told, later):
    donation = gift(beneficiary, at=OLD)
    for when, status in ((OLD.replace(day=28), "needs_response"), (MAY, ended)):
        disputes = (dispute_of(donation, status=status),)
        apply_session(paid_session(donation, at=OLD, looked_at=when, disputes=disputes), because="test")
    old, new = (yearly_return.prepare(beneficiary, year) for year in (2024, 2025))
    assert [line.cents for line in old.lines] == [told]
    assert [(line.cents, line.is_refund) for line in new.lines] == [(cents, True) for cents in later]
    assert (old.agrees, new.agrees) == (True, True)
    assert old.held == -new.held == Money(5000)


def test_the_year_is_that_of_italy(beneficiary):
    gift(beneficiary, at=datetime(2024, 12, 31, 22, 30, tzinfo=UTC))
    gift(beneficiary, at=datetime(2024, 12, 31, 23, 30, tzinfo=UTC), cents=100)
    assert lines(yearly_return.prepare(beneficiary, 2025)) == [(ADA, 2025, 1, 100, False)]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gifts=st.lists(
        st.tuples(
            st.integers(1, 100_000),
            st.sampled_from([OLD, MAY]),
            st.sampled_from(["card", "cash", "bank_transfer"]),
            st.sampled_from([ADA, BRUNO, SHOP, ""]),
            st.integers(0, 100),
            st.booleans(),
        ),
        max_size=7,
    )
)
def test_whatever_was_given_the_sums_are_those_of_the_ledger(beneficiary, gifts):
    own = RegimePeriodFactory(regime="ets").beneficiary
    for cents, at, method, code, percent, later in gifts:
        back = cents * percent // 100
        gift(
            own,
            cents=cents,
            at=at,
            method=method,
            code=code,
            back=back,
            back_at=MAY if later and at == OLD else None,
        )
    for year in (2024, 2025, 2026):
        prepared = yearly_return.prepare(own, year)
        assert prepared.total == yearly_return.ledger_total(own, year)
        told = sum(line.cents for line in prepared.lines if not line.is_refund)
        assert told == prepared.told_total.cents
        assert all(line.cents > 0 for line in prepared.lines)


def test_the_file_holds_one_line_a_person_with_decimal_commas(beneficiary):
    gift(beneficiary, cents=123456, name="=cmd|' /C calc'!A0")
    text = yearly_return.as_csv(yearly_return.prepare(beneficiary, 2025)).decode("utf-8-sig")
    head, row = text.splitlines()
    assert head.split(";")[3] == "codice fiscale erogante"
    assert row.split(";")[:4] == ["01234567897", "2025", "erogazione", ADA]
    assert row.split(";")[-3:] == ["2025", "1", "1234,56"]
    assert ";'=cmd" in row


def test_the_questions_asked_do_not_grow_with_the_gifts(beneficiary, django_assert_num_queries):
    gift(beneficiary)
    with django_assert_num_queries(5):
        yearly_return.prepare(beneficiary, 2025)
    for _more in range(5):
        gift(beneficiary)
    with django_assert_num_queries(5):
        yearly_return.prepare(beneficiary, 2025)


def test_staff_look_at_it_and_take_it_with_their_password(beneficiary, login):
    gift(beneficiary)
    gift(beneficiary, code="")
    browser = login("consortium_admin")
    url = reverse("donations_yearly_return")
    page = browser.get(url, {"beneficiary": beneficiary.pk, "year": 2025}).content.decode()
    assert ADA in page
    assert "nessun codice fiscale" in page
    answer = browser.post(url, {"beneficiary": beneficiary.pk, "year": 2025})
    assert answer["Content-Type"].startswith("text/csv")
    session = browser.session
    session["password_given_at"] = 0
    session.save()
    again = browser.post(url, {"beneficiary": beneficiary.pk, "year": 2025})
    assert not again["Content-Type"].startswith("text/csv")
