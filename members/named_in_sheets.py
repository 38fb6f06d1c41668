"""Other records that the cells of a sheet name: how each is written, and by what it is found again."""

from __future__ import annotations

import re

from cms.spreadsheets.fields import Reference
from donations.models import Beneficiary
from members.models import Competence, Contact, Course, CourseEdition, Organisation, ServiceFormat
from members.models.organisation import email_key, name_key

CLIENT = Reference(Organisation, key=lambda text: name_key(text)[:160], by="name_key")


def _address(text: str) -> str:
    """The address in "Ada Bianchi <ada@rete.example>", or the text itself, as addresses are compared."""
    found = re.search(r"<([^<>]+)>\s*$", text)
    return email_key(found[1] if found else text)


CONTACT = Reference(
    Contact,
    key=_address,
    by="email",
    text=lambda contact: f"{contact.full_name} <{contact.email}>" if contact.full_name else contact.email,
    reads=("email",),
)
COMPETENCES = Reference(Competence, text=lambda competence: competence.name_it)
FORMAT = Reference(ServiceFormat, text=lambda service_format: service_format.name_it)
BENEFICIARY = Reference(Beneficiary)
COURSE = Reference(Course, text=lambda course: course.title_it)
EDITION = Reference(
    CourseEdition,
    text=lambda edition: f"{edition.course.title_it} · {edition.name_it}",
    related=("course",),
)
