"""Requests in every stage: asked as visitors ask, then moved as staff move them."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from members.models import Exchange, Lead, LeadStage, LostReason, ServiceFormat, StageKind, User
from members.services import leads
from members.services.exchanges import write_down
from pages.demo.people import Person, people
from pages.demo.reading import read

CONSENT = "Ho letto come vengono usati i miei dati e chiedo di essere ricontattato."


def make_requests(today: date, random: Random, owner: User) -> None:
    """Open a request for each of those told and move them so that every stage has some."""
    stages = list(LeadStage.objects.order_by("order", "pk"))
    formats = list(ServiceFormat.objects.offered())
    reason = LostReason.objects.first()
    told = read("requests")
    askers = people(random, len(told["request"]))
    for number, (row, person) in enumerate(zip(told["request"], askers, strict=True)):
        lead = _ask(person, row, random.choice(formats) if random.random() < 0.7 else None)
        stage = stages[number % len(stages)]
        if number % 5:
            leads.assign_lead(lead=lead, to=owner, by=owner)
        if number % len(stages):
            leads.move_lead(
                lead=lead, to=stage, by=owner, lost_reason=reason if stage.kind == StageKind.LOST else None
            )
        if stage.kind == StageKind.OPEN and number % 3:
            leads.set_next_action(
                lead=lead,
                action=random.choice(told["next_actions"]),
                on=today + timedelta(days=random.randint(-4, 12)),
                by=owner,
            )
        if number % 4 == 1:
            leads.add_note(lead=lead, text="Sentita al telefono: ne parlano in riunione lunedì.", by=owner)
        if number % 4 == 2:
            write_down(
                kind=Exchange.Kind.CALL,
                text="Chiede un preventivo per due classi e se si può fare in maggio.",
                by=owner,
                lead=lead,
            )


def _ask(person: Person, row: dict[str, str], wanted: ServiceFormat | None) -> Lead:
    return leads.open_lead(
        name=person.name,
        email=person.email,
        phone=person.phone,
        message=row["message"],
        organisation_name=row["organisation"],
        organisation_kind=row["kind"],
        service_format=wanted,
        source=Lead.Source.WEBSITE,
        language=person.language,
        consent_text=CONSENT,
    )
