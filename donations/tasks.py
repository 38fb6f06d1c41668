"""Hints to the worker. The rows are the work: whatever a hint loses, the sweeper finds."""

from __future__ import annotations

import logging
from typing import Any

from django_tasks import task

logger = logging.getLogger(__name__)


def hint(to_do: Any, pk: int) -> None:
    """Ask the worker to look at a row soon. A queue that is away never fails the caller."""
    try:
        to_do.enqueue(pk)
    except Exception:
        logger.exception("The hint for %s %s was lost; the sweeper will find the row", to_do.name, pk)


@task()
def process_stripe_event(event_pk: int) -> None:
    from donations.services import stripe_events

    stripe_events.process_one(event_pk)


@task()
def deliver_receipt(receipt_pk: int) -> None:
    from donations.services import receipt_delivery

    receipt_delivery.deliver_one(receipt_pk)


@task()
def refresh_donation(donation_pk: int) -> None:
    from donations.services import sweep

    sweep.refresh(donation_pk)


@task()
def end_payment_pages(page_pk: int) -> None:
    """After this page's failure: it must end, and perhaps all others of whoever opened it."""
    from donations.services import defence

    defence.end_pages()


@task()
def change_recurring(recurring_pk: int) -> None:
    from donations.services import recurring_changes

    recurring_changes.work_on(recurring_pk)


@task()
def refresh_recurring(recurring_pk: int) -> None:
    from donations.services import sweep

    sweep.refresh_recurring(recurring_pk)


@task()
def send_donor_links(link_pk: int) -> None:
    from donations.services import donor_access

    donor_access.send_links()


@task()
def send_refund(refund_pk: int) -> None:
    from donations.services import refund_sending

    refund_sending.send_one(refund_pk)
