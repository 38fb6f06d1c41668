"""Competences, audiences, cooperatives with their beneficiaries, and the formats that they weave."""

from __future__ import annotations

from datetime import date

from donations.models import Beneficiary
from members.models import Audience, Competence, Cooperative, FormatPart, ServiceFormat
from pages.demo.reading import pair, read


def make_network(today: date) -> dict[str, Cooperative]:
    """Write the eight cooperatives and what they know. Returns them by their short names."""
    told = read("network")
    for row in told["audience"]:
        Audience.objects.create(slug=row["slug"], **pair(row, "name"))
    competences = {
        row["slug"]: Competence.objects.create(
            slug=row["slug"], hue=row["hue"], rhythm=row["rhythm"], **pair(row, "name", "description")
        )
        for row in told["competence"]
    }
    cooperatives = {}
    for number, row in enumerate(told["cooperative"], start=1):
        cooperative = Cooperative.objects.create(
            slug=row["slug"],
            name=row["name"],
            town=row["town"],
            province="MN",
            email=f"{row['slug']}@cooperative.example",
            phone=f"0376 555 0{number:02d}",
            website=f"https://{row['slug']}.example",
            joined_on=date(today.year - 3 - number % 5, 1 + number, 15),
            beneficiary=_beneficiary(row, number),
        )
        cooperative.competences.set([competences[slug] for slug in row["competences"]])
        cooperatives[row["slug"]] = cooperative
    _make_formats(cooperatives, competences)
    return cooperatives


def _beneficiary(row: dict, number: int) -> Beneficiary:
    return Beneficiary.objects.create(
        name=row["name"],
        legal_name=f"{row['name']} società cooperativa sociale",
        tax_code=f"0000000{number:04d}",
        address=f"Via dell'Esempio {number}\n46100 {row['town']} (MN)",
        email=f"sostieni@{row['slug']}.example",
    )


def _make_formats(cooperatives: dict[str, Cooperative], competences: dict[str, Competence]) -> None:
    audiences = {audience.slug: audience for audience in Audience.objects.all()}
    for row in read("formats")["format"]:
        service_format = ServiceFormat.objects.create(
            slug=row["slug"],
            price_from_cents=row["price_from"],
            price_to_cents=row["price_to"],
            **pair(row, "name", "summary", "duration"),
        )
        service_format.audiences.set([audiences[slug] for slug in row["audiences"]])
        service_format.competences.set([competences[slug] for slug in row["competences"]])
        for order, part in enumerate(row["part"]):
            cooperative = cooperatives[part["cooperative"]]
            made = FormatPart.objects.create(
                service_format=service_format,
                cooperative=cooperative,
                state=FormatPart.State.APPROVED,
                order=order,
                **pair(part, "role"),
            )
            made.competences.set(
                [known for known in cooperative.competences.all() if known.slug in row["competences"]]
            )
            made.save()
