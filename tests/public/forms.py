"""The public forms as a table: where each stands, what a person would write, what it keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client

from donations.models import Donation
from members.models import Enrolment, Lead
from tests.factories.cms import SAME_ORIGIN, guarded
from tests.factories.donations import CampaignFactory, DonationFactory
from tests.factories.members import CourseEditionFactory, CourseFactory
from tests.factories.pages import (
    CampaignPageFactory,
    ContactPageFactory,
    CourseIndexPageFactory,
    DonatePageFactory,
    ServiceFormatPageFactory,
)

GIVER = {
    "preset": "",
    "amount": "25,50",
    "name": "Ada Gonzaga",
    "email": "ada@persone.example",
    "message": "Forza",
}
ASKER = {
    "message": "Vorremmo un laboratorio.",
    "name": "Giulia Rossi",
    "email": "giulia@comune.example",
    "phone": "0376 123456",
    "organisation_name": "Comune di Curtatone",
    "organisation_kind": "public",
    "consent": "on",
}
LEARNER = {
    "first_name": "Livia",
    "last_name": "Neri",
    "email": "livia@persone.example",
    "phone": "0376 123456",
    "organisation_name": "Filo Rosso",
    "consent": "on",
}


@dataclass(frozen=True)
class PublicForm:
    """kept: the rows that a good form adds to. texts: fields of free text, that take any sign there is."""

    place: Callable[[], tuple[str, dict[str, str]]]
    good: dict[str, str]
    kept: type[Model]
    texts: tuple[str, ...]
    anchor: str
    has_guard: bool = True
    required: tuple[str, ...] = field(default=())

    def open(self, client: Client, language: str = "it") -> OpenForm:
        address, more = self.place()
        if language == "en":
            address = f"/en{address}".replace("/dona/riprova/", "/donate/again/")
        return OpenForm(self, client, address, {**self.good, **more})


@dataclass(frozen=True)
class OpenForm:
    """A form on a page, with what a person has written in it."""

    form: PublicForm
    client: Client
    address: str
    written: dict[str, str]

    def send(self, changes: dict | None = None, *, headers: dict | None = None, **how) -> HttpResponse:
        """Send it with some fields changed; a field that is None is left out."""
        data = {**self.written, **(changes or {})}
        data = {name: value for name, value in data.items() if value is not None}
        if self.form.has_guard:
            data = guarded(data) | {k: v for k, v in (changes or {}).items() if v is not None}
        return self.client.post(
            self.address, data, headers=SAME_ORIGIN if headers is None else headers, **how
        )

    def count(self) -> int:
        return self.form.kept.objects.count()

    def shown(self, answer: HttpResponse) -> dict[str, str]:
        """What stands in the form of an answer, by field, as a person would see it."""
        page = BeautifulSoup(answer.content, "html.parser")
        found = page.select_one(f"{self.form.anchor} form")
        assert found is not None, page.get_text(" ", strip=True)[:600]
        values: dict[str, str] = {}
        for piece in found.select("input[name], textarea[name], select[name]"):
            name, kind = str(piece["name"]), piece.get("type", piece.name)
            if kind in ("checkbox", "radio"):
                if piece.has_attr("checked"):
                    values[name] = str(piece.get("value", "on"))
            elif piece.name == "textarea":
                # As browsers do: the line break after <textarea> is not part of the text.
                values[name] = piece.text.removeprefix("\n").replace("\r\n", "\n")
            elif piece.name == "select":
                chosen = piece.select_one("option[selected]")
                values[name] = str(chosen["value"]) if chosen else ""
            else:
                values[name] = str(piece.get("value", ""))
        return values


def _campaign():
    return CampaignPageFactory(campaign=CampaignFactory(slug="palco")).url, {}


def _donate():
    return DonatePageFactory().url, {}


def _format():
    return ServiceFormatPageFactory().url, {}


def _contact():
    return ContactPageFactory().url, {}


def _course():
    edition = CourseEditionFactory(course=CourseFactory(slug="raccolta-fondi"))
    return f"{CourseIndexPageFactory().url}raccolta-fondi/", {"edition": str(edition.pk)}


def _retry():
    donation = DonationFactory(draft=True)
    return f"/dona/riprova/{donation.return_token}/", {}


_GIVING = {"good": GIVER, "kept": Donation, "texts": ("name", "message"), "anchor": "#dona"}
_ASKING = {
    "good": ASKER,
    "kept": Lead,
    "texts": ("message", "name", "organisation_name"),
    "anchor": "#request",
}
FORMS = {
    "gift to a campaign": PublicForm(_campaign, **_GIVING, required=("amount", "name", "email")),
    "gift": PublicForm(_donate, **_GIVING, required=("amount", "name", "email")),
    "request on a format": PublicForm(_format, **_ASKING, required=("message", "name", "email", "consent")),
    "request": PublicForm(_contact, **_ASKING, required=("message", "name", "email", "consent")),
    "enrolment": PublicForm(
        _course,
        LEARNER,
        Enrolment,
        ("first_name", "last_name", "organisation_name"),
        "#enrol",
        required=("edition", "first_name", "last_name", "email", "consent"),
    ),
    "another try": PublicForm(
        _retry, {"amount": "30"}, Donation, (), "main", has_guard=False, required=("amount",)
    ),
}
