"""manage.py replay_events: put stored events back in the queue."""

from django.core.management.base import BaseCommand, CommandError

from donations.models import EventState, StripeEvent
from donations.services import stripe_events


class Command(BaseCommand):
    help = "Work once more on stored Stripe events: by id, or all that need a person (--listed)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("event_ids", nargs="*", metavar="evt_...")
        parser.add_argument("--listed", action="store_true", help="all that failed or found no donation")

    def handle(self, *args, **options) -> None:
        if options["listed"]:
            events = StripeEvent.objects.filter(state__in=[EventState.UNMATCHED, EventState.FAILED])
        else:
            events = StripeEvent.objects.filter(event_id__in=options["event_ids"])
            unknown = set(options["event_ids"]) - set(events.values_list("event_id", flat=True))
            if unknown or not options["event_ids"]:
                raise CommandError(
                    f"Name stored events. Unknown: {', '.join(sorted(unknown)) or 'none given'}"
                )
        events = StripeEvent.objects.filter(pk__in=list(events.values_list("pk", flat=True)))
        for event in events.exclude(state=EventState.REFUSED):
            stripe_events.replay(event)
        self.stdout.write(f"{stripe_events.process_waiting()} events worked on")
        for event in events.order_by("id"):
            self.stdout.write(
                f"{event.event_id} {event.type}: {event.get_state_display()} {event.last_error}"
            )
