"""Looking for words in every text and JSON column of every table, as a thief with the database would."""

from __future__ import annotations

import html
import json
from pathlib import Path

from django.apps import apps
from django.core.files.storage import storages
from django.db import connection
from django.db.models import CharField, FileField, JSONField, TextField

# What is no word of anybody's: the framework's names and what it signs.
TOO = ("django_session",)


def spellings(words) -> list[str]:
    return [
        spelling.casefold()
        for word in words
        for spelling in (word, html.escape(word), json.dumps(word)[1:-1], json.dumps(json.dumps(word))[2:-2])
    ]


def columns() -> list[tuple[str, str]]:
    """Table and column of everything that may hold a word, by introspection of the database itself."""
    found = []
    with connection.cursor() as cursor:
        tables = [
            table.name for table in connection.introspection.get_table_list(cursor) if table.type == "t"
        ]
        for table in tables:
            if table in TOO:
                continue
            found += [
                (table, column.name)
                for column in connection.introspection.get_table_description(cursor, table)
            ]
    return found


def rows_with(words) -> set[str]:
    """table.column of each place in which one of the words stands."""
    wanted, found = spellings(words), set()
    with connection.cursor() as cursor:
        for table, column in columns():
            name, field = connection.ops.quote_name(table), connection.ops.quote_name(column)
            cursor.execute(f"SELECT {field} FROM {name} WHERE {field} IS NOT NULL")
            for (value,) in cursor.fetchall():
                text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
                if any(word in text.casefold() for word in wanted):
                    found.add(f"{table}.{column}")
                    break
    return found


def files_with(words) -> set[str]:
    """Names of the private files in which one of the words stands."""
    wanted = [word.encode() for word in words]
    folder = Path(storages["private"].location)
    return {
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_file() and any(word in file.read_bytes() for word in wanted)
    }


def models_of(places: set[str]) -> set[str]:
    return {place.split(".")[0] for place in places}


def word_fields() -> int:
    """How many text and JSON columns the site's models have: a guard for the guard."""
    return sum(
        isinstance(field, (CharField, TextField, JSONField)) and not isinstance(field, FileField)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
    )
