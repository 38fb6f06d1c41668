"""The test accounts for SEPA direct debit, with Stripe's own numbers and meanings."""

import re
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from .cards import InvalidNumber

QUICK, SLOW = 15, 5 * 86_400  # seconds that a bank takes
_SHAPE = re.compile(r"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$")


@dataclass(frozen=True)
class Iban:
    """An account, how its bank answers and how long that takes (seconds). after: as for a card."""

    number: str
    effect: Literal["succeed", "fail"]
    label: str
    takes: int = QUICK
    after: str = ""

    kind = "sepa_debit"

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def grouped(self) -> str:
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))


_IBANS = [
    Iban("IT40S0542811101000000123456", "succeed", _("Succeeds after a few seconds")),
    Iban("DE89370400440532013000", "succeed", _("Succeeds after a few seconds")),
    Iban("DE08370400440532013003", "succeed", _("Succeeds after five days"), SLOW),
    Iban("DE62370400440532013001", "fail", _("Fails after a few seconds")),
    Iban("DE78370400440532013004", "fail", _("Fails after five days"), SLOW),
    Iban("DE35370400440532013002", "succeed", _("Succeeds, then is disputed"), after="debit_disputed"),
]
IBANS = {iban.number: iban for iban in _IBANS}


def find_iban(typed: str) -> Iban:
    """The account typed by a person, spaces allowed.

    Raises InvalidNumber for what is no IBAN, and for one that could be somebody's: only test accounts work.
    """
    number = typed.replace(" ", "").upper()
    if number not in IBANS:
        raise InvalidNumber(typed)
    return IBANS[number]


def looks_like_iban(typed: str) -> bool:
    return bool(_SHAPE.match(typed.replace(" ", "").upper()))
