"""Choosing a record, or making it on the spot, within a person's rights."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from members.choosers import CHOOSERS
from members.models import Cooperative, Organisation, ServiceFormat
from tests.factories import members as make

pytestmark = pytest.mark.django_db


def allow(user, *codenames: str):
    user.user_permissions.add(*Permission.objects.filter(codename__in=["access_admin", *codenames]))
    return user


def test_every_chooser_opens_searches_and_chooses(login):
    client = login()
    enrolment = make.EnrolmentFactory()
    lead = make.LeadFactory(service_format=make.ServiceFormatFactory(woven_by=[make.CooperativeFactory()]))
    records = {
        "cooperative_chooser": lead.service_format.parts.first().cooperative,
        "service_format_chooser": lead.service_format,
        "organisation_chooser": lead.organisation,
        "contact_chooser": lead.contact,
        "course_edition_chooser": enrolment.edition,
    }
    assert {chooser.name for chooser in CHOOSERS} == set(records)
    for name, record in records.items():
        assert client.get(reverse(f"{name}:choose")).json()["step"] == "choose"
        for typed in ("", str(record)[:4], "'\"%(", "zzzz"):
            response = client.get(reverse(f"{name}:choose_results"), {"q": typed})
            assert response.status_code == 200
            assert (str(record) in response.content.decode()) == (typed in ("", str(record)[:4]))
        chosen = client.get(reverse(f"{name}:chosen", args=[record.pk])).json()["result"]
        assert chosen["id"] == str(record.pk)
        assert f"/{record.pk}/" in chosen["edit_url"]
        assert client.get(reverse(f"{name}:chosen", args=["abc"])).status_code == 404
        several = client.get(reverse(f"{name}:chosen_multiple"), {"id": [record.pk, "abc", "9" * 40]})
        assert [one["id"] for one in several.json()["result"]] == [str(record.pk)]


def test_a_cooperative_made_in_the_window_gets_its_short_name(login):
    client = login()
    make.CooperativeFactory(slug="teatro-del-lago")
    response = client.post(
        reverse("cooperative_chooser:create"), {"name": "Teatro del Lago", "legal_form": "social_a"}
    )
    made = Cooperative.objects.get(name="Teatro del Lago")
    assert response.json()["result"]["id"] == str(made.pk)
    assert made.slug == "teatro-del-lago-2"


def test_a_format_made_in_the_window_takes_amounts_and_tells_mistakes(login):
    client = login()
    create = reverse("service_format_chooser:create")
    words = {"name_it": "🎭", "price_from_cents": "1.500,00", "price_to_cents": "2000"}
    assert client.post(create, words).status_code == 200
    assert ServiceFormat.objects.get().price_from_cents == 150_000
    assert ServiceFormat.objects.get().slug
    wrong = client.post(create, {"name_it": "", "price_from_cents": "tanto"}).json()
    assert wrong["step"] == "reshow_creation_form"
    turned = client.post(
        create, {"name_it": "Altro", "price_from_cents": "20", "price_to_cents": "10"}
    ).json()
    assert "Il prezzo più alto non può essere inferiore al più basso." in turned["htmlFragment"]
    assert ServiceFormat.objects.count() == 1


def test_a_cooperatives_editor_chooses_only_their_own(login, user_as):
    own, other = make.CooperativeFactory.create_batch(2)
    client = login(allow(user_as("cooperative_editor", cooperative=own)))
    html = client.get(reverse("cooperative_chooser:choose_results")).content.decode()
    assert own.name in html
    assert other.name not in html
    assert client.get(reverse("cooperative_chooser:chosen", args=[other.pk])).status_code == 404
    several = client.get(reverse("cooperative_chooser:chosen_multiple"), {"id": [own.pk, other.pk]})
    assert len(several.json()["result"]) == 1


def test_who_may_not_add_is_not_offered_to_and_cannot(login):
    make.CooperativeFactory(name="Teatro")
    client = login(allow(make.UserFactory()))
    window = client.get(reverse("cooperative_chooser:choose")).json()
    assert "Teatro" in window["html"]
    assert "/create/" not in window["html"]
    response = client.post(reverse("cooperative_chooser:create"), {"name": "Nuova", "legal_form": "social_a"})
    assert response.status_code in (302, 403)
    assert Cooperative.objects.count() == 1


@pytest.mark.parametrize("name", ["organisation_chooser", "contact_chooser", "course_edition_chooser"])
def test_people_and_clients_are_shown_only_to_who_works_with_them(login, name):
    client = login(allow(make.UserFactory()))
    for page in ("choose", "choose_results", "chosen_multiple"):
        assert client.get(reverse(f"{name}:{page}")).status_code in (302, 403)
    assert client.get(reverse(f"{name}:chosen", args=[1])).status_code in (302, 403)


def test_what_is_made_in_the_window_is_in_the_log(login):
    from wagtail.log_actions import registry

    client = login()
    client.post(reverse("organisation_chooser:create"), {"name": "Comune di Prova", "kind": "public"})
    entry = registry.get_logs_for_instance(Organisation.objects.get()).get()
    assert (entry.action, entry.user) == ("wagtail.create", client.user)


@pytest.mark.parametrize(
    ("page_model", "index", "chooser"),
    [
        ("cooperativepage", "CooperativeIndexPage", "cooperative_chooser"),
        ("serviceformatpage", "ServiceFormatIndexPage", "service_format_chooser"),
    ],
)
def test_a_new_page_offers_to_choose_or_create_its_record(login, page_model, index, chooser):
    from wagtail.models import Page

    from pages import models

    home = Page.objects.get(depth=2, locale__language_code="it")
    parent = getattr(models, index).objects.first() or home.add_child(
        instance=getattr(models, index)(title="Elenco", slug="elenco")
    )
    html = (
        login().get(reverse("wagtailadmin_pages:add", args=["pages", page_model, parent.pk])).content.decode()
    )
    assert reverse(f"{chooser}:choose") in html


def test_a_chooser_minds_neither_accents_nor_capitals(login):
    client, wanted = login(), make.OrganisationFactory(name="Città di Mantova")
    make.OrganisationFactory(name="Comune di Goito")
    for typed in ("citta", "CITTÀ", "mantova città"):
        found = client.get(reverse("organisation_chooser:choose_results"), {"q": typed}).content.decode()
        assert wanted.name in found, typed
        assert "Goito" not in found, typed


def test_a_client_made_in_the_window_is_told_of_one_that_looks_like_it(login):
    client, there = login(), make.OrganisationFactory(name="Mantova Musica APS")
    create, typed = reverse("organisation_chooser:create"), {"name": "Mantova Musica s.r.l."}
    told = client.post(create, typed).json()
    assert told["step"] == "reshow_creation_form"
    assert "Mantova Musica APS (quasi lo stesso nome" in told["htmlFragment"]
    assert f'name="seen_twins" value="{there.pk}"' in told["htmlFragment"]
    assert client.post(create, typed | {"seen_twins": there.pk}).json()["step"] == "chosen"
    assert Organisation.objects.count() == 2
