"""Find again the people and organisations that wrote before; make them when they are new."""

from django.db import IntegrityError, transaction

from members.models import Contact, Organisation
from members.models.organisation import email_key, name_key
from members.typed import tidy_line


def find_or_make_organisation(*, name: str, kind: str = "") -> Organisation | None:
    """The organisation of that name, whatever its case, accents and punctuation; None without a name.

    kind: "public", "private" or "" when it was not said; it fills an empty one and overwrites none.
    """
    name = tidy_line(name, 160)
    if not name:
        return None
    key = name_key(name)[:160]
    found = Organisation.objects.filter(name_key=key).order_by("pk").first() if key else None
    if found is None:
        return Organisation.objects.create(name=name, kind=kind)
    if kind and not found.kind:
        found.kind = kind
        found.save(update_fields=["kind", "updated_at"])
    return found


def find_or_make_contact(
    *, name: str, email: str, phone: str = "", organisation: Organisation | None = None
) -> Contact:
    """The contact with that e-mail address. What it lacks is filled; what staff wrote is not overwritten."""
    email = email_key(tidy_line(email, 254))
    first_name, _space, last_name = tidy_line(name, 160).partition(" ")
    new = {
        "first_name": first_name[:80],
        "last_name": last_name[:80],
        "phone": tidy_line(phone, 40),
        "organisation": organisation,
    }
    contact = Contact.objects.filter(email=email).first()
    if contact is None:
        try:
            with transaction.atomic():
                return Contact.objects.create(email=email, **new)
        except IntegrityError:  # somebody with this address wrote at the same moment
            contact = Contact.objects.get(email=email)
    if contact.full_name:  # names go together: half of one person's and half of another's is nobody's
        new["first_name"] = new["last_name"] = ""
    missing = {field: value for field, value in new.items() if value and not getattr(contact, field)}
    if missing:
        for field, value in missing.items():
            setattr(contact, field, value)
        contact.save(update_fields=[*missing, "updated_at"])
    return contact
