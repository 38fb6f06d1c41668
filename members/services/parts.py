"""A cooperative's yes to its part in a format."""

from django.db import transaction

from cms import audit
from members.models import FormatPart

# The states and their moves; `approve_part` is the only door.
ALLOWED = {
    FormatPart.State.PROPOSED: {FormatPart.State.APPROVED},
    FormatPart.State.APPROVED: set(),
}


@transaction.atomic
def approve_part(*, part: FormatPart, by) -> FormatPart:
    """Write that the cooperative agrees. Approving again returns quietly."""
    part.refresh_from_db(from_queryset=FormatPart.objects.select_for_update(of=("self",)))
    if FormatPart.State.APPROVED in ALLOWED[FormatPart.State(part.state)]:
        part.state = FormatPart.State.APPROVED
        part.save(update_fields=["state", "updated_at"])
        audit.record("members.part.approved", part, user=by)
    return part
