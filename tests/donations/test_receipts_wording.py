"""What receipts say about tax: by the regime on the day, the way of payment and the reward."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from cms.money import Money
from donations import regimes
from donations.models import Receipt, ReceiptWording, RegimePeriod
from donations.regimes import Counterpart, FiscalRegime
from donations.services import receipts
from tests.factories.donations import BeneficiaryFactory, DonationFactory, RegimePeriodFactory

pytestmark = pytest.mark.django_db
ROME = ZoneInfo("Europe/Rome")

# regime, method, reward's value, is it small -> what must stand in the text, and whether the gift is
# eligible.
NOTHING, CASH, REWARD = (
    "Non dà diritto",
    "in contanti non danno diritto",
    "comprende una ricompensa del valore di",
)
T30, T35, T19, TOKEN = "IRPEF del 30%", "IRPEF del 35%", "IRPEF del 19%", "modico valore"
CASES = [
    ("no_claim", "card", 0, False, NOTHING, False),
    ("no_claim", "card", 300, True, NOTHING, False),
    ("no_claim", "card", 1200, False, REWARD, False),
    ("no_claim", "cash", 0, False, CASH, False),
    ("no_claim", "cash", 300, True, CASH, False),
    ("no_claim", "cash", 1200, False, CASH, False),
    *[
        case
        for regime, claim in (("ets", T30), ("odv", T35), ("onlus", T30), ("culture", T19))
        for case in (
            (regime, "card", 0, False, claim, True),
            (regime, "sepa_debit", 0, False, claim, True),
            (regime, "bank_transfer", 0, False, claim, True),
            (regime, "cheque", 0, False, claim, True),
            (regime, "card", 300, True, TOKEN, True),
            (regime, "bank_transfer", 300, True, claim, True),
            (regime, "card", 1200, False, REWARD, False),
            (regime, "bank_transfer", 1200, False, REWARD, False),
            (regime, "cash", 0, False, CASH, False),
            (regime, "cash", 300, True, CASH, False),
            (regime, "cash", 1200, False, CASH, False),
            (regime, "a way that nobody knows", 0, False, CASH, False),
        )
    ],
]


def words(
    regime: str, method: str, reward: int = 0, small: bool = False, *, language="it", day=date(2025, 6, 1)
):
    period = RegimePeriodFactory(regime=regime, starts_on=date(2020, 1, 1), ends_on=date(2025, 12, 31))
    return receipts.tax_words(
        beneficiary=period.beneficiary,
        method=method,
        paid_on=day,
        amount=Money(5000),
        language=language,
        reward_cents=reward,
        is_token=small,
    )


@pytest.mark.parametrize(("regime", "method", "reward", "small", "said", "eligible"), CASES)
def test_each_case_has_its_words(regime, method, reward, small, said, eligible):
    facts = words(regime, method, reward, small)
    text = " ".join(facts["tax_text"])
    assert said in text
    assert "{" not in text
    assert facts["eligible_cents"] == (5000 if eligible else 0)
    promised = any(claim in text for claim in (T30, T35, T19))
    assert promised is eligible
    if not eligible:
        assert "dà diritto, a scelta" not in text


@pytest.mark.parametrize(("regime", "method", "reward", "small", "said", "eligible"), CASES)
def test_each_case_has_its_words_in_english(regime, method, reward, small, said, eligible):
    text = " ".join(words(regime, method, reward, small, language="en")["tax_text"])
    assert ("entitles" in text) is eligible
    assert "{" not in text
    assert " dà " not in text


def test_every_combination_is_in_the_table():
    told = {
        (regime, regimes.way_of(method), regimes.counterpart_of(reward_cents=reward, is_token=small))
        for regime, method, reward, small, _said, _eligible in CASES
    }
    assert told == {(r, w, c) for r in FiscalRegime for w in regimes.Way for c in Counterpart}


def test_the_regime_is_that_of_the_day_of_the_payment_in_italy():
    old = RegimePeriodFactory(regime="onlus", starts_on=date(2020, 1, 1), ends_on=date(2025, 12, 31))
    RegimePeriodFactory(
        beneficiary=old.beneficiary, regime="ets", starts_on=date(2026, 1, 1), register_number="99"
    )
    # Half past eleven at night in London is the next year in Rome.
    for at, regime, number in (
        (datetime(2025, 12, 31, 22, 59, tzinfo=ZoneInfo("UTC")), "onlus", ""),
        (datetime(2025, 12, 31, 23, 0, tzinfo=ZoneInfo("UTC")), "ets", "99"),
    ):
        DonationFactory(general=True, beneficiary=old.beneficiary, paid=at)
        facts = Receipt.objects.latest("pk").facts
        assert (facts["fiscal_regime"], facts["register_number"]) == (regime, number)
        assert facts["year"] == at.astimezone(ROME).year


def test_a_beneficiary_without_a_regime_claims_nothing():
    facts = receipts.tax_words(
        beneficiary=BeneficiaryFactory(),
        method="card",
        paid_on=date(2026, 1, 1),
        amount=Money(5000),
        language="it",
    )
    assert (facts["fiscal_regime"], facts["eligible_cents"]) == ("no_claim", 0)
    assert NOTHING in facts["tax_text"][0]


def test_without_any_text_nothing_is_claimed():
    ReceiptWording.objects.all().delete()
    facts = words("ets", "card")
    assert (facts["tax_text"], facts["eligible_cents"]) == (None, 0)


def test_a_text_for_any_regime_makes_no_gift_eligible():
    ReceiptWording.objects.exclude(regime="").delete()
    assert words("ets", "card")["eligible_cents"] == 0


def test_a_later_text_holds_from_its_day_on():
    ReceiptWording.objects.create(
        regime="ets",
        way="traceable",
        counterpart="none",
        starts_on=date(2025, 6, 2),
        text_it="Dal due giugno.",
    )
    assert words("ets", "card", day=date(2025, 6, 2))["tax_text"] == ["Dal due giugno."]
    assert T30 in words("ets", "card")["tax_text"][0]


def test_a_receipt_keeps_its_words_when_the_text_changes():
    period = RegimePeriodFactory(regime="ets", starts_on=date(2020, 1, 1))
    DonationFactory(general=True, beneficiary=period.beneficiary, paid=True)
    before = Receipt.objects.get().facts["tax_text"]
    ReceiptWording.objects.update(text_it="Altro.")
    period.delete()
    assert Receipt.objects.get().facts["tax_text"] == before
    assert T30 in before[0]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Grazie {donor}", "{donor}"),
        ("Grazie {amount.cents}", "{amount.cents}"),
        ("Grazie {amount!r}", "{amount!r}"),
        ("Grazie {amount:>20}", "{amount:>20}"),
        ("Grazie {}", "{}"),
        ("Grazie {0}", "{0}"),
        ("Grazie {amount", "{ o }"),
        ("Grazie }", "{ o }"),
    ],
)
def test_a_text_with_a_placeholder_that_nothing_fills_is_refused(text, complaint):
    wording = ReceiptWording(regime="ets", starts_on=date(2030, 1, 1), text_it=text)
    with pytest.raises(ValidationError) as refusal:
        wording.full_clean()
    assert complaint in str(refusal.value.message_dict["text_it"])


def test_every_text_of_a_fresh_site_can_be_previewed():
    for wording in ReceiptWording.objects.all():
        wording.full_clean()
        assert all("{" not in piece for language in ("it", "en") for piece in wording.preview(language))


@pytest.mark.parametrize(
    ("starts", "ends", "clashes"),
    [
        (date(2024, 1, 1), date(2024, 12, 31), False),
        (date(2026, 1, 1), None, False),
        (date(2025, 12, 31), None, True),
        (date(2024, 1, 1), date(2025, 1, 1), True),
        (date(2020, 1, 1), None, True),
        (date(2025, 3, 1), date(2025, 4, 1), True),
    ],
)
def test_regimes_of_a_beneficiary_share_no_day(starts, ends, clashes):
    there = RegimePeriodFactory(regime="ets", starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    RegimePeriodFactory(regime="ets", starts_on=date(2025, 1, 1))  # somebody else's
    new = RegimePeriod(beneficiary=there.beneficiary, regime="odv", starts_on=starts, ends_on=ends)
    if not clashes:
        new.full_clean()
        new.save()
        return
    with pytest.raises(ValidationError, match="si sovrappongono"):
        new.full_clean()
    with pytest.raises(ValidationError):
        new.save()


@pytest.mark.postgresql
def test_the_database_refuses_regimes_that_share_a_day():
    there = RegimePeriodFactory(regime="ets", starts_on=date(2025, 1, 1))
    values = [there.beneficiary_id, "odv", date(2026, 1, 1)]
    with pytest.raises(IntegrityError, match="regimes_do_not_overlap"), transaction.atomic():
        connection.cursor().execute(
            "INSERT INTO donations_regimeperiod (beneficiary_id, regime, starts_on, register_number, note, "
            "created_at, updated_at) VALUES (%s, %s, %s, '', '', now(), now())",
            values,
        )


def test_a_regime_that_the_law_ended_needs_its_end():
    period = RegimePeriod(beneficiary=BeneficiaryFactory(), regime="onlus", starts_on=date(2020, 1, 1))
    with pytest.raises(ValidationError, match="31/12/2025"):
        period.full_clean()
    period.ends_on = date(2025, 12, 31)
    period.full_clean()


@pytest.mark.parametrize(
    ("day", "cents"),
    [
        (date(2026, 1, 1), 500_000),
        (date(2023, 1, 1), 500_000),
        (date(2022, 12, 31), 200_000),
        (date(2019, 1, 1), 300_000),
    ],
)
def test_the_limit_of_cash_is_that_of_the_day(day, cents):
    assert regimes.cash_limit_cents(day) == cents
