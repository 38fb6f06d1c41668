"""Two records that may be one: told before saving, shown on the page, compared, and merged."""

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from cms import audit
from cms.models import CustomField, MergedRecord
from cms.outbox import Stream, queue_mail
from cms.roles import Role
from cms.twins import twins_of
from cms.twins.merging import CannotMerge, merge
from members.models import Contact, Exchange, Organisation
from tests.factories import members as make

pytestmark = pytest.mark.django_db


def merge_url(record, other=None) -> str:
    url = reverse("record_merge", args=[record._meta.label_lower, record.pk])
    return f"{url}?other={other.pk}" if other else url


def page_of(record) -> str:
    return reverse(f"members_{record._meta.model_name}_modeladmin_inspect", args=[record.pk])


@pytest.fixture
def two():
    """A person who wrote from two addresses, with something belonging to each."""
    kept = make.ContactFactory(first_name="Ada", last_name="Negri", email="ada@uno.example", phone="")
    gone = make.ContactFactory(
        first_name="Ada", last_name="Negri", email="ada@due.example", phone="+39 0376 123456"
    )
    for contact in (kept, gone):
        make.LeadFactory(contact=contact)
        Exchange.objects.create(contact=contact, text=f"Telefonata a {contact.email}")
    return kept, gone


def send(client, kept, gone, **chosen):
    shown = client.get(merge_url(kept, gone)).context["shown"]
    return client.post(merge_url(kept), {"other": gone.pk, "shown": shown} | chosen)


def test_what_belonged_to_either_belongs_to_the_one_that_stays(two, login):
    kept, gone = two
    client = login(Role.COMMERCIAL)
    mail = queue_mail(
        to=gone.email, stream=Stream.SERVICE, template="tests/mail", context={}, language="it", about=gone
    )
    answer = send(client, kept, gone)
    assert (answer.status_code, answer.url) == (302, page_of(kept))
    assert list(Contact.objects.all()) == [kept]
    assert (kept.leads.count(), kept.exchanges.count()) == (2, 2)
    mail.refresh_from_db()
    assert mail.about == kept


def test_a_value_is_proposed_before_none_and_each_may_be_chosen(two, login):
    kept, gone = two
    send(login(Role.COMMERCIAL), kept, gone, **{"keep-email": "gone"})
    kept.refresh_from_db()
    assert (kept.email, kept.phone) == ("ada@due.example", "+39 0376 123456")


def test_the_row_that_went_is_kept_as_it_was_and_both_histories_are_one(two, login):
    kept, gone = two
    client = login(Role.COMMERCIAL)
    audit.record("wagtail.edit", gone, user=client.user, data={"fields": ["phone"]})
    send(client, kept, gone)
    merged = MergedRecord.objects.get()
    assert (merged.kept_pk, merged.gone_pk, merged.by) == (kept.pk, gone.pk, client.user)
    assert merged.snapshot["email"] == "ada@due.example"
    assert len(merged.moved["members.lead.contact"]) == 1
    history = reverse("members_contact_modeladmin_history", args=[kept.pk])
    html = client.get(history).content.decode()
    assert "Telefono" in html and "Vi è stata unita un'altra scheda" in html.replace("&#x27;", "'")


def test_the_old_address_leads_to_the_one_that_stayed_also_after_two_merges(two, login):
    kept, gone = two
    last = make.ContactFactory(first_name="Ada", last_name="Negri")
    client = login(Role.COMMERCIAL)
    send(client, kept, gone)
    send(client, last, kept)
    for old in (gone, kept):
        old_page = reverse("members_contact_modeladmin_inspect", args=[old.pk])
        assert client.get(old_page).url == page_of(last)


def test_added_fields_are_chosen_too_and_those_that_name_the_person_follow(two, login):
    kept, gone = two
    for key, kind, of in (
        ("nota", "text", "contact"),
        ("voto", "text", "contact"),
        ("chi", "person", "lead"),
    ):
        CustomField.objects.create(record_kind=f"members.{of}", key=key, kind=kind, label_it=key)
    kept.custom, gone.custom = {"nota": "sua"}, {"nota": "altra", "voto": "7"}
    kept.save(), gone.save()
    lead = make.LeadFactory(custom={"chi": gone.pk})
    send(login(Role.COMMERCIAL), kept, gone)
    kept.refresh_from_db(), lead.refresh_from_db()
    assert kept.custom == {"nota": "sua", "voto": "7"}
    assert lead.custom == {"chi": kept.pk}


def test_whoever_looked_at_other_words_looks_again(two, login):
    kept, gone = two
    client = login(Role.COMMERCIAL)
    shown = client.get(merge_url(kept, gone)).context["shown"]
    gone.phone = "0376 999"
    gone.save()
    answer = client.post(merge_url(kept), {"other": gone.pk, "shown": shown})
    assert answer.status_code == 409
    assert Contact.objects.count() == 2


def test_what_a_colleague_saves_between_the_look_and_the_lock_is_not_overwritten(two, user_as):
    kept, gone = two
    Contact.objects.get(pk=kept.pk).save()
    with pytest.raises(CannotMerge):
        merge(kept=kept, gone=gone, values={"phone": "0376 1"}, by=user_as(Role.COMMERCIAL))
    assert Contact.objects.filter(phone="").count() == 1
    assert not MergedRecord.objects.exists()


def test_a_second_click_finds_the_merge_done(two, login):
    kept, gone = two
    client = login(Role.COMMERCIAL)
    shown = client.get(merge_url(kept, gone)).context["shown"]
    posts = [client.post(merge_url(kept), {"other": gone.pk, "shown": shown}) for _n in range(2)]
    assert [answer.status_code for answer in posts] == [302, 404]
    assert MergedRecord.objects.count() == 1


def test_a_record_is_not_merged_with_itself_nor_with_what_is_not_there(two, login):
    kept, _gone = two
    client = login(Role.COMMERCIAL)
    assert "form" in client.get(merge_url(kept, kept)).context
    for other in ("0", "99999999", "²", "x" * 300):
        assert client.get(f"{merge_url(kept)}?other={other}").status_code == 404
    assert client.post(merge_url(kept)).status_code == 422
    assert client.get(reverse("record_merge", args=["members.lead", 1])).status_code == 404


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({"first_name": "ADA", "last_name": "negri"}, True),
        ({"phone": "0376-123456"}, True),
        ({"phone": "0376 123457"}, False),
        ({"first_name": "Ada", "last_name": "Neri"}, False),
        ({"phone": "–"}, False),
    ],
)
def test_a_person_may_be_the_same_by_name_or_telephone(typed, found, two, user_as):
    _kept, gone = two
    twins = twins_of(Contact(email="nuova@tre.example", **typed), user_as(Role.COMMERCIAL))
    assert (gone in [twin.record for twin in twins]) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Mantova Musica s.r.l.", True),
        ("Associazione Mantova musica", True),
        ("Mantova Musica e Teatro", False),
        ("S.r.l.", False),
    ],
)
def test_a_client_may_be_the_same_but_for_its_legal_form(name, found, user_as):
    there = make.OrganisationFactory(name="Mantova Musica APS")
    twins = twins_of(Organisation(name=name), user_as(Role.COMMERCIAL))
    assert ([twin.record for twin in twins] == [there]) == found


def test_a_new_record_that_may_be_there_is_told_before_it_is_saved(login):
    there = make.OrganisationFactory(name="Mantova Musica APS", town="Mantova")
    client = login(Role.COMMERCIAL)
    create = reverse("members_organisation_modeladmin_create")
    typed = {"name": "Mantova Musica s.r.l.", "kind": "private", "sector": "musica"}
    answer = client.post(create, typed)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "quasi lo stesso nome" in html and page_of(there) in html and 'value="musica"' in html
    assert Organisation.objects.count() == 1
    assert client.post(create, typed | {"seen_twins": str(there.pk)}).status_code == 302
    assert Organisation.objects.count() == 2


def test_a_page_shows_whom_it_may_be_with_the_way_to_compare(two, login):
    kept, gone = two
    html = login(Role.COMMERCIAL).get(page_of(kept)).content.decode()
    assert f"{merge_url(kept)}?other={gone.pk}" in html and "lo stesso nome" in html
    html = login(Role.TRAINER).get(page_of(kept)).content.decode()
    assert "lo stesso nome" in html and "/merge/" not in html


def test_only_who_may_change_and_delete_merges(two, login):
    kept, gone = two
    login(Role.AUDITOR).post(merge_url(kept), {"other": gone.pk})
    assert Contact.objects.count() == 2
    assert not ModelLogEntry.objects.filter(action="records.merged").exists()
