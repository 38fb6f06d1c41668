"""Every text of the interface is found and translated, and the catalogues are compiled without gettext."""

import gettext

import pytest

from settings.messages import catalogues
from settings.messages.extract import Message, messages_of


def found(tmp_path, name: str, text: str) -> set[Message]:
    (tmp_path / name).write_text(text)
    return messages_of(tmp_path / name)


def test_texts_of_python_are_found_by_their_call(tmp_path):
    code = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext, npgettext_lazy
import django.utils.translation as translation
a = _("one " "piece")
b = ngettext("%(n)s seat", "%(n)s seats", 3)
c = pgettext("of a project", "phase")
d = npgettext_lazy("of a ledger", "entry", "entries", "n")
e = translation.gettext("by its module")
f = _(name), print("not this"), "_('nor this')"
"""
    assert found(tmp_path, "code.py", code) == {
        Message("one piece"),
        Message("%(n)s seat", "%(n)s seats"),
        Message("phase", context="of a project"),
        Message("entry", "entries", "of a ledger"),
        Message("by its module"),
    }


def test_texts_of_templates_are_found_with_plurals_context_and_filters(tmp_path):
    template = """{% load i18n %}
{% translate "It's “here”" %} {% translate 'phase' context "of a project" %}
{% blocktranslate trimmed count n=seats with name=x|upper %}
  {{ n }} seat for {{ name }}
{% plural %}
  {{ n }} seats for {{ name }}
{% endblocktranslate %}
{% include "a.html" with label=_("Give") %} {{ value|default:_("nothing") }}
{% comment %}{% translate "not this" %}{% endcomment %} plain text
"""
    assert found(tmp_path, "page.html", template) == {
        Message("It's “here”"),
        Message("phase", context="of a project"),
        Message("%(n)s seat for %(name)s", "%(n)s seats for %(name)s"),
        Message("Give"),
        Message("nothing"),
    }


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A house of one app that asks for three texts."""
    monkeypatch.setattr(catalogues, "APPS", ("rooms",))
    (tmp_path / "rooms").mkdir()
    (tmp_path / "rooms" / "code.py").write_text('_("door"), _("%(n)s keys"), ngettext("a", "%(n)s b", 2)')
    return tmp_path


def put(root, **texts) -> None:
    """Translate texts in the only catalogue."""
    catalogue = next(catalogues.all_catalogues(root))
    content = catalogue.read()
    for message in content:
        if message.id in texts.get("words", {}):
            message.string = texts["words"][message.id]
    with catalogue.path.open("wb") as file:
        catalogues.write_po(file, content, width=110)


def test_missing_translation_is_told_until_it_is_there(house):
    assert [line.split(": ", 1)[1] for line in catalogues.problems(house)] == [
        "missing: '%(n)s keys'",
        "missing: 'a'",
        "missing: 'door'",
    ]
    catalogues.update_all(house)
    assert all("not translated" in line for line in catalogues.problems(house))
    put(house, words={"door": "porta", "%(n)s keys": "%(n)s chiavi", ("a", "%(n)s b"): ("una", "%(n)s bi")})
    assert catalogues.problems(house) == []


def test_update_keeps_what_was_translated_and_drops_what_is_gone(house):
    catalogues.update_all(house)
    put(house, words={"door": "porta"})
    (house / "rooms" / "code.py").write_text('_("door"), _("window")')
    catalogues.update_all(house)
    kept = next(catalogues.all_catalogues(house)).read()
    assert {message.id: message.string for message in kept if message.id} == {"door": "porta", "window": ""}


def test_placeholder_that_would_break_the_page_is_told(house):
    catalogues.update_all(house)
    put(house, words={"door": "porta", "%(n)s keys": "%(m)s chiavi", ("a", "%(n)s b"): ("una", "%(n)s bi")})
    assert [line.split(": ", 1)[1] for line in catalogues.problems(house)] == [
        "placeholders differ: '%(n)s keys'"
    ]


def test_compiled_catalogue_is_read_by_gettext_and_written_only_when_older(house):
    catalogues.update_all(house)
    put(house, words={"door": "porta"})
    assert catalogues.compile_all(house) == 1
    compiled = next(catalogues.all_catalogues(house)).compiled
    with compiled.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("door") == "porta"
    assert catalogues.compile_all(house) == 0
