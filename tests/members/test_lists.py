"""Origins, territories and reasons are lists that staff keep; what is out of use stays where it is."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from members.models import Lead, LeadOrigin, LeadStage, LostReason, Territory
from members.services import leads
from tests.factories import members as make

pytestmark = pytest.mark.django_db


def options(page, name):
    select = re.search(rf'<select name="{name}".*?</select>', page.content.decode(), re.S).group(0)
    return re.findall(r">\s*([^<>]*?)\s*</option>", select)


def test_requests_begin_with_the_origin_of_their_channel():
    opened = leads.open_lead(name="Ada", email="ada@example.org", message="Ciao", consent_text="Sì")
    assert str(opened.origin) == "Sito"
    LeadOrigin.objects.filter(channel="website").update(is_retired=True)
    again = leads.open_lead(name="Ada", email="ada@example.org", message="Ciao", consent_text="Sì")
    assert again.origin is None


@pytest.mark.parametrize(
    ("model", "record_of", "name", "path"),
    [
        (LeadOrigin, make.LeadFactory, "origin", "members_lead_modeladmin_edit"),
        (Territory, make.LeadFactory, "territory", "members_lead_modeladmin_edit"),
        (Territory, make.OrganisationFactory, "territory", "members_organisation_modeladmin_edit"),
    ],
)
def test_what_is_out_of_use_is_offered_only_where_it_stands(login, model, record_of, name, path):
    old = model.objects.create(name_it="Una volta", is_retired=True)
    client = login("consortium_admin")
    holder, other = record_of(**{name: old}), record_of()
    assert "Una volta" in options(client.get(reverse(path, args=[holder.pk])), name)
    assert "Una volta" not in options(client.get(reverse(path, args=[other.pk])), name)


def test_a_reason_out_of_use_is_no_longer_offered(login):
    LostReason.objects.create(name_it="Neve", is_retired=True)
    page = login("commercial").get(reverse("members_lead_modeladmin_inspect", args=[make.LeadFactory().pk]))
    assert "Neve" not in options(
        page, "move-lost_reason" if b'name="move-lost_reason"' in page.content else "lost_reason"
    )


def test_a_stage_out_of_use_is_offered_only_to_requests_that_stand_in_it(login):
    old = LeadStage.objects.create(name_it="Una volta", is_retired=True)
    client = login("commercial")
    for lead, is_offered in ((make.LeadFactory(stage=old), True), (make.LeadFactory(), False)):
        page = client.get(reverse("members_lead_modeladmin_inspect", args=[lead.pk]))
        [offer] = [offer for offer in page.context["actions"] if offer.action.name == "move"]
        assert (old in offer.form.fields["to"].queryset) is is_offered


def test_a_new_request_begins_in_a_stage_in_use():
    first = LeadStage.objects.first_open()
    LeadStage.objects.create(name_it="Altra", order=first.order + 1)
    LeadStage.objects.filter(pk=first.pk).update(is_retired=True)
    assert LeadStage.objects.first_open() not in (first, None)


def test_the_last_stage_of_a_kind_cannot_go_out_of_use():
    won = LeadStage.objects.get(kind="won")
    won.is_retired = True
    with pytest.raises(ValidationError, match="tipo"):
        won.full_clean()


def test_an_audience_out_of_use_is_offered_only_to_the_formats_that_have_it(login):
    old = make.AudienceFactory(is_retired=True)
    client, holder, other = login(), make.ServiceFormatFactory(), make.ServiceFormatFactory()
    holder.audiences.add(old)
    for record, is_offered in ((holder, True), (other, False)):
        page = client.get(reverse("members_serviceformat_modeladmin_edit", args=[record.pk]))
        assert (old in page.context["form"].fields["audiences"].queryset) is is_offered


def test_requests_are_found_by_origin_and_territory(login):
    origin, territory = LeadOrigin.objects.first(), Territory.objects.first()
    make.LeadFactory(title="Qui", origin=origin, territory=territory)
    make.LeadFactory(title="Altrove")
    client = login("commercial")
    for query in ({"origin": origin.pk}, {"territory": territory.pk}):
        rows = client.get(reverse("members_lead_modeladmin_index"), query).context["object_list"]
        assert [row.title for row in rows] == ["Qui"]
    assert Lead.objects.count() == 2


def test_administrators_keep_the_lists_and_others_do_not(login):
    path = reverse("members_territory_modeladmin_create")
    new = {"name_it": "Garda", "name_en": "", "order": "5"}
    login("commercial").post(path, new)
    assert not Territory.objects.filter(name_it="Garda").exists()
    login("consortium_admin").post(path, new)
    assert Territory.objects.filter(name_it="Garda").exists()
