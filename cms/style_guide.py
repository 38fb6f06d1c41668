"""The living style guide: every component with real text, for the eyes and for the accessibility test."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

LONG_NAME = "Società cooperativa sociale Precipitevolissimevolmente-e-Straordinariamente-Intercomunale"
VOICES = [
    ("teatro-delle-acque", "Teatro delle Acque", "Regia, formazione degli attori, accoglienza del pubblico"),
    ("archivio-vivo", "Archivio Vivo", "Ricerca di storie e documenti, diritti, allestimento"),
    ("officina-dei-suoni", "Officina dei Suoni", "Registrazione, musica dal vivo, tecnica"),
    ("la-carta-e-il-fiume", LONG_NAME, "Laboratori di stampa e rilegatura"),
]


class ExampleForm(forms.Form):
    """One field of each kind; shown filled with mistakes."""

    name = forms.CharField(label="Nome e cognome")
    email = forms.EmailField(label="E-mail", help_text="Ti rispondiamo qui, entro due giorni lavorativi.")
    organisation = forms.CharField(label="Ente o organizzazione", required=False)
    kind = forms.ChoiceField(
        label="Chi sei", choices=[("", "Scegli"), ("school", "Una scuola"), ("town", "Un Comune")]
    )
    days = forms.MultipleChoiceField(
        label="Giorni preferiti",
        required=False,
        choices=[("sat", "Sabato"), ("sun", "Domenica")],
        widget=forms.CheckboxSelectMultiple,
    )
    message = forms.CharField(label="Di che cosa hai bisogno?", widget=forms.Textarea)
    consent = forms.BooleanField(
        label="Ho letto l'informativa e acconsento all'uso dei miei dati per rispondere alla richiesta."
    )


def example_chrome() -> dict[str, Any]:
    """A site chrome as cms.context_processors.chrome gives it, with plausible content."""

    def item(label: str, url: str = "#", children: tuple = (), is_current: bool = False) -> dict[str, Any]:
        return {"label": label, "url": url, "children": children, "is_current": is_current}

    return {
        "site_name": "Cultnetwork",
        "menu": [
            item("La rete", children=(item("Cooperative"), item("Competenze"), item("Il progetto"))),
            item("Format", is_current=True),
            item("Eventi"),
            item("Corsi"),
            item("Sostieni"),
            item("Contatti"),
        ],
        "footer_columns": [
            {"title": "La rete", "items": [item("Cooperative"), item("Competenze"), item("Il progetto")]},
            {
                "title": "Trasparenza",
                "items": [item("Privacy"), item("Accessibilità"), item("Contributi ricevuti")],
            },
        ],
        "contacts": {
            "address": "Via dei Tessitori 4\n46100 Mantova",
            "email": "rete@example.org",
            "phone": "+39 0376 000000",
            "legal_name": "Consorzio Cultnetwork",
            "tax_code": "00000000000",
        },
        "social": [item("Mastodon"), item("Instagram")],
        "tagline": "Teatri, archivi, musei e officine di Mantova, una rete sola.",
        "legal": "Progetto sostenuto da Fondazione Cariplo",
        "languages": [
            {"code": "it", "label": "Italiano", "url": "#", "is_current": True},
            {"code": "en", "label": "English", "url": "#", "is_current": False},
        ],
    }


def example_context() -> dict[str, Any]:
    """All that cms/style_guide.html asks for."""
    now = timezone.now().replace(minute=0)
    form = ExampleForm({"name": "Anna Gonzaga", "email": "anna@", "kind": "", "message": ""})
    form.is_valid()
    return {
        "chrome": example_chrome(),
        "crumbs": [
            {"label": "Home", "url": "/"},
            {"label": "Format", "url": "#"},
            {"label": "Guida di stile", "url": ""},
        ],
        "voices": [SimpleNamespace(slug=slug, name=name, role=role) for slug, name, role in VOICES],
        "threads": [slug for slug, _, _ in VOICES],
        "hues": ["brick", "lake", "lotus", "reed", "gold", "plum"],
        "long_name": LONG_NAME,
        "form": form,
        "page_obj": Paginator(range(90), 10).page(3),
        "amounts": [(1000, "10 €"), (2500, "25 €"), (5000, "50 €"), (10000, "100 €")],
        "soon": now + timedelta(days=3),
        "later": now + timedelta(days=12, hours=3),
        "after": now + timedelta(days=14),
    }


def style_guide(request: HttpRequest) -> HttpResponse:
    """The guide as a page; addressed in development only."""
    return render(request, "cms/style_guide.html", example_context())
