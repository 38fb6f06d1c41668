"""Rows of any table that name the person in a text or JSON column: the net under all other sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db import models
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from cms.privacy import columns
from cms.privacy.needles import Needles
from cms.privacy.sources import Fate, PersonalDataSource, Plan

# What keeps the work of privacy itself, what Django signs or encrypts, and the index of the search, which is
# written anew from the rows.
NOT_SEARCHED = {
    "cms.privacyrequest",
    "cms.privacyrow",
    "cms.erasedrow",
    "cms.doomedfile",
    "contenttypes.contenttype",
    "auth.permission",
    "sessions.session",
    # Written by the database from the records' own texts, and gone with them.
    "cms.recordwords",
    "wagtailsearch.indexentry",
    "wagtailsearch.sqliteftsindexentry",
}
SHOWN = 60


def searched_models() -> list[type[Model]]:
    """Every model with a table of its own in which words may stand; a new one is among them by itself."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.label_lower not in NOT_SEARCHED
        and columns.text_columns(model)
    ]


def naming(model: type[Model], needles: Needles) -> Iterator[tuple[Model, str]]:
    """The rows of a model in which one of the words stands, each with the text that holds it."""
    if not needles.spellings:
        return
    texts = {
        f"text_{place}": Cast(field.name, models.TextField())
        for place, field in enumerate(columns.text_columns(model))
    }
    wanted = Q()
    for name in texts:
        for spelling in needles.spellings:
            wanted |= Q(**{f"{name}__icontains": spelling})
    rows = QuerySet(model=model).annotate(**texts).filter(wanted).order_by("pk")
    for row in rows.iterator(chunk_size=200):
        # The database finds more than is meant: nada@rete.example holds ada@rete.example.
        held = next((text for name in texts if needles.stand_in(text := getattr(row, name) or "")), None)
        if held is not None:
            yield row, held


class Mentions(PersonalDataSource):
    """Found by the words themselves; the words are taken out, the rest of the row stays."""

    key = "mentions"
    label = _("Named elsewhere")
    order = 90
    by_words = True

    def find(self, needles: Needles) -> Iterable[Model]:
        for model in searched_models():
            for row, _text in naming(model, needles):
                yield row

    def title(self, row: Model) -> str:
        return f"{row._meta.verbose_name} · {row}"[:250]

    def detail(self, row: Model, needles: Needles) -> str:
        """The words around the name."""
        for field in columns.text_columns(type(row)):
            text = str(getattr(row, field.attname) or "")
            for word in needles.spellings:
                place = text.lower().find(word.lower())
                if place >= 0:
                    return text[max(0, place - SHOWN) : place + len(word) + SHOWN].replace("\n", " ")[:500]
        return ""

    def plan(self, row: Model) -> Plan:
        return Plan(Fate.SCRUB, _("The rest of the row is not about this person."))

    def export(self, row: Model) -> dict:
        return {str(_("Where")): self.title(row)}

    def files(self, row: Model) -> list:
        return []

    def erase(self, row: Model, plan: Plan, needles: Needles) -> None:
        columns.scrub(row, needles)
