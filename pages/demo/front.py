"""The front of the demo site: home, the project's true story, contacts, and what stands around each page."""

from __future__ import annotations

from typing import Any

from wagtail.models import Site

from cms.models import Menu, MenuItem, SiteChrome
from pages.demo.reading import read
from pages.demo.sections import either, text
from pages.demo.website import Twins, Writer
from pages.models import ContactPage, ProjectPage, StandardPage

HUES = ("brick", "lake", "reed")


def write_project(writer: Writer, homes: Twins) -> Twins:
    """The story of the project, as it was."""
    return writer.write(
        homes,
        ProjectPage,
        facts={
            "funder": "Fondazione Cariplo",
            "funder_url": "https://www.fondazionecariplo.it/",
            "call": "Promuovere la buona gestione nel campo della cultura",
        },
        picture="tavolo-di-lavoro.webp",
        words=_project_words,
    )


def _project_words(code: str) -> dict[str, Any]:
    story = read("story")
    told = story["project"]
    return {
        "title": told[f"title_{code}"],
        "slug": either(code, "il-progetto", "the-project"),
        "summary": told[f"summary_{code}"],
        "body": [
            ("text", told[f"intro_{code}"]),
            _cards(either(code, "Tre obiettivi", "Three aims"), story["aim"], code),
            _cards(either(code, "Con quali mezzi", "By what means"), story["means"], code),
            _quote(told[f"message_{code}"], code),
        ],
        "phases": [
            (
                "phase",
                {
                    "when": phase[f"period_{code}"],
                    "title": phase[f"title_{code}"],
                    "text": f"<p>{phase[f'text_{code}']}</p>",
                    "hue": hue,
                },
            )
            for phase, hue in zip(story["phase"], HUES, strict=True)
        ],
    }


def _cards(heading: str, rows: list[dict[str, str]], code: str) -> tuple[str, dict]:
    cards = [
        {
            "title": row[f"title_{code}"],
            "text": row[f"text_{code}"],
            "picture": None,
            "link": {"page": None, "url": "", "label": ""},
            "hue": hue,
        }
        for row, hue in zip(rows, HUES, strict=True)
    ]
    return ("cards", {"heading": heading, "cards": cards})


def _quote(words: str, code: str) -> tuple[str, dict]:
    name = either(code, "Il messaggio del progetto", "The project's message")
    return ("quote", {"quote": words, "name": name, "role": "", "hue": "lotus"})


def write_contacts(writer: Writer, homes: Twins) -> Twins:
    return writer.write(
        homes,
        ContactPage,
        words=lambda code: {
            "title": either(code, "Dicci di che cosa hai bisogno", "Tell us what you need"),
            "slug": either(code, "contatti", "contacts"),
            "summary": either(
                code,
                "Anche se non sai ancora come si chiama. Ti rispondiamo entro due giorni lavorativi.",
                "Even if you don't yet know what it is called. We answer within two working days.",
            ),
        },
    )


def write_small_print(writer: Writer, homes: Twins) -> list[Twins]:
    """Privacy and accessibility, as a fresh site should have them; a professional confirms them."""
    return [
        writer.write(homes, StandardPage, words=lambda code, page=page: page(code))
        for page in (_privacy, _accessibility)
    ]


def _privacy(code: str) -> dict[str, Any]:
    words = either(
        code,
        "Questo sito usa solo cookie tecnici, e nessuno finché non accedi al back office. Quello che scrivi "
        "nei moduli serve a risponderti; quello che scrivi donando serve alla donazione e alla sua "
        "ricevuta.\nTesto dimostrativo: prima di andare in linea va confermato da un professionista.",
        "This site uses technical cookies only, and none until you log in to the back office. What you write "
        "in forms serves to answer you; what you write when giving serves the donation and its receipt.\n"
        "Demonstration text: a professional must confirm it before going live.",
    )
    return {"title": "Privacy", "slug": "privacy", "body": [text(words)]}


def _accessibility(code: str) -> dict[str, Any]:
    words = either(
        code,
        "Vogliamo che ogni pagina si possa usare con la tastiera, con un lettore di schermo e con il testo "
        "ingrandito (WCAG 2.2, livello AA). Se qualcosa non funziona, scrivici dai contatti: rispondiamo.",
        "We want every page to work with the keyboard, with a screen reader and with enlarged text "
        "(WCAG 2.2, level AA). If something does not work, write to us from the contacts: we answer.",
    )
    return {
        "title": either(code, "Accessibilità", "Accessibility"),
        "slug": either(code, "accessibilita", "accessibility"),
        "body": [text(words)],
    }


def write_home(writer: Writer, homes: Twins, tree: dict[str, Twins]) -> None:
    """The first page: message, three doors, what is on, a live campaign, the network, the numbers."""
    writer.rewrite(homes, lambda code: _home_words(code, tree))


def _home_words(code: str, tree: dict[str, Twins]) -> dict[str, Any]:
    def door(title: str, words: str, page: str, hue: str) -> tuple[str, dict]:
        return ("door", {"title": title, "text": words, "page": getattr(tree[page], code), "hue": hue})

    return {
        "message": either(
            code,
            "La cultura si tesse insieme",
            "Culture is woven together",
        ),
        "summary": either(
            code,
            "Otto cooperative culturali di Mantova lavorano come una rete sola. Dicci di che cosa hai "
            "bisogno: mettiamo insieme le competenze giuste.",
            "Eight cultural cooperatives of Mantua work as one network. Tell us what you need: "
            "we bring the right skills together.",
        ),
        "doors": [
            door(
                either(code, "Trova un format", "Find a format"),
                either(code, "Servizi pronti da cucire su scuole, enti e imprese.",
                       "Services to be cut to schools, public bodies and companies."),
                "formats",
                "lake",
            ),
            door(
                either(code, "Vieni a un evento", "Come to an event"),
                either(code, "Questa settimana e nei prossimi mesi, vicino a te.",
                       "This week and in the coming months, near you."),
                "events",
                "plum",
            ),
            door(
                either(code, "Sostieni la rete", "Support the network"),
                either(code, "Scegli una campagna e guarda dove va ogni euro.",
                       "Choose a campaign and see where each euro goes."),
                "donate",
                "lotus",
            ),
        ],
        "body": [
            ("next_events", {"heading": either(code, "In questi giorni", "In these days"), "number": 4}),
            ("campaign_bar", {"campaign": tree["campaign"].it, "text": ""}),
            ("formats", {"heading": either(code, "Nati da più mani", "Made by many hands"), "formats": [],
                         "number": 3}),
            ("cooperatives", {"heading": either(code, "Chi tesse", "Who weaves"), "cooperatives": []}),
            ("numbers", _numbers(code)),
            ("open_courses", {"heading": either(code, "Impara con noi", "Learn with us"), "number": 3}),
        ],
    }  # fmt: skip


def _numbers(code: str) -> dict[str, Any]:
    source = either(code, "Dati dimostrativi di questo sito", "Demonstration data of this site")
    rows = (
        ("8", either(code, "cooperative", "cooperatives"), "brick"),
        ("12", either(code, "format costruiti insieme", "formats built together"), "lake"),
        ("30", either(code, "eventi in calendario", "events in the calendar"), "plum"),
        ("200", either(code, "doni ricevuti", "gifts received"), "lotus"),
    )
    numbers = [{"value": value, "label": label, "source": source, "hue": hue} for value, label, hue in rows]
    return {"heading": either(code, "La rete in numeri", "The network in numbers"), "numbers": numbers}


def write_chrome(homes: Twins, tree: dict[str, Twins], small: list[Twins]) -> None:
    """The menus at head and foot, contacts, and the line that says that all is invented."""
    site = Site.objects.get(is_default_site=True)
    chrome = SiteChrome.for_site(site)
    chrome.site_name = "Cultnetwork"
    chrome.mission_it = "La cultura è un mattone del benessere di una comunità."
    chrome.mission_en = "Culture is a building block of a community's well-being."
    chrome.legal_name = "Consorzio dimostrativo Cultnetwork"
    chrome.address = "Via dell'Esempio 1\n46100 Mantova"
    chrome.email = "rete@cultnetwork.example"
    chrome.phone = "0376 555 000"
    chrome.legal_it = "Contenuti dimostrativi: cooperative, persone e campagne sono inventate."
    chrome.legal_en = "Demonstration content: cooperatives, people and campaigns are invented."
    chrome.save()
    _menu(
        site,
        Menu.Place.MAIN,
        "",
        "",
        [tree[k] for k in ("cooperatives", "formats", "events", "courses", "donate")],
    )
    _menu(
        site,
        Menu.Place.FOOTER,
        "Scopri",
        "Discover",
        [tree[k] for k in ("project", "formats", "events")],
        order=1,
    )
    _menu(
        site,
        Menu.Place.FOOTER,
        "Partecipa",
        "Take part",
        [tree[k] for k in ("contacts", "courses", "donate")],
        order=2,
    )
    _menu(site, Menu.Place.FOOTER, "Informazioni", "Information", small, order=3)


def _menu(site: Site, place: str, title_it: str, title_en: str, pages: list[Twins], order: int = 0) -> None:
    menu = Menu.objects.create(site=site, place=place, title_it=title_it, title_en=title_en, order=order)
    for number, twins in enumerate(pages):
        MenuItem.objects.create(menu=menu, page=twins.it, sort_order=number)
