"""What Stripe told us, for whoever has to find out what happened."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.listing import DateColumn, Only, RecordFilterSet, StateColumn
from cms.modeladmin import InspectPanel, RecordAction, RecordModelAdmin
from donations import tasks
from donations.models import EventState, StripeEvent
from donations.services import stripe_events

TONES = {
    EventState.WAITING: "busy",
    EventState.DONE: "good",
    EventState.IGNORED: "quiet",
    EventState.UNMATCHED: "bad",
    EventState.REFUSED: "bad",
    EventState.FAILED: "bad",
}
AGAIN = {EventState.UNMATCHED, EventState.FAILED, EventState.DONE}


def _replay(request, event: StripeEvent, cleaned: dict) -> str:
    stripe_events.replay(event, by=request.user)
    tasks.hint(tasks.process_stripe_event, event.pk)
    return gettext("The event is back in the queue.")


class StripeEventFilterSet(RecordFilterSet):
    stuck = Only(_("Needs a person"), lambda rows: rows.needing_a_person())

    class Meta:
        model = StripeEvent
        fields = ["state", "livemode"]


class StripeEventAdmin(RecordModelAdmin):
    model = StripeEvent
    help_text = _(
        "What the payment service told the site, each message once. One that failed is tried again "
        "by itself; you can also try it from its page."
    )
    read_only = True
    menu_icon = "download"
    menu_order = 900
    list_columns = (
        "type",
        StateColumn("state", label=_("State"), tones=TONES, sort_key="state"),
        DateColumn("created", label=_("Happened"), sort_key="created"),
        DateColumn("processed_at", label=_("Worked on"), sort_key="processed_at"),
        "attempts",
        "event_id",
    )
    search_fields = ("event_id", "type", "last_error")
    filterset_class = StripeEventFilterSet
    ordering = ("-id",)
    empty_text = _("Nothing has come from Stripe yet.")
    inspect_sections = (
        (_("Event"), ("event_id", "type", "state", "created", "received_at", "api_version", "livemode")),
        (_("Work"), ("attempts", "next_try_at", "processed_at", "last_error")),
    )
    inspect_panels = (
        InspectPanel(
            title=_("As it came"),
            template_name="donations/admin/_raw_event.html",
            context=lambda event, request: {"raw": event.raw[:20_000]},
            icon="code",
        ),
    )
    record_actions = (
        RecordAction(
            name="replay",
            label=_("Work on it again"),
            help_text=_("Safe at any time: what is already booked is not booked twice."),
            submit_label=_("Put it back in the queue"),
            icon="rotate",
            run=_replay,
            permission="donations.replay_stripeevent",
            is_offered=lambda event, user: event.state in AGAIN,
        ),
    )
