"""Every page type as a visitor meets it: it answers, in its language, without a cookie or a foreign byte."""

import re

import pytest

from tests.factories.pages import EVERY_PAGE

pytestmark = pytest.mark.django_db


def test_home_answers_in_both_languages(client):
    italian, english = client.get("/"), client.get("/en/")
    assert italian.status_code == english.status_code == 200
    assert '<html lang="it"' in italian.text
    assert '<html lang="en"' in english.text
    assert "Cultural cooperatives that think" in english.text


@pytest.mark.parametrize("factory", EVERY_PAGE, ids=lambda factory: factory._meta.model.__name__)
def test_page_answers_without_cookie_or_inline_code(client, factory):
    page = factory()
    response = client.get(page.url)
    assert response.status_code == 200
    assert not response.cookies
    assert "style=" not in response.text
    assert not re.search(r"<script(?![^>]*\b(src=|application/ld\+json))", response.text)
    assert not re.search(r'(src|href)="https?://(?!testserver|localhost)', _head(response.text))


@pytest.mark.parametrize("factory", EVERY_PAGE, ids=lambda factory: factory._meta.model.__name__)
def test_italian_page_answers_within_the_english_site_and_says_so(client, factory):
    page = factory(title="Un titolo solo italiano")
    response = client.get(f"/en{page.url}")
    assert response.status_code == 200
    assert '<html lang="en"' in response.text
    assert '<div lang="it">' in response.text
    assert "For now this page can be read in Italian only." in response.text
    assert f'<link rel="canonical" href="{page.full_url}">' in response.text
    assert '<meta name="robots" content="noindex">' in response.text


def _head(html: str) -> str:
    return html.split("</head>")[0]
