"""Records read by programs: the rows of the list, in the rights of the token's owner."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.models import SavedView
from cms.registries import hidden_fields
from cms.roles import Role
from cms.saved_views import address_of
from cms.sources import Question
from cms.tokens import issue_token, revoke_token
from members.models import Lead
from tests.factories.donations import DonationFactory
from tests.factories.members import CooperativeFactory, LeadFactory, UserFactory

pytestmark = pytest.mark.django_db
API = "/api/network/v1/"
LEADS = API + "records/members.lead/"


def token_of(owner, *kinds):
    last = timezone.localdate() + timedelta(days=1)
    return issue_token(owner=owner, name="Board", kinds=kinds or ["members.lead"], expires_on=last)


def read(client, address, token, **query):
    return client.get(address, query, headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def commercial():
    return UserFactory(role=Role.COMMERCIAL)


@pytest.fixture
def token(commercial):
    return token_of(commercial)[1]


def view_of(owner, *roles, key="members.lead", **question):
    asked = Question(**question).to_json()
    view = SavedView.objects.create(owner=owner, source_key=key, name="Free ones", question=asked)
    view.shared_with.set(Group.objects.filter(name__in=roles))
    return view


def test_a_token_reads_the_rows_of_the_list_in_its_order_and_columns(client, login, commercial, token):
    for owner in (None, commercial, None):
        LeadFactory(owner=owner)
    query = {"unassigned": "yes", "ordering": "-created_at", "columns": "title,stage,created_at"}
    listed = login(commercial).get(reverse("members_lead_modeladmin_index"), query)
    rows = list(listed.context["object_list"])
    client.logout()
    answer = read(client, LEADS, token, **query)

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    body = answer.json()
    assert body["count"] == len(rows) == 2
    assert [item["id"] for item in body["items"]] == [str(row.pk) for row in rows]
    assert [column["name"] for column in body["columns"]] == ["title", "stage", "created_at"]
    first = body["items"][0]["values"]
    assert (first["title"], first["stage"]) == (rows[0].title, str(rows[0].stage))
    assert first["created_at"] == timezone.localdate(rows[0].created_at).isoformat()


def test_a_saved_view_gives_the_rows_of_the_list_it_opens(client, login, commercial, token):
    for owner in (None, commercial, None):
        LeadFactory(owner=owner)
    colleague = UserFactory(role=Role.COMMERCIAL)
    view = view_of(colleague, Role.COMMERCIAL, filters={"unassigned": ("yes",)}, columns=("title",))
    rows = list(login(commercial).get(address_of(view)).context["object_list"])
    body = read(client, f"{API}views/{view.pk}/rows/", token).json()

    assert [item["id"] for item in body["items"]] == [str(row.pk) for row in rows]
    assert [item["values"] for item in body["items"]] == [{"title": row.title} for row in rows]
    assert read(client, f"{API}views/", token).json()["items"] == [
        {"id": view.pk, "name": "Free ones", "kind": "members.lead"}
    ]


def test_amounts_are_cents_with_a_currency_and_moments_have_an_offset(client):
    donation = DonationFactory(paid=True)
    _token, text = token_of(UserFactory(role=Role.FUNDRAISER), "donations.donation")
    body = read(client, API + "records/donations.donation/", text, columns="amount_cents,paid_at").json()

    values = body["items"][0]["values"]
    amount = values["amount_cents"]
    assert [column["kind"] for column in body["columns"]] == ["money", "date"]
    assert values["paid_at"] == timezone.localtime(donation.paid_at).isoformat()
    assert (amount["cents"], amount["currency"]) == (donation.amount_cents, "EUR")


def test_each_owner_reads_their_own_rows(client):
    mine, theirs = CooperativeFactory(), CooperativeFactory()
    admin = UserFactory(role=Role.CONSORTIUM_ADMIN)
    view = view_of(admin, Role.COOPERATIVE_EDITOR, key="members.cooperative")

    def ids(address, owner):
        text = token_of(owner, "members.cooperative")[1]
        return {item["id"] for item in read(client, address, text).json()["items"]}

    editor = UserFactory(role=Role.COOPERATIVE_EDITOR, cooperative=mine)
    for address in (API + "records/members.cooperative/", f"{API}views/{view.pk}/rows/"):
        assert ids(address, editor) == {str(mine.pk)}
        assert ids(address, admin) == {str(mine.pk), str(theirs.pk)}


def test_hidden_fields_are_no_columns_no_filters_and_no_order(client, commercial, token, monkeypatch):
    LeadFactory(owner=commercial)
    known = hidden_fields.get(Lead)
    hidden_fields.unregister(Lead)
    hidden_fields.register(Lead, lambda user: {"title", "owner"})
    try:
        body = read(client, LEADS, token).json()
        [kind] = read(client, API + "records/", token).json()["items"]
        asked = [
            read(client, LEADS, token, **odd).status_code for odd in ({"columns": "title"}, {"owner": "1"})
        ]
    finally:
        hidden_fields.unregister(Lead)
        if known:
            hidden_fields.register(Lead, known)

    assert not {"title", "owner"} & {column["name"] for column in body["columns"]}
    assert not {"title", "owner"} & {name for item in body["items"] for name in item["values"]}
    assert not {"title", "owner"} & {each["name"] for each in kind["columns"] + kind["filters"]}
    assert asked == [422, 422]


def test_refusals_say_which_and_why(client, commercial, token):
    admin = UserFactory(role=Role.CONSORTIUM_ADMIN)
    private = view_of(admin, filters={})
    shared = view_of(admin, Role.COMMERCIAL, key="members.organisation")
    odd = view_of(commercial, filters={"flavour": ("sweet",)})
    asked = {
        API + "records/members.organisation/": 403,
        API + "records/donations.donor/": 403,
        API + "records/cms.stafftoken/": 404,
        API + "records/members.nothing/": 404,
        f"{API}views/{private.pk}/rows/": 404,
        f"{API}views/{shared.pk}/rows/": 403,
        f"{API}views/{odd.pk}/rows/": 422,
        f"{API}views/x/rows/": 404,
        LEADS + "?flavour=sweet": 422,
        LEADS + "?stage=999999": 422,
        LEADS + "?ordering=flavour": 422,
        LEADS + "?columns=flavour": 422,
        LEADS + "?limit=0": 422,
    }
    for address, status in asked.items():
        answer = client.get(address, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status, address
        assert set(answer.json()) == {"detail", "fields"}
        assert answer.json()["detail"]
    assert "flavour" in read(client, LEADS, token, flavour="sweet").json()["detail"]


def test_without_a_token_in_use_nothing_is_read_whoever_is_logged_in(login, commercial):
    token, text = token_of(commercial)
    client = login()  # a superuser's cookie
    addresses = (API + "records/", LEADS, API + "views/")
    for address in addresses:
        for headers in ({}, {"Authorization": "Bearer cultnet_x"}, {"Authorization": f"Basic {text}"}):
            answer = client.get(address, headers=headers)
            assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
            assert set(answer.json()) == {"detail", "fields"}
    assert read(client, API + "records/donations.donor/", text).status_code == 403
    revoke_token(token, by=commercial)
    assert read(client, LEADS, text).status_code == 401


def test_a_token_follows_its_owners_rights_at_each_reading(client, commercial, token):
    assert read(client, LEADS, token).status_code == 200
    commercial.groups.clear()
    assert read(client, LEADS, token).status_code == 403
    commercial.is_active = False
    commercial.save()
    assert read(client, LEADS, token).status_code == 401


def test_records_are_only_read(client, token):
    for method in ("post", "put", "patch", "delete"):
        send = getattr(client, method)
        answer = send(
            LEADS, data="{}", content_type="application/json", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 405


def test_a_token_reads_so_often_a_minute_and_wrong_ones_less(client, token, monkeypatch):
    monkeypatch.setattr("cms.records_api.access.READINGS_A_MINUTE", 2)
    monkeypatch.setattr("cms.records_api.access.WRONG_TOKENS_A_MINUTE", 1)
    monkeypatch.setattr("cms.rate_limit.time.time", lambda: 1_800_000_000.0)

    assert [read(client, LEADS, token).status_code for _ in range(3)] == [200, 200, 429]
    assert [read(client, LEADS, "cultnet_" + "a" * 43).status_code for _ in range(2)] == [401, 429]


def test_query_count_does_not_grow_with_rows(client, commercial, token):
    view = view_of(commercial)
    addresses = (LEADS, f"{API}views/{view.pk}/rows/")

    def queries(address):
        with CaptureQueriesContext(connection) as caught:
            assert read(client, address, token).status_code == 200
        return len(caught)

    LeadFactory(owner=UserFactory())
    for address in addresses:
        queries(address)
    before = [queries(address) for address in addresses]
    for _ in range(19):
        LeadFactory(owner=UserFactory())
    assert [queries(address) for address in addresses] == before
    assert max(before) <= 12
