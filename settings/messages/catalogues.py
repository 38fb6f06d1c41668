"""Reading, updating, compiling and checking the catalogues, one per app and language."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from settings.messages.extract import Message, files_under, messages_of

ROOT = Path(__file__).resolve().parents[2]
APPS = ("cms", "donations", "donations/sandbox", "members", "pages")
LANGUAGES = ("it",)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


@dataclass(frozen=True)
class CatalogueFile:
    """The catalogue of one app in one language."""

    app: Path
    language: str
    others: frozenset[Path]

    @property
    def path(self) -> Path:
        return self.app / "locale" / self.language / "LC_MESSAGES" / "django.po"

    @property
    def compiled(self) -> Path:
        return self.path.with_suffix(".mo")

    def read(self) -> Catalog:
        if not self.path.exists():
            return Catalog(locale=self.language, project="Cultnetwork", charset="utf-8", fuzzy=False)
        with self.path.open("rb") as file:
            return read_po(file, locale=self.language)

    def wanted(self) -> set[Message]:
        """The texts that the app's files ask to translate."""
        files = files_under(self.app, apart=set(self.others))
        return {message for file in files for message in messages_of(file)}


def all_catalogues(root: Path = ROOT) -> Iterator[CatalogueFile]:
    """Every catalogue that the project keeps, whether its file is there yet or not."""
    apps = [root / name for name in APPS]
    for app in apps:
        for language in LANGUAGES:
            yield CatalogueFile(app, language, frozenset(apps) - {app})


def compile_all(root: Path = ROOT) -> int:
    """Write each .mo that is older than its .po; returns how many were written."""
    written = 0
    for catalogue in all_catalogues(root):
        source, target = catalogue.path, catalogue.compiled
        if not source.exists() or (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
            continue
        unfinished = target.with_name(f"{target.name}.{os.getpid()}")  # others may be reading the old one
        with unfinished.open("wb") as file:
            write_mo(file, catalogue.read())
        unfinished.replace(target)
        written += 1
    return written


def update_all(root: Path = ROOT) -> None:
    """Bring each .po up to date with the code: new texts empty, texts gone taken out."""
    for catalogue in all_catalogues(root):
        wanted = catalogue.wanted()
        if not wanted and not catalogue.path.exists():
            continue
        kept = catalogue.read()
        fresh = Catalog(
            locale=catalogue.language,
            project="Cultnetwork",
            charset="utf-8",
            fuzzy=False,
            header_comment=kept.header_comment,
            revision_date=kept.revision_date,
            creation_date=kept.creation_date,
        )
        for message in sorted(wanted, key=lambda each: (each.id.casefold(), each.id, each.context)):
            key = (message.id, message.plural) if message.plural else message.id
            old = kept.get(message.id, context=message.context or None)
            same_kind = old is not None and isinstance(old.string, tuple) == bool(message.plural)
            fresh.add(
                key,
                old.string if old and same_kind else None,
                flags=old.flags - {"python-brace-format"} if old else (),
                context=message.context or None,
                user_comments=old.user_comments if old else (),
            )
        catalogue.path.parent.mkdir(parents=True, exist_ok=True)
        with catalogue.path.open("wb") as file:
            write_po(file, fresh, width=110, no_location=True, omit_header=False)


def problems(root: Path = ROOT) -> list[str]:
    """What a reader of another language would miss, one sentence each."""
    found = []
    for catalogue in all_catalogues(root):
        kept, where = catalogue.read(), catalogue.path.relative_to(root)
        for message in sorted(catalogue.wanted(), key=lambda message: message.id):
            entry = kept.get(message.id, context=message.context or None)
            if complaint := _complaint(message, entry):
                found.append(f"{where}: {complaint}: {message.id!r}")
    return found


def _complaint(message: Message, entry: Entry | None) -> str:
    if entry is None:
        return "missing"
    if entry.fuzzy:
        return "fuzzy"
    texts = entry.string if isinstance(entry.string, tuple | list) else (entry.string,)
    if not all(texts) or (message.plural and len(texts) < 2):
        return "not translated"
    allowed = set(_PLACEHOLDER.findall(message.id + message.plural))
    used = {name for text in texts for name in _PLACEHOLDER.findall(text or "")}
    # A singular may leave its number out ("one seat"); a name that is not given would break the page.
    if used - allowed or (not message.plural and allowed - used):
        return "placeholders differ"
    return ""
