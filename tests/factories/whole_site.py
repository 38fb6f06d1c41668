"""One of everything that the public can open, in both languages, with every block on it."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import translation
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file_webp
from wagtail.models import Page

from cms.models import Menu, UnsubscribeLink
from donations.models import Receipt
from pages.blocks import BodyBlock
from tests.factories.cms import MenuFactory, MenuItemFactory, SiteChromeFactory
from tests.factories.donations import BeneficiaryFactory, CampaignFactory, DonationFactory
from tests.factories.members import (
    AudienceFactory,
    CompetenceFactory,
    CooperativeFactory,
    CourseEditionFactory,
    CourseFactory,
    ServiceFormatFactory,
    SessionFactory,
)
from tests.factories.pages import (
    CampaignPageFactory,
    ContactPageFactory,
    CooperativeIndexPageFactory,
    CooperativePageFactory,
    CourseIndexPageFactory,
    DonatePageFactory,
    EventIndexPageFactory,
    EventPageFactory,
    ProjectPageFactory,
    ServiceFormatIndexPageFactory,
    ServiceFormatPageFactory,
    StandardPageFactory,
    home,
    translate,
)

ENGLISH_TITLES = {
    "cooperatives": "Cooperatives",
    "cooperative": "Red Thread",
    "formats": "Formats",
    "format": "The museum in a suitcase",
    "events": "Events",
    "event": "A night on the lake",
    "cancelled event": "A concert that will not be",
    "courses": "Courses",
    "donate": "Support us",
    "campaign": "A stage on the water",
    "ended campaign": "A reading room",
    "project": "A network for culture",
    "story": "Who we are",
    "contacts": "Contacts",
}


@dataclass(frozen=True)
class WholeSite:
    """`twins` are the pages by name, Italian and English; `reverses` the addresses that are not pages."""

    twins: dict[str, tuple[Page, Page]]
    below: dict[str, tuple[str, str, str]]
    reverses: dict[str, tuple[str, list[str], str]]

    def addresses(self, language: str) -> dict[str, str]:
        """Every public address by what it is."""
        number = ("it", "en").index(language)
        found = {"home": {"it": "/", "en": "/en/"}[language]}
        found |= {name: pages[number].url for name, pages in self.twins.items()}
        for name, (parent, *ends) in self.below.items():
            found[name] = self.twins[parent][number].url + ends[number]
        with translation.override(language):
            for name, (view, values, query) in self.reverses.items():
                found[name] = reverse(view, args=values) + query
        return found | {"404": found["home"] + "nessuna-pagina-cosi/"}


def picture(title: str = "Un palco di legno sul lago, di sera"):
    return get_image_model().objects.create(
        title=title, description=title, file=get_test_image_file_webp(filename="palco.webp", size=(800, 600))
    )


def whole_site() -> WholeSite:
    """Write it all. Dates are around today."""
    palco = picture()
    theatre = CompetenceFactory(slug="teatro", name_it="Teatro", name_en="Theatre")
    coops = [
        CooperativeFactory(
            slug="filo-rosso",
            name="Filo Rosso",
            email="ciao@filorosso.example",
            phone="0376 555 001",
            website="https://filorosso.example/",
            competences=[theatre],
        ),
        CooperativeFactory(slug="argine", name="L'Argine", competences=[theatre]),
    ]
    museum = ServiceFormatFactory(slug="museo", name_it="Il museo in valigia", woven_by=coops)
    museum.competences.add(theatre)
    museum.audiences.add(AudienceFactory(slug="scuole", name_it="Scuole", name_en="Schools"))
    stage = CampaignFactory(slug="palco", name_it="Un palco sull'acqua", minimum_cents=400_000)
    paid = DonationFactory(campaign=stage, amount_cents=123_400, paid=True)
    waiting = DonationFactory(campaign=stage)
    _courses(theatre)

    pages: dict[str, Page] = {
        "cooperatives": CooperativeIndexPageFactory(summary="Chi siamo e che cosa sappiamo fare."),
        "cooperative": CooperativePageFactory(
            cooperative=coops[0],
            picture=palco,
            picture_alt="Un palco sul lago",
            logo=palco,
            voice="Ogni filo tiene gli altri.",
            voice_name="Ada Gonzaga",
        ),
        "formats": ServiceFormatIndexPageFactory(),
        "format": ServiceFormatPageFactory(service_format=museum, summary="Un museo che viene a scuola."),
        "events": EventIndexPageFactory(),
        "event": EventPageFactory(
            title="Una sera sul lago",
            organisers=coops,
            price="8 €, bambini 5 €",
            booking_url="https://biglietti.example/",
            picture=palco,
            picture_alt="Un palco sul lago",
        ),
        "cancelled event": EventPageFactory(title="Un concerto che non ci sarà", cancelled=True),
        "courses": CourseIndexPageFactory(),
        "donate": DonatePageFactory(beneficiary=BeneficiaryFactory(name="Consorzio Cultnetwork")),
        "campaign": CampaignPageFactory(campaign=stage, picture=palco, picture_alt="Un palco sul lago"),
        "ended campaign": CampaignPageFactory(campaign=CampaignFactory(slug="sala", ended=True)),
        "contacts": ContactPageFactory(),
    }
    pages["project"] = ProjectPageFactory(
        funder_url="https://fondazione.example/",
        call="Promuovere la buona gestione",
        phases=[("phase", _phase("2012", "lake")), ("phase", _phase("2013", "reed"))],
        results=[("number", _number("143"))],
    )
    pages["story"] = StandardPageFactory(
        parent=pages["project"],
        title="Chi siamo",
        picture=palco,
        picture_alt="Un palco sul lago",
        body=every_block(pages, palco),
    )
    _home(pages, palco)
    twins = {name: (page, translate(page, title=ENGLISH_TITLES[name])) for name, page in pages.items()}
    _frame(pages)
    UnsubscribeLink.objects.create(email="ada@persone.example", token="una-parola-segreta")
    return WholeSite(
        twins=twins,
        below={
            "competence": ("cooperatives", "competenze/teatro/", "competences/teatro/"),
            "course": ("courses", "raccolta-fondi/", "raccolta-fondi/"),
            "full course": ("courses", "podcast/", "podcast/"),
            "course thanks": ("courses", "raccolta-fondi/grazie/", "raccolta-fondi/thanks/"),
            "request thanks": ("format", "grazie/", "thanks/"),
            "events of the past": ("events", "?when=past", "?when=past"),
        },
        reverses={
            "search": ("search", [], ""),
            "search with results": ("search", [], "?q=lago"),
            "search without results": ("search", [], "?q=zzz"),
            "thanks": ("donation_thanks", [paid.return_token], ""),
            "cancelled": ("donation_cancelled", [waiting.return_token], ""),
            "retry": ("donation_retry", [waiting.return_token], ""),
            "my donations": ("my_donations", [], ""),
            "verify": ("verify", [Receipt.objects.get(donation=paid).code], ""),
            "verify unknown": ("verify", ["ZZZZ"], ""),
            "unsubscribe": ("unsubscribe", ["una-parola-segreta"], ""),
        },
    )


def _courses(competence) -> None:
    course = CourseFactory(slug="raccolta-fondi", title_it="Raccolta fondi", title_en="Fund raising")
    course.competences.add(competence)
    edition = CourseEditionFactory(course=course, price_cents=12_000, capacity=2)
    SessionFactory(edition=edition)
    full = CourseFactory(slug="podcast", title_it="Podcast", title_en="Podcast")
    CourseEditionFactory(course=full, capacity=1, full=True)


def _phase(when: str, hue: str) -> dict:
    return {"when": when, "title": "Organizzare", "text": "<p>Ci siamo messi d'accordo.</p>", "hue": hue}


def _number(value: str) -> dict:
    return {"value": value, "label": "incontri", "source": "Registro, 2013", "hue": "plum"}


def every_block(pages: dict[str, Page], image) -> list[tuple[str, object]]:
    """One block of each kind; fails when there is a kind that it does not know."""
    link = {"page": pages["contacts"], "url": "", "label": "Scrivici"}
    nowhere = {"page": None, "url": "", "label": ""}
    image.contextual_alt_text = "Un palco sul lago"
    shown = {"picture": image, "caption": "Il palco, foto di Ada Gonzaga"}
    file = get_document_model().objects.create(
        title="Statuto", file=ContentFile(b"%PDF-1.4 statuto", name="statuto.pdf")
    )
    rich = (
        "<h2>Le mani</h2><p>Un <b>filo</b> e <i>un altro</i>.</p><ul><li>uno</li></ul><hr/>"
        "<h3>E poi</h3><p>…</p>"
    )
    body: list[tuple[str, object]] = [
        ("text", rich),
        ("quote", {"quote": "Tessere è un verbo.", "name": "Ada", "role": "tessitrice", "hue": "lotus"}),
        (
            "cards",
            {
                "heading": "Tre cose",
                "cards": [
                    {"title": "Con figura", "text": "…", "picture": image, "link": link, "hue": "brick"},
                    {"title": "Senza", "text": "", "picture": None, "link": nowhere, "hue": "lake"},
                ],
            },
        ),
        ("call_to_action", {"title": "Parliamone", "text": "Costa nulla.", "link": link, "hue": "reed"}),
        ("numbers", {"heading": "In numeri", "numbers": [_number("143"), _number("12")]}),
        (
            "accordion",
            {"heading": "Domande", "questions": [{"question": "Quanto costa?", "answer": "<p>Poco.</p>"}]},
        ),
        ("picture", {**shown, "is_wide": False}),
        ("picture", {**shown, "is_wide": True}),
        ("gallery", {"heading": "Figure", "pictures": [shown, shown]}),
        ("document", {"document": file, "title": ""}),
        (
            "video",
            {
                "title": "Il palco",
                "url": "https://video.example/1",
                "where": "Vimeo",
                "minutes": 3,
                "picture": image,
            },
        ),
        ("next_events", {"heading": "Prossimi", "number": 4, "cooperative": None}),
        ("formats", {"heading": "Format", "formats": [], "number": 3}),
        ("cooperatives", {"heading": "Chi tesse", "cooperatives": []}),
        ("open_courses", {"heading": "Corsi aperti", "number": 3}),
        ("campaign_bar", {"campaign": pages["campaign"], "text": ""}),
    ]
    assert {kind for kind, _value in body} == set(BodyBlock().child_blocks)
    return body


def _home(pages: dict[str, Page], image) -> None:
    """Both home pages with doors and blocks."""
    doors = [
        ("door", {"title": title, "text": "Da qui.", "page": pages[name], "hue": hue})
        for title, name, hue in [
            ("Trova un format", "formats", "lake"),
            ("Vieni a un evento", "events", "plum"),
            ("Sostieni", "donate", "lotus"),
        ]
    ]
    live = ("next_events", "campaign_bar", "formats", "cooperatives", "numbers", "open_courses")
    for language in ("it", "en"):
        page = home(language)
        page.doors = doors
        page.body = [block for block in every_block(pages, image) if block[0] in live]
        page.save_revision().publish()


def _frame(pages: dict[str, Page]) -> None:
    """Menus, contacts and legal lines around every page."""
    SiteChromeFactory(legal_name="Consorzio Cultnetwork", phone="0376 555 000")
    main = MenuFactory()
    column = MenuFactory(place=Menu.Place.FOOTER, title_it="Scopri", title_en="Discover")
    for name in ("cooperatives", "formats", "events", "courses", "donate"):
        MenuItemFactory(menu=main, page=pages[name], label_it="", link="")
        MenuItemFactory(menu=column, page=pages[name], label_it="", link="")
