"""Which texts the code and the templates ask to translate."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

# Name of the function -> what its leading arguments are.
_CALLS = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"], ("id",)),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], ("id", "plural")),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ("context", "id")),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ("context", "id", "plural")),
}
_CALL_IN_TEMPLATE = re.compile(rf"\b({'|'.join(sorted(_CALLS, key=len, reverse=True))})\(")
_TEMPLATES = {".html", ".txt", ".xml"}


@dataclass(frozen=True)
class Message:
    """One text to translate: what Django looks up."""

    id: str
    plural: str = ""
    context: str = ""


def messages_of(file: Path) -> set[Message]:
    """The texts that one Python file or template asks to translate."""
    text = file.read_text()
    if file.suffix == ".py":
        return set(_in_python(text))
    return set(_in_template(text, str(file)))


def _message(name: str, texts: list[str]) -> Message | None:
    parts = dict(zip(_CALLS[name], texts, strict=False))
    return Message(**parts) if parts.get("id") else None


def _in_python(text: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = []
        for argument in node.args:
            if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                break
            texts.append(argument.value)
        if name in _CALLS and (found := _message(name, texts)):
            yield found


def _in_template(text: str, origin: str) -> Iterator[Message]:
    code = templatize(text, origin=origin)
    for call in _CALL_IN_TEMPLATE.finditer(code):
        texts = []
        for token in tokenize.generate_tokens(io.StringIO(code[call.end() :]).readline):
            if token.type == tokenize.STRING:
                texts.append(ast.literal_eval(token.string))
            elif token.string != ",":
                break
        if found := _message(call[1], texts):
            yield found


def files_under(app: Path, *, apart: set[Path]) -> Iterator[Path]:
    """The files of an app that may ask for translations, without those of apps nested in it."""
    for file in sorted(app.rglob("*.*")):
        nested = any(other in file.parents for other in apart if app in other.parents)
        ours = file.suffix == ".py" or (file.suffix in _TEMPLATES and "templates" in file.parts)
        if ours and not nested and "migrations" not in file.parts and file.is_file():
            yield file
