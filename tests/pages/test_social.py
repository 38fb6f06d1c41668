"""A shared link shows a picture: the page's own, or its title beside its weave."""

import re

import pytest

from tests.factories.pages import EVERY_PAGE, CooperativePageFactory, StandardPageFactory, home

pytestmark = pytest.mark.django_db


def social_picture(client, page) -> str:
    """The path of the picture that the page offers to who shares it."""
    address = re.search(r'property="og:image" content="([^"]+)"', client.get(page.url).text).group(1)
    assert address.startswith("http")
    return "/" + address.split("/", 3)[3]


@pytest.mark.parametrize("factory", EVERY_PAGE, ids=lambda factory: factory._meta.model.__name__)
def test_every_page_offers_a_picture_to_who_shares_it(client, factory):
    response = client.get(social_picture(client, factory()))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response.content.startswith(b"\x89PNG")
    assert not response.cookies
    assert "public" in response["Cache-Control"]


def test_the_home_page_shares_its_message(client):
    assert client.get(social_picture(client, home())).status_code == 200


def test_a_page_published_again_is_drawn_again(client):
    page = StandardPageFactory(title="Prima")
    address = social_picture(client, page)
    before = client.get(address).content
    assert client.get(address).content == before
    page.title = "Un altro titolo"
    page.save_revision().publish()
    assert client.get(address).content != before


def test_what_the_public_may_not_read_has_no_card(client):
    draft = StandardPageFactory(draft=True)
    left = CooperativePageFactory()
    left.cooperative.is_listed = False
    left.cooperative.save()
    for pk in (draft.pk, left.pk, 987_654_321):
        assert client.get(f"/cartolina/{pk}.png").status_code == 404
