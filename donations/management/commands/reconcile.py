"""manage.py reconcile [--deep]: bring the site level with Stripe now, as the clock does from time to time."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from donations.gateway import PaymentServiceUnavailable
from donations.services.reconcile import reconcile


class Command(BaseCommand):
    help = "Fetch missed events and look up what is not finished. Safe at any time, and twice."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--days", type=int, help="how far back to look at least (events: 29 at most)")
        parser.add_argument("--deep", action="store_true", help="walk through all of Stripe's lists too")

    def handle(self, *args, **options) -> None:
        since = timezone.now() - timedelta(days=options["days"]) if options["days"] else None
        try:
            done = reconcile(deep=options["deep"], since=since)
        except PaymentServiceUnavailable as problem:
            raise CommandError(f"Stripe cannot be asked now: {problem}") from problem
        for line in filter(None, done):
            self.stdout.write(line)
