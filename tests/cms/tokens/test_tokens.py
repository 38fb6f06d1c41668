"""Tokens of staff: shown once, stored as a digest, bound to kinds, ended at will."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.doors.reauthentication import SESSION_KEY
from cms.models import StaffToken
from cms.roles import Role
from cms.tokens import issue_token, kinds_for, readable_source, revoke_token, usable_token
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db
NEW = reverse("staff_token_new")
LIST = reverse("cms_stafftoken_modeladmin_index")


def issued(owner, *kinds, days=30):
    last = timezone.localdate() + timedelta(days=days)
    return issue_token(owner=owner, name="Board", kinds=kinds or ["members.lead"], expires_on=last)


def page_of(token):
    return reverse("cms_stafftoken_modeladmin_inspect", args=(token.pk,))


def revoke_address(token):
    return reverse("cms_stafftoken_modeladmin_action", args=(token.pk, "revoke"))


@pytest.fixture
def made(login):
    """The answer to a commercial's new token, and the token."""
    client = login(Role.COMMERCIAL)
    typed = {"name": "Board", "kinds": ["members.lead"], "expires_on": _in_days(30)}
    return client, client.post(NEW, typed), StaffToken.objects.get()


def _in_days(days):
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_a_token_is_shown_once_and_stored_as_a_digest(made):
    client, response, token = made
    plaintext = response.context["plaintext"]

    assert plaintext in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert usable_token(plaintext) == token
    for field in token._meta.concrete_fields:
        assert plaintext not in str(getattr(token, field.attname))
    for address in (LIST, page_of(token)):
        page = client.get(address).content.decode()
        assert token.hint in page
        assert plaintext not in page
        assert token.digest not in page


def test_making_and_ending_a_token_is_in_the_log(made):
    client, _response, token = made
    client.post(revoke_address(token))

    entries = ModelLogEntry.objects.filter(object_id=token.pk, action__startswith="cms.token").order_by("pk")
    assert [(entry.action, entry.user_id) for entry in entries] == [
        ("cms.token_issued", client.user.pk),
        ("cms.token_revoked", client.user.pk),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"expires_on": _in_days(400)},
        {"expires_on": _in_days(-1)},
        {"kinds": []},
        {"kinds": ["donations.donor"]},
    ],
)
def test_what_a_token_cannot_be_is_said_and_nothing_typed_is_lost(login, wrong):
    client = login(Role.COMMERCIAL)
    response = client.post(
        NEW, {"name": "Board", "kinds": ["members.lead"], "expires_on": _in_days(30), **wrong}
    )

    assert response.context["form"].errors
    assert 'value="Board"' in response.content.decode()
    assert not StaffToken.objects.exists()


def test_a_token_is_offered_what_its_owner_may_see_and_never_tokens(login):
    kinds = {source.key for source in kinds_for(login(Role.COMMERCIAL).user)}

    assert "members.lead" in kinds
    assert not kinds & {"donations.donor", "cms.stafftoken"}
    everything = {source.key for source in kinds_for(login().user)}
    assert "donations.donor" in everything
    assert "cms.stafftoken" not in everything


def test_a_token_ends_when_it_is_revoked_expires_or_its_owner_leaves():
    def opens(**owner):
        return issued(UserFactory(role=Role.COMMERCIAL, **owner))

    revoked, revoked_text = opens()
    _old, old_text = issued(UserFactory(role=Role.COMMERCIAL), days=-1)
    _gone, gone_text = opens(is_active=False)
    _fine, fine_text = opens()
    revoke_token(revoked, by=revoked.owner)

    assert [usable_token(text) is not None for text in (revoked_text, old_text, gone_text, fine_text)] == [
        False,
        False,
        False,
        True,
    ]
    assert revoke_token(revoked, by=revoked.owner) is False


def test_a_token_never_reads_more_than_its_owner_may_today():
    owner = UserFactory(role=Role.COMMERCIAL)
    token, _text = issued(owner, "members.lead", "donations.donor", "cms.stafftoken", "members.nothing")

    assert readable_source(token, "members.lead").key == "members.lead"
    for key in ("donations.donor", "cms.stafftoken", "members.nothing", "members.organisation"):
        assert readable_source(token, key) is None
    owner.groups.clear()
    fresh = StaffToken.objects.get(pk=token.pk)
    assert readable_source(fresh, "members.lead") is None


def test_the_last_use_is_noted_once_an_hour(django_assert_num_queries):
    _token, text = issued(UserFactory(role=Role.COMMERCIAL))
    with django_assert_num_queries(2):
        usable_token(text)
    first = StaffToken.objects.get().last_used_at
    with django_assert_num_queries(1):
        usable_token(text)
    assert StaffToken.objects.get().last_used_at == first
    StaffToken.objects.update(last_used_at=first - timedelta(hours=2))
    usable_token(text)
    assert StaffToken.objects.get().last_used_at >= first


@pytest.mark.parametrize(
    "text", ["", "cultnet_", "cultnet_" + "a" * 42, "wagtail_" + "a" * 43, "è" * 51, "a" * 10**6]
)
def test_what_is_no_token_costs_no_query(django_assert_num_queries, text):
    with django_assert_num_queries(0):
        assert usable_token(text) is None


def test_everybody_sees_their_own_tokens_and_administrators_all(login):
    theirs, _text = issued(UserFactory(role=Role.FUNDRAISER))
    client = login(Role.COMMERCIAL)
    mine, _text = issued(client.user)

    assert list(client.get(LIST).context["object_list"]) == [mine]
    assert client.get(page_of(theirs)).status_code == 404
    assert client.post(revoke_address(theirs)).status_code == 404
    theirs.refresh_from_db()
    assert theirs.revoked_at is None

    client = login(Role.CONSORTIUM_ADMIN)
    assert set(client.get(LIST).context["object_list"]) == {mine, theirs}
    client.post(revoke_address(theirs))
    theirs.refresh_from_db()
    assert theirs.revoked_at is not None


@pytest.mark.parametrize("role", Role.values)
def test_every_role_may_make_tokens_and_a_stranger_none(client, login, role):
    assert client.get(NEW).status_code == 302
    assert login(role).get(NEW).status_code == 200
    assert f'href="{LIST}"' in client.get(reverse("wagtailadmin_account")).content.decode()


def test_who_has_no_role_may_make_none(login):
    from django.contrib.auth.models import Permission

    stranger = UserFactory()
    stranger.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert login(stranger).get(NEW).status_code == 302


def test_token_list_query_count_does_not_grow(login):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = login(Role.CONSORTIUM_ADMIN)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            client.get(LIST)
        return len(caught)

    issued(UserFactory(role=Role.COMMERCIAL))
    client.get(LIST)
    one = queries()
    for _ in range(29):
        issued(UserFactory(role=Role.COMMERCIAL))
    assert queries() == one


def test_the_password_is_asked_again_before_a_token_is_made(login):
    client = login(Role.COMMERCIAL)
    session = client.session
    session[SESSION_KEY] -= 60 * 60
    session.save()

    assert client.get(NEW).url.startswith(reverse("password_again"))
    response = client.post(NEW, {"name": "Board", "kinds": ["members.lead"], "expires_on": _in_days(30)})
    assert response.status_code == 403
    assert not StaffToken.objects.exists()
