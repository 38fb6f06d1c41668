"""manage.py reconcile: bring the site level with Stripe now, as the clock does from time to time."""

from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from donations.gateway import PaymentServiceUnavailable
from donations.services import sweep


class Command(BaseCommand):
    help = "Fetch missed events, look up unfinished donations and missing fees. Safe at any time, and twice."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--days", type=int, help="how far back to look for missed events (29 at most)")

    def handle(self, *args, **options) -> None:
        since = timezone.now() - timedelta(days=options["days"]) if options["days"] else None
        try:
            done = sweep.reconcile(since=since)
        except PaymentServiceUnavailable as problem:
            raise CommandError(f"Stripe cannot be asked now: {problem}") from problem
        for line in filter(None, done):
            self.stdout.write(line)
