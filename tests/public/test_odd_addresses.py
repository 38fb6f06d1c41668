"""Whatever stands in an address: a page in words, in its language, and never a 500."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from bs4 import BeautifulSoup

from cms.consent import PROMOTIONAL, has_withdrawn
from cms.models import UnsubscribeLink
from tests.factories.cms import CROSS_SITE
from tests.factories.pages import EventPageFactory
from tests.factories.whole_site import whole_site

pytestmark = pytest.mark.django_db

ODD: list[str | bytes] = [
    *("\x00", "a\x00b", "-1", "0", "99999999999999999999999", "1e400", "NaN"),
    *("9999-99", "2026-13", "0000-00", "' OR 1=1 --", '"', "*", "(a OR", "a:b", "\\", "%", "%s", "{{ 7 }}"),
    *("../../etc/passwd", "<script>alert(1)</script>", "👩🏽‍🎨", "\u202e", "è" * 3000),
    *("\ud800".encode("utf-8", "surrogatepass"), b"\xff\xfe"),
]
# Every name that some page reads from its address.
NAMES = ("q", "kind", "page", "when", "month", "cooperative", "competence", "place", "audience")
NAMES += ("amount", "importo", "language", "p")


def name_of(odd: str | bytes) -> str:
    return ascii(odd)[:16]


def test_no_query_breaks_any_page(client):
    site = whole_site()
    for language in ("it", "en"):
        for number, address in enumerate(site.addresses(language).values()):
            # Each page gets a few, all pages together get them all.
            for odd in (*ODD[number % 12 :: 12], ""):
                join = "&" if "?" in address else "?"
                answer = client.get(address + join + urlencode(dict.fromkeys(NAMES, odd)))
                assert answer.status_code in (200, 404), (address, odd)


@pytest.mark.parametrize(("path", "language"), [("/cerca/", "it"), ("/en/search/", "en")])
def test_no_typed_words_break_the_search(client, path, language):
    EventPageFactory(title="Concerto sul lago")
    for odd in ODD:
        answer = client.get(f"{path}?{urlencode({'q': odd})}")
        assert answer.status_code == 200, odd
        page = BeautifulSoup(answer.content, "html.parser")
        assert page.html["lang"] == language
        assert not page.select("main script"), odd
        typed = odd if isinstance(odd, str) else odd.decode("utf-8", "replace")
        shown = page.select_one("#page-search")["value"]
        assert shown == " ".join(typed.replace("\x00", " ").split())[:200]


SECRETS = [
    "/dona/grazie/{}/", "/en/donate/thanks/{}/", "/dona/annullata/{}/", "/en/donate/cancelled/{}/",
    "/dona/riprova/{}/", "/en/donate/again/{}/", "/verifica/{}/", "/en/verify/{}/", "/disiscrizione/{}/",
    "/en/unsubscribe/{}/", "/calendario/{}.ics", "/cooperative/{}/calendario.ics", "/{}/", "/en/{}/",
]  # fmt: skip


@pytest.mark.parametrize("path", SECRETS)
def test_an_address_that_nobody_gave_out_leads_to_a_page_that_helps(client, path):
    # Each address gets a third of them, those of one kind together get them all.
    for odd in ODD[SECRETS.index(path) % 3 :: 3]:
        address = path.format(quote(odd, safe=""))
        answer = client.get(address)
        assert answer.status_code == 404, address
        page = BeautifulSoup(answer.content, "html.parser")
        assert page.html["lang"] == ("en" if path.startswith("/en/") else "it")
        assert page.main.select("h1"), address
        posted = client.post(address, {"amount": "25"}, headers=CROSS_SITE)
        assert posted.status_code in (403, 404, 405), address


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe\x00", b"List-Unsubscribe=" + b"x" * 1_000_000, b"{}", b"a=%00"]
)
@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "application/json", "text/plain"]
)
def test_whoever_unsubscribes_is_heard_however_it_is_sent(client, body, content_type):
    """A mail program sends what it likes, from where it likes: the link alone decides."""
    link = UnsubscribeLink.objects.create(email="ada@persone.example", token="una-parola-segreta")
    answer = client.generic("POST", f"/disiscrizione/{link.token}/", body, content_type, headers=CROSS_SITE)
    assert answer.status_code == 200
    assert has_withdrawn("ada@persone.example", PROMOTIONAL)
