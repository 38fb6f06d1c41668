"""What happens to an edition as a whole."""

from django.db import transaction

from cms import audit
from members import emails
from members.models import CourseEdition


@transaction.atomic
def cancel_edition(*, edition: CourseEdition, by) -> CourseEdition:
    """Call an edition off and tell everybody who has a place. Cancelling again returns quietly."""
    edition.refresh_from_db(from_queryset=CourseEdition.objects.select_for_update(of=("self",)))
    if edition.is_cancelled:
        return edition
    edition.is_cancelled = True
    edition.save(update_fields=["is_cancelled", "updated_at"])
    audit.record("members.edition.cancelled", edition, user=by)
    for enrolment in edition.enrolments.confirmed():
        emails.tell_edition_cancelled(enrolment)
    return edition
