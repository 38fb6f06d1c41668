"""Donors who want to give, and insist: whoever is away is tried again after a moment."""

from __future__ import annotations

import re
import time

import requests

from cms.public_forms import guard_values
from tests.faults.household import Household

CARD, DECLINED, ACCOUNT = "4242424242424242", "4000000000000002", "IT40S0542811101000000123456"
PATIENCE = 600


def cents_of(number: int) -> int:
    """What the donor of a number gives: no two the same."""
    return 1000 + number


def give(home: Household, page: str, number: int) -> None:
    """From the public form to the payment; every fifth by a bank debit, some with a wrong card first."""
    deadline = time.monotonic() + PATIENCE
    with requests.Session() as browser:
        browser.headers.update(
            {"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": f"10.0.{number // 250}.{number % 250}"}
        )
        typed = {
            "amount": f"{cents_of(number) / 100:.2f}",
            "pays_with": "sepa_debit" if number % 5 == 4 else "card",
        }
        form = {"name": f"Donatore {number}", "email": f"donatore{number}@persone.example", **typed}
        address, sends = page, form
        while time.monotonic() < deadline:
            session, address = _payment_page(browser, home.site + address, sends | guard_values())
            if session and _pays(home, session, number):
                return
            if session or not address:
                address = page  # the page has ended, or nobody answered: from the beginning
            sends = form if address == page else typed
            time.sleep(0.3)
    raise AssertionError(f"donor {number} gave up")


def _payment_page(browser: requests.Session, address: str, sends: dict[str, str]) -> tuple[str, str]:
    """Send a form: the session to which it leads, or the address of ours to try again."""
    try:
        answer = browser.post(address, sends, allow_redirects=False, timeout=30)
    except requests.RequestException:
        return "", ""
    place = answer.headers.get("Location", "") if answer.status_code == 303 else ""
    found = re.search(r"cs_test_\w+", place)
    return (found[0], "") if found else ("", place if place.startswith("/") else "")


def _pays(home: Household, session: str, number: int) -> bool:
    """Whether it was paid. An answer that was lost is asked for again: a page is paid but once."""
    cards = [ACCOUNT] if number % 5 == 4 else [DECLINED, CARD] if number % 5 == 2 else [CARD]
    while cards:
        try:
            result = home.sandbox.pay(session, cards[0])["result"]
        except (OSError, ValueError):
            time.sleep(0.3)
            continue
        if result != "declined":
            return result in ("paid", "processing") or _was_paid(home, session)
        cards.pop(0)
    return False


def _was_paid(home: Household, session: str) -> bool:
    while True:
        try:
            answer = requests.get(
                f"{home.stripe}/v1/checkout/sessions/{session}",
                auth=("sk_test_sandbox_tests", ""),
                timeout=10,
            )
            return answer.json()["status"] == "complete"
        except (requests.RequestException, ValueError, KeyError):
            time.sleep(0.3)
