"""Who is called at night finds every state in docs/payments.md, with what to do."""

import re
from pathlib import Path

import pytest

from donations import models

PAGE = Path(__file__).parents[2] / "docs" / "payments.md"
STATES = {
    "Donation": models.State,
    "Recurring gift": models.RecurringState,
    "Change of one": models.ChangeState,
    "Refund": models.RefundState,
    "Dispute": models.DisputeState,
    "Stripe event": models.EventState,
    "Pledge": models.PledgeState,
    "Bank line": models.BankLineState,
    "Payout": models.PayoutState,
    "Matter to look at": models.ConcernState,
}


def told() -> dict[str, set[str]]:
    """What the table of the night says: thing -> states."""
    table = PAGE.read_text().split("## At two in the morning")[1].split("**Donors say")[0]
    found: dict[str, set[str]] = {}
    thing = ""
    for line in table.splitlines():
        if match := re.match(r"\| ([^|`]*)\| (`[^|]+)\|", line):
            thing = match[1].strip() or thing
            found.setdefault(thing, set()).update(re.findall(r"`(\w+)`", match[2]))
    return found


@pytest.mark.parametrize("thing", STATES)
def test_each_state_is_told_and_no_other(thing):
    assert told()[thing] == set(STATES[thing].values)
