"""What the log calls the things that happen to people's work."""

from django.utils.translation import gettext_lazy as _

from cms import audit

ACTIONS = {
    "members.lead.opened": (_("Open a request"), _("Request opened")),
    "members.lead.moved": (_("Move a request"), _("Request moved to another stage")),
    "members.lead.assigned": (_("Give a request to somebody"), _("Request given to a colleague")),
    "members.lead.planned": (_("Plan a request's next action"), _("Next action planned")),
    "members.lead.noted": (_("Note on a request"), _("Note added")),
    "members.exchange.written": (_("Write down a call or a meeting"), _("Call or meeting written down")),
    "members.part.approved": (_("Approve a part in a format"), _("Part approved")),
    "members.edition.cancelled": (_("Cancel an edition"), _("Edition cancelled")),
    "members.enrolment.confirmed": (_("Enrol somebody"), _("Enrolled")),
    "members.enrolment.cancelled": (_("Cancel an enrolment"), _("Enrolment cancelled")),
}


def register() -> None:
    for action, (label, message) in ACTIONS.items():
        audit.register(action, label, message)
