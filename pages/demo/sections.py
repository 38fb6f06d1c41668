"""The sections of the demo site, each written from the TOML files."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from donations.models import Campaign
from members.models import Cooperative, ServiceFormat
from pages.demo.reading import read
from pages.demo.website import Twins, Writer
from pages.models import (
    CampaignPage,
    CooperativeIndexPage,
    CooperativePage,
    CourseIndexPage,
    DonatePage,
    EventIndexPage,
    EventPage,
    ServiceFormatIndexPage,
    ServiceFormatPage,
)

ROME = ZoneInfo("Europe/Rome")

COOPERATIVE_PICTURES = {
    "teatro-dei-tre-laghi": "la-maestra-argia.webp",
    "archivio-filo-rosso": "archivio-filo-rosso.webp",
    "musica-d-argine": "coro-sull-argine.webp",
    "il-museo-in-valigia": "museo-in-valigia.webp",
    "officina-canneto": "mostra-da-toccare.webp",
    "passo-d-acqua": "passi-lenti.webp",
    "lanterna-edizioni-sociali": "biblioteca-che-naviga.webp",
    "cantiere-comune": "tavolo-di-lavoro.webp",
}
FORMAT_PICTURES = {
    "palco-sull-acqua": "palco-sull-acqua.webp",
    "coro-di-quartiere": "coro-sull-argine.webp",
    "passi-lenti": "passi-lenti.webp",
    "museo-per-tutti": "mostra-da-toccare.webp",
}
CAMPAIGN_PICTURES = {
    "un-palco-per-l-argine": "palco-sull-acqua.webp",
    "mille-voci-da-salvare": "archivio-filo-rosso.webp",
    "valigie-per-le-scuole-di-campagna": "museo-in-valigia.webp",
    "la-biblioteca-che-naviga": "biblioteca-che-naviga.webp",
}


def text(words: str) -> tuple[str, str]:
    """A block of running text from one or more paragraphs."""
    return ("text", "".join(f"<p>{paragraph}</p>" for paragraph in words.split("\n") if paragraph))


def either(language: str, italian: str, english: str) -> str:
    return english if language == "en" else italian


def write_cooperatives(writer: Writer, homes: Twins, cooperatives: dict[str, Cooperative]) -> Twins:
    """The directory, and a page for each cooperative."""
    index = writer.write(
        homes,
        CooperativeIndexPage,
        words=lambda code: {
            "title": either(code, "La rete", "The network"),
            "slug": either(code, "cooperative", "cooperatives"),
            "summary": either(
                code,
                "Otto cooperative, ciascuna con il suo filo. Cercale per competenza o per luogo.",
                "Eight cooperatives, each with its own thread. Find them by competence or by place.",
            ),
        },
    )
    for row in read("network")["cooperative"]:
        writer.write(
            index,
            CooperativePage,
            facts={"cooperative": cooperatives[row["slug"]]},
            picture=COOPERATIVE_PICTURES.get(row["slug"], ""),
            words=lambda code, row=row: {
                "title": row["name"],
                "slug": row["slug"],
                "summary": row[f"summary_{code}"],
                "body": [text(row[f"body_{code}"])],
            },
        )
    return index


def write_formats(writer: Writer, homes: Twins) -> Twins:
    """The list of formats, and a page for each."""
    records = {record.slug: record for record in ServiceFormat.objects.all()}
    index = writer.write(
        homes,
        ServiceFormatIndexPage,
        words=lambda code: {
            "title": either(code, "I format", "Formats"),
            "slug": either(code, "format", "formats"),
            "summary": either(
                code,
                "Servizi pensati insieme, pronti da cucire sul tuo bisogno.",
                "Services designed together, ready to be cut to your need.",
            ),
        },
    )
    for row in read("formats")["format"]:
        writer.write(
            index,
            ServiceFormatPage,
            facts={"service_format": records[row["slug"]]},
            picture=FORMAT_PICTURES.get(row["slug"], ""),
            words=lambda code, row=row: _format_words(row, code),
        )
    return index


def _format_words(row: dict[str, Any], code: str) -> dict[str, Any]:
    roles = "".join(f"<li>{part[f'role_{code}']}</li>" for part in row["part"])
    how = either(
        code,
        "Si comincia da una telefonata: ascoltiamo il bisogno, proponiamo due strade e un prezzo scritto. "
        "Poi chi ha le competenze si mette al lavoro insieme, con un solo referente per te.",
        "It begins with a call: we listen to the need and propose two ways and a written price. "
        "Then those who have the skills set to work together, with one person for you to speak to.",
    )
    question = either(code, "Si può fare su misura?", "Can it be tailored?")
    answer = either(
        code,
        "<p>Sì: durata, luogo e prezzo si decidono insieme. Quello che leggi qui è il punto di partenza.</p>",
        "<p>Yes: length, place and price are decided together. What you read here is where we start.</p>",
    )
    heading = either(code, "Domande che ci fanno", "Questions we are asked")
    return {
        "title": row[f"name_{code}"],
        "slug": row["slug"],
        "summary": row[f"summary_{code}"],
        "body": [
            ("text", f"<p>{row[f'summary_{code}']}</p><ul>{roles}</ul><p>{how}</p>"),
            ("accordion", {"heading": heading, "questions": [{"question": question, "answer": answer}]}),
        ],
    }


def write_events(writer: Writer, homes: Twins, cooperatives: dict[str, Cooperative], today: date) -> Twins:
    """The calendar: thirty events, the last five still waiting for their translation."""
    index = writer.write(
        homes,
        EventIndexPage,
        words=lambda code: {
            "title": either(code, "Eventi", "Events"),
            "slug": either(code, "eventi", "events"),
            "summary": either(
                code,
                "Spettacoli, laboratori, camminate: quando e dove incontrarci.",
                "Shows, workshops, walks: when and where to meet us.",
            ),
        },
    )
    rows = read("events")["event"]
    for number, row in enumerate(rows):
        hour, minute = map(int, row["time"].split(":"))
        starts = datetime.combine(today + timedelta(days=row["day"]), time(hour, minute), ROME)
        writer.write(
            index,
            EventPage,
            facts={
                "starts_at": starts,
                "ends_at": starts + timedelta(minutes=row["minutes"]),
                "place": row["place"],
            },
            organisers=[cooperatives[slug] for slug in row["organisers"]],
            english=number < len(rows) - 5,
            words=lambda code, row=row: {
                "title": row[f"title_{code}"],
                "slug": row["slug"],
                "summary": row[f"summary_{code}"],
                "price": row[f"price_{code}"].capitalize(),
                "body": [text(row[f"summary_{code}"])],
            },
        )
    return index


def write_campaigns(
    writer: Writer, homes: Twins, campaigns: dict[str, Campaign], general
) -> dict[str, Twins]:
    """The page of the general gift, and a page for each campaign below it. By short name; "" is the first."""
    donate = writer.write(
        homes,
        DonatePage,
        facts={"beneficiary": general},
        picture="citta-sul-lago.webp",
        words=lambda code: {
            "title": either(code, "Sostieni", "Support"),
            "slug": either(code, "sostieni", "support"),
            "summary": either(
                code,
                "Un dono tiene insieme i fili: scegli quanto, e la ricevuta arriva subito.",
                "A gift holds the threads together: choose how much, and the receipt comes at once.",
            ),
        },
    )
    written = {"": donate}
    for row in read("campaigns")["campaign"]:
        written[row["slug"]] = writer.write(
            donate,
            CampaignPage,
            facts={"campaign": campaigns[row["slug"]]},
            picture=CAMPAIGN_PICTURES[row["slug"]],
            words=lambda code, row=row: {
                "title": row[f"name_{code}"],
                "slug": row["slug"],
                "summary": row[f"summary_{code}"],
                "body": [text(row[f"story_{code}"]), _use_of_money(row, code)],
            },
        )
    return written


def _use_of_money(row: dict[str, Any], code: str) -> tuple[str, str]:
    heading = either(code, "A che cosa serve il denaro", "What the money is for")
    return ("text", f"<h2>{heading}</h2><p>{row[f'use_{code}']}</p>")


def write_courses(writer: Writer, homes: Twins) -> Twins:
    """The list of courses; the courses themselves are records."""
    return writer.write(
        homes,
        CourseIndexPage,
        words=lambda code: {
            "title": either(code, "Corsi", "Courses"),
            "slug": either(code, "corsi", "courses"),
            "summary": either(
                code,
                "Fund raising, marketing, racconto: la formazione per chi fa impresa con la cultura.",
                "Fund raising, marketing, story-telling: training for those who do business with culture.",
            ),
        },
    )
