"""Very many rows of one kind, quickly: copies of one real row, each with its own names and days."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import models

AT_ONCE = 2000
TOWNS = ("Mantova", "Ostiglia", "Suzzara", "Viadana", "Castiglione", "Asola", "Goito", "Perché")


def multiply(row: models.Model, count: int, start: int = 1) -> None:
    """Add copies of a row, without its signals. `start` continues where an earlier call ended."""
    model = type(row)
    copies: list[models.Model] = []
    for n in range(start, start + count):
        copies.append(_copy(row, n))
        if len(copies) == AT_ONCE or n == start + count - 1:
            model._base_manager.bulk_create(copies)
            copies = []


def _copy(row: models.Model, n: int) -> models.Model:
    values = {
        field.attname: _varied(field, getattr(row, field.attname), n)
        for field in row._meta.concrete_fields
        if not field.primary_key and not getattr(field, "generated", False)
    }
    return type(row)(**values)


def _varied(field: Any, value: Any, n: int) -> Any:
    if value in (None, "", [], {}) or field.choices or field.is_relation:
        return value
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, models.DateTimeField):
        return value - timedelta(minutes=n)
    if isinstance(field, models.DateField):
        return value - timedelta(days=n % 1000)
    if isinstance(field, models.EmailField):
        return f"persona{n}@example.org"
    if isinstance(field, models.CharField) and field.name not in ("currency", "language", "timezone"):
        if _is_unique(field):
            return f"{str(value)[: max(1, field.max_length - 8)]}-{n}"[-field.max_length :]
        return f"{value} {TOWNS[n % len(TOWNS)]} {n}"[: field.max_length]
    if isinstance(field, models.IntegerField) and _is_unique(field):
        return n + 10_000
    return value


def _is_unique(field: Any) -> bool:
    meta = field.model._meta
    together = [name for c in meta.constraints if isinstance(c, models.UniqueConstraint) for name in c.fields]
    return field.unique or field.name in together or isinstance(field, models.SlugField)


def kinds() -> Iterator[tuple[str, Any]]:
    """Each list and the factory of its row."""
    from tests.factories import cms, donations, members

    yield "members.lead", members.LeadFactory
    yield "members.organisation", members.OrganisationFactory
    yield "members.contact", members.ContactFactory
    yield "members.cooperative", members.CooperativeFactory
    yield "members.serviceformat", members.ServiceFormatFactory
    yield "members.competence", members.CompetenceFactory
    yield "members.course", members.CourseFactory
    yield "members.courseedition", members.CourseEditionFactory
    yield "members.enrolment", members.EnrolmentFactory
    yield "donations.campaign", donations.CampaignFactory
    yield "donations.donor", donations.DonorFactory
    yield "donations.donation", donations.DonationFactory
    yield "cms.outboxmessage", cms.OutboxMessageFactory
    yield "cms.consentrecord", cms.ConsentRecordFactory
