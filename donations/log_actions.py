"""What the log calls the things that staff do to campaigns and events."""

from django.utils.translation import gettext_lazy as _

from cms import audit

ACTIONS = {
    "donations.campaign.launched": (_("Launch a campaign"), _("Campaign launched")),
    "donations.campaign.closed": (_("Close a campaign"), _("Campaign closed")),
    "donations.campaign.cancelled": (_("Cancel a campaign"), _("Campaign cancelled")),
    "donations.event.replayed": (_("Work on a Stripe event again"), _("Event put back in the queue")),
    "donations.refund.requested": (_("Ask for a refund"), _("Refund asked for")),
    "donations.refund.confirmed": (_("Confirm a refund"), _("Refund confirmed")),
    "donations.refund.refused": (_("Refuse a refund"), _("Refund refused")),
    "donations.refund.given": (_("Give money back by hand"), _("Money given back by hand")),
    "donations.refund.came_back": (
        _("Book back what was given back by hand"),
        _("Money given back by hand came back"),
    ),
    "donations.refund.called_off": (_("Call a refund off"), _("Refund called off")),
    "donations.block.lifted": (_("Lift a block of giving"), _("Block of giving lifted")),
    "donations.receipt.replaced": (_("Void a receipt and issue another"), _("Receipt voided and replaced")),
    "donations.recurring.changed": (_("Change a recurring donation"), _("Recurring donation changed")),
    "donations.concern.settled": (_("Settle a matter to look at"), _("Matter settled")),
    "donations.gift.recorded": (_("Record a gift by hand"), _("Gift recorded by hand")),
    "donations.pledge.made": (_("Write a pledge"), _("Pledge written")),
    "donations.pledge.reminded": (_("Send a pledge's data again"), _("Data of the transfer sent again")),
    "donations.pledge.cancelled": (_("Cancel a pledge"), _("Pledge cancelled")),
    "donations.bankline.matched": (_("Match a bank line"), _("Bank line made a donation")),
    "donations.bankline.ignored": (_("Set a bank line aside"), _("Bank line set aside")),
    "donations.bankline.reopened": (_("Undo a bank line"), _("Bank line put back")),
    "donations.wall.approved": (_("Approve a name for the wall"), _("Name approved for the wall")),
    "donations.wall.removed": (_("Take a name off the wall"), _("Name taken off the wall")),
    "donations.yearly_file.taken": (_("Take the yearly file"), _("Yearly file for the tax office taken")),
    "donations.summary.opened": (_("Open the summary of a donor’s year"), _("Summary of a year opened")),
    "donations.receipt.opened": (_("Open a receipt's PDF"), _("PDF opened")),
}


def register() -> None:
    for action, (label, message) in ACTIONS.items():
        audit.register(action, label, message)
