"""The app's lines in the one schedule (cms.clock)."""

from __future__ import annotations

from datetime import timedelta

from cms import clock
from donations import gateway
from donations.services import (
    campaigns,
    defence,
    donor_access,
    pledges,
    receipt_delivery,
    reconcile,
    recurring_changes,
    refund_sending,
    stripe_events,
    sweep,
)


def register() -> None:
    """Called once, when the app is ready."""
    clock.register("work on waiting Stripe events", timedelta(seconds=30), _events)
    clock.register("make and send waiting receipts", timedelta(minutes=1), _receipts)
    clock.register("finish donations that were cut short", timedelta(minutes=5), _cut)
    clock.register("send refunds that were confirmed", timedelta(minutes=1), _refunds)
    clock.register("end payment pages that fail too often", timedelta(minutes=1), _pages)
    clock.register("send links to donors", timedelta(minutes=1), donor_access.send_links)
    clock.register("forget links and visits of donors", timedelta(hours=1), donor_access.forget)
    clock.register("forget who opened payment pages", timedelta(hours=1), defence.forget)
    clock.register("make changes of recurring donations", timedelta(minutes=1), _changes)
    clock.register("reconcile with Stripe", timedelta(minutes=10), _reconcile)
    clock.register("reconcile with Stripe in depth", timedelta(days=1), _reconcile_deeply)
    clock.register("close campaigns that have ended", timedelta(minutes=30), campaigns.close_ended)
    clock.register("end pledges whose time is over", timedelta(hours=6), pledges.expire_pledges)


def _events() -> str:
    seen = stripe_events.process_waiting()
    return f"{seen} events" if seen else ""


def _receipts() -> str:
    seen = receipt_delivery.deliver_waiting()
    return f"{seen} receipts" if seen else ""


def _cut() -> str:
    return sweep.finish_cut_checkouts() if gateway.is_on() else ""


def _reconcile() -> str:
    return _joined(reconcile.reconcile()) if gateway.is_on() else ""


def _reconcile_deeply() -> str:
    return _joined(reconcile.deep_round()) if gateway.is_on() else ""


def _joined(done: list[str]) -> str:
    return ", ".join(filter(None, done))


def _changes() -> str:
    return recurring_changes.work_on_waiting() if gateway.is_on() else ""


def _refunds() -> str:
    return refund_sending.send_waiting() if gateway.is_on() else ""


def _pages() -> str:
    return defence.end_pages() if gateway.is_on() else ""
