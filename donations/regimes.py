"""What the law lets a receipt say, by the fiscal regime of who receives and the way the money came.

The figures and limits here are those of the law, with their source; the sentences that donors read are
records which staff edit (donations.models.wording). An accountant confirms both before a beneficiary
gets any regime but "no claim", which is what a body without a regime has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FiscalRegime(models.TextChoices):
    """What the law takes a beneficiary for."""

    NO_CLAIM = "no_claim", _("No tax claim (ordinary cooperative, company, body in no register)")
    ETS = "ets", _("Third sector body or social cooperative")
    ODV = "odv", _("Voluntary organisation")
    ONLUS = "onlus", _("ONLUS, until the end of 2025")
    CULTURE = "culture", _("Recognised cultural foundation or association")


class Way(models.TextChoices):
    """How money came, as the tax law looks at it."""

    TRACEABLE = "traceable", _("Bank, card or another traceable way")
    CASH = "cash", pgettext_lazy("way of payment", "Cash")


class Counterpart(models.TextChoices):
    """What the giver gets for it, as the tax law looks at it."""

    NONE = "none", _("Nothing")
    TOKEN = "token", _("A reward of small value")
    VALUE = "value", _("A reward that has a value")


@dataclass(frozen=True)
class Rules:
    """What the law gives for a gift to a beneficiary of one regime.

    credit_percent: of the gift, taken off the income tax of a person. credit_limit_cents: the most in a year
    on which that counts, or None. deduction_percent: of the income, up to which the gift may be taken off it
    instead, or None. is_reported: whether the body sends its gifts to the tax office. last_day: of the regime
    itself, where the law ended it. law: the source, as it may be quoted.
    """

    credit_percent: int | None = None
    credit_limit_cents: int | None = None
    deduction_percent: int | None = None
    is_reported: bool = False
    last_day: date | None = None
    law: str = ""

    @property
    def gives_relief(self) -> bool:
        return self.credit_percent is not None


# Art. 83 of the Third Sector Code. Its relief is for bodies in the register (RUNTS), social cooperatives
# included, and not for social enterprises that are companies (art. 82 c. 1); the two kinds of relief exclude
# each other.
RULES = {
    FiscalRegime.NO_CLAIM: Rules(),
    FiscalRegime.ETS: Rules(
        credit_percent=30,
        credit_limit_cents=3_000_000,
        deduction_percent=10,
        is_reported=True,
        law="art. 83, commi 1 e 2, D.Lgs. 3 luglio 2017, n. 117",
    ),
    FiscalRegime.ODV: Rules(
        credit_percent=35,
        credit_limit_cents=3_000_000,
        deduction_percent=10,
        is_reported=True,
        law="art. 83, commi 1 e 2, D.Lgs. 3 luglio 2017, n. 117",
    ),
    # The same relief for the time of transition (art. 104 c. 1), which ended with the register of the ONLUS
    # (art. 101 c. 2; D.L. 17 June 2025, n. 84).
    FiscalRegime.ONLUS: Rules(
        credit_percent=30,
        credit_limit_cents=3_000_000,
        deduction_percent=10,
        is_reported=True,
        last_day=date(2025, 12, 31),
        law="artt. 83 e 104, comma 1, D.Lgs. 3 luglio 2017, n. 117",
    ),
    # Gifts of money for study, research and documentation of cultural value, and for shows and restorations.
    FiscalRegime.CULTURE: Rules(
        credit_percent=19,
        is_reported=True,
        law="art. 15, comma 1, lett. h) e i), D.P.R. 22 dicembre 1986, n. 917",
    ),
}

# By a bank, the post or the means of art. 23 D.Lgs. 241/1997, and any other that leaves a trace (art. 83 c. 1
# D.Lgs. 117/2017; art. 1 c. 679 L. 160/2019). A way that nobody has put here makes no claim.
TRACEABLE = frozenset(
    {
        "acss_debit", "amazon_pay", "bancontact", "bank_transfer", "bizum", "blik", "card", "card_present",
        "cashapp", "cheque", "customer_balance", "eps", "ideal", "link", "mb_way", "mobilepay", "multibanco",
        "p24", "pay_by_bank", "paypal", "revolut_pay", "satispay", "sepa_debit", "sofort", "swish", "twint",
    }
)  # fmt: skip

# Who hands over this much in cash or more breaks the law, whoever receives: art. 49 c. 1 D.Lgs. 231/2007, as
# changed by art. 1 c. 384 L. 197/2022 (5 000 €) and, before, by art. 18 D.L. 124/2019 and art. 3 c.
# 6-septies D.L. 228/2021 (2 000 €), art. 1 c. 898 L. 208/2015 (3 000 €). From that day on: cents.
CASH_LIMITS = ((date(2023, 1, 1), 500_000), (date(2020, 7, 1), 200_000), (date(2016, 1, 1), 300_000))
CASH_LAW = "art. 49, comma 1, D.Lgs. 21 novembre 2007, n. 231"


def rules_of(regime: str) -> Rules:
    """The rules of a regime; those of no claim for one that is not known."""
    return RULES.get(regime, RULES[FiscalRegime.NO_CLAIM])  # type: ignore[call-overload]


def way_of(method: str) -> Way:
    """How the tax law looks at a way of payment, such as "card" or "cash". An unknown one counts as cash."""
    return Way.TRACEABLE if method in TRACEABLE else Way.CASH


def counterpart_of(*, reward_cents: int, is_token: bool) -> Counterpart:
    """What a reward is to the tax law. reward_cents: its fair value, 0 for none."""
    if not reward_cents:
        return Counterpart.NONE
    return Counterpart.TOKEN if is_token else Counterpart.VALUE


def gives_relief(*, regime: str, way: str, counterpart: str) -> bool:
    """Whether a gift lets the giver pay less tax: an eligible body, a trace, and nothing of value in return.

    Rewards of small value do no harm (art. 7 c. 2 D.Lgs. 117/2017).
    """
    return rules_of(regime).gives_relief and way == Way.TRACEABLE and counterpart != Counterpart.VALUE


def cash_limit_cents(day: date) -> int:
    """The sum from which a gift in cash is forbidden on a day."""
    return next((cents for since, cents in CASH_LIMITS if day >= since), CASH_LIMITS[-1][1])
