"""What a cooperative's editor reads holds nothing of another cooperative, and no form takes a row of it."""

from collections.abc import Iterator

import pytest
from django import forms

from cms.models import SavedView
from cms.roles import Role
from cms.sources import open_sources
from tests.cms.rights.addresses import Address
from tests.cms.rights.asking import Visitor, light
from tests.cms.rights.filling import CannotFill, both
from tests.cms.rights.site import SECRET, TwoOfEach, two_of_each
from tests.cms.rights.table import rules
from tests.cms.rights.test_every_address import guarded, report

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
# Lists that search: the words are sent in small letters, for the page repeats what was typed.
SEARCHES = ("results", "choose", "search")


def readable(site: TwoOfEach) -> Iterator[tuple[Address, str]]:
    """The addresses that a cooperative's editor may read, with rows of their own."""
    known = rules()
    for address in guarded():
        rule = known.get(address.key)
        if rule and "r" in rule.rights[Role.COOPERATIVE_EDITOR] and address.route.startswith("admin/"):
            try:
                yield address, both(address, site)[0]
            except (CannotFill, KeyError):
                continue  # the test of every address says so


def test_nothing_of_another_cooperative_is_read_found_or_taken():
    site = two_of_each()
    editor = Visitor(site.users[Role.COOPERATIVE_EDITOR])
    foreign = {type(theirs): theirs.pk for ours, theirs in site.rows.values() if SECRET in str(theirs)}
    problems = []
    with light():
        for address, url in readable(site):
            response = editor.ask("get", url)
            problems += [f"{address.key} shows {text}" for text in leaks(response)]
            problems += [
                f"{address.key} takes another's {name}   ({url})" for name in taking(response, foreign)
            ]
            if not address.asks and address.name.endswith(SEARCHES):
                found = editor.ask("get", url, {"q": SECRET.lower()})
                problems += [f"{address.key} finds {text}" for text in leaks(found)]
    report(problems)


def leaks(response) -> Iterator[str]:
    """A few words around what is another's, if it is there."""
    text = "" if getattr(response, "streaming", False) else response.content.decode(errors="replace")
    if SECRET in text:
        place = text.index(SECRET)
        yield f"{text[max(place - 60, 0) : place + 40]!r}"


def taking(response, foreign: dict[type, int]) -> Iterator[str]:
    """Names of the fields of a page's forms that would accept a row of the other cooperative."""
    context = getattr(response, "context_data", None) or {}
    found = [one for one in context.values() if isinstance(one, forms.BaseForm)]
    found += [inner for form in found for inner in _within(form)]
    for form in found:
        for name, field in form.fields.items():
            rows = getattr(field, "queryset", None)
            if rows is not None and rows.model in foreign and rows.filter(pk=foreign[rows.model]).exists():
                yield name


def _within(form: forms.BaseForm) -> list[forms.BaseForm]:
    sets = getattr(form, "formsets", {}).values()
    return [inner for formset in sets for inner in (*formset.forms, formset.empty_form)]


def test_a_list_opened_through_a_view_of_anothers_shows_no_more_than_the_list():
    """A colleague's own view is not there; one that is shared asks its question of the reader's own rows."""
    site = two_of_each()
    user = site.users[Role.COOPERATIVE_EDITOR]
    editor = Visitor(user)
    theirs = site.pair("cms.savedview")[1]
    problems = []
    with light():
        for source in open_sources(user):
            view = SavedView.objects.create(
                owner=theirs.owner, name=f"tutto di {source.key}", source_key=source.key
            )
            for is_shared in (False, True):
                if is_shared:
                    view.shared_with.set(user.groups.all())
                answer = editor.ask("get", f"{source.list_url()}?view={view.pk}")
                if answer.status_code != (302 if is_shared else 404):
                    problems.append(f"{source.key}: {answer.status_code}, shared: {is_shared}")
                elif is_shared:
                    opened = editor.ask("get", answer.headers["Location"])
                    problems += [f"{source.key} shows {text}" for text in leaks(opened)]
    report(problems)
