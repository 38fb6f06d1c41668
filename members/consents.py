"""What people agree to when they write or enrol, named for the platform."""

from cms.consent import Purpose, purposes
from members.models import ConsentPurpose

PURPOSES = {str(value): Purpose(label) for value, label in ConsentPurpose.choices}


def register() -> None:
    for slug, purpose in PURPOSES.items():
        purposes.register(slug, purpose)
