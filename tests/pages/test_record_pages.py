"""Pages that tell about a record: one in each language, and gone when staff take the record off the site."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.factories.pages import (
    CampaignPageFactory,
    CooperativePageFactory,
    ServiceFormatPageFactory,
    translate,
)

pytestmark = pytest.mark.django_db

RECORD_PAGES = [CampaignPageFactory, CooperativePageFactory, ServiceFormatPageFactory]
by_name = pytest.mark.parametrize("factory", RECORD_PAGES, ids=lambda factory: factory._meta.model.__name__)


@by_name
def test_second_page_for_a_record_in_the_same_language_is_refused(factory):
    page = factory()
    with pytest.raises(ValidationError, match=page.record_field):
        factory(**{page.record_field: page.record})


@by_name
def test_database_refuses_it_too(factory):
    one, other = factory(), factory()
    with pytest.raises(IntegrityError), transaction.atomic():
        type(one).objects.filter(pk=other.pk).update(**{one.record_field: one.record})


@by_name
def test_each_language_has_its_own_page(client, factory):
    italian = factory()
    english = translate(italian, title="In English")
    assert client.get(italian.url).status_code == 200
    assert "In English" in client.get(english.url).text


@by_name
def test_copying_it_in_the_admin_explains_why_not(login, factory):
    page = factory()
    client = login()
    response = client.get(reverse("wagtailadmin_pages:copy", args=[page.pk]), follow=True)
    assert response.status_code == 200
    assert type(page).objects.count() == 1
    assert page.title in str(next(iter(response.context["messages"])))


@pytest.mark.parametrize(
    ("factory", "hidden"),
    [
        (CooperativePageFactory, {"cooperative__unlisted": True}),
        (ServiceFormatPageFactory, {"service_format__withdrawn": True}),
        (CampaignPageFactory, {"campaign__draft": True}),
    ],
    ids=["cooperative", "format", "campaign"],
)
def test_record_that_staff_hide_has_no_public_page(client, factory, hidden):
    page = factory(title="Nascosto", **hidden)
    assert client.get(page.url).status_code == 404
    assert "Nascosto" not in client.get(page.get_parent().url).text
    assert page.full_url not in client.get("/sitemap.xml").text
