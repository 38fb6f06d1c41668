"""Wagtail's read API over our page types: all their public words, nothing that the site hides."""

import pytest
from wagtail.models import PageViewRestriction

from tests.factories.pages import (
    EVERY_PAGE,
    CampaignPageFactory,
    CooperativePageFactory,
    ServiceFormatPageFactory,
    StandardPageFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("factory", EVERY_PAGE, ids=lambda factory: factory._meta.model.__name__)
def test_each_page_type_can_be_read_with_all_its_fields(client, factory):
    page = factory(summary="Otto cooperative.")
    kind = f"pages.{type(page).__name__}"
    listed = client.get("/api/v2/pages/", {"type": kind, "fields": "*"}).json()
    found = {item["id"]: item for item in listed["items"]}[page.pk]
    assert (found["title"], found["summary"]) == (page.title, "Otto cooperative.")
    assert found["meta"]["html_url"] == page.full_url
    assert client.get(f"/api/v2/pages/{page.pk}/").status_code == 200


def test_hidden_private_and_draft_pages_are_not_there(client):
    private = StandardPageFactory()
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    hidden = [
        private,
        StandardPageFactory(draft=True),
        CooperativePageFactory(cooperative__unlisted=True),
        ServiceFormatPageFactory(service_format__withdrawn=True),
        CampaignPageFactory(campaign__draft=True),
    ]
    listed = client.get("/api/v2/pages/", {"limit": 50}).json()
    assert not {item["id"] for item in listed["items"]} & {page.pk for page in hidden}
    for page in hidden:
        kind = {"type": f"pages.{type(page).__name__}"}
        assert client.get("/api/v2/pages/", kind).json()["meta"]["total_count"] == 0
        assert client.get(f"/api/v2/pages/{page.pk}/").status_code == 404


def test_search_of_the_api_takes_accents_and_operators(client):
    page = StandardPageFactory(title="La città che suona")
    for typed in ["città", "CITTA", "suona"]:
        found = client.get("/api/v2/pages/", {"search": typed}).json()
        assert [item["id"] for item in found["items"]] == [page.pk], typed
    for typed in ['"', "'", "a OR b", "NOT x", "*", "(", "\\", "<->"]:
        assert client.get("/api/v2/pages/", {"search": typed}).status_code in (200, 400), typed
