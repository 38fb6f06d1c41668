"""Invented people, the same from one seed. Their addresses end in .example, which nobody can own."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from random import Random

FIRST = [
    "Ada",
    "Agostino",
    "Alba",
    "Amos",
    "Argia",
    "Bice",
    "Bruno",
    "Carlo",
    "Cesira",
    "Chiara",
    "Dario",
    "Delia",
    "Dina",
    "Elio",
    "Elsa",
    "Emma",
    "Ettore",
    "Fausta",
    "Fiorella",
    "Franco",
    "Gemma",
    "Gino",
    "Giulia",
    "Ida",
    "Iris",
    "Ivo",
    "Lea",
    "Libero",
    "Lina",
    "Livio",
    "Luce",
    "Marta",
    "Mirco",
    "Nives",
    "Nora",
    "Oreste",
    "Pia",
    "Primo",
    "Rita",
    "Rocco",
    "Sara",
    "Silvio",
    "Tea",
    "Tullio",
    "Ugo",
    "Vera",
    "Walter",
    "Zaira",
]
LAST = [
    "Aldrovandi",
    "Arrivabeni",
    "Avanzini",
    "Baraldi",
    "Bottura",
    "Canova",
    "Cerutti",
    "Dall'Aglio",
    "Ferrari",
    "Fontanesi",
    "Ghidini",
    "Goldoni",
    "Leoni",
    "Lodi",
    "Malavasi",
    "Mantovani",
    "Marini",
    "Montanari",
    "Negri",
    "Orlandi",
    "Pasotti",
    "Ravelli",
    "Rebecchi",
    "Righi",
    "Savi",
    "Scaglioni",
    "Tellini",
    "Truzzi",
    "Vaccari",
    "Zanella",
]


@dataclass(frozen=True)
class Person:
    first_name: str
    last_name: str
    email: str
    phone: str
    language: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


def people(random: Random, count: int) -> list[Person]:
    """So many different people, one in six of whom reads English."""
    names = random.sample([(first, last) for first in FIRST for last in LAST], count)
    return [_person(first, last, random) for first, last in names]


def _person(first: str, last: str, random: Random) -> Person:
    return Person(
        first_name=first,
        last_name=last,
        email=f"{_plain(first)}.{_plain(last)}@persone.example",
        phone=f"333 555 {random.randrange(10_000):04d}",
        language="en" if random.random() < 1 / 6 else "it",
    )


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(letter for letter in letters.lower() if letter.isalpha())
