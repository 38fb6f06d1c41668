"""The trail: logins, failed logins, logouts, changes of rights, and what our services note."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry

from cms import audit
from tests.factories.cms import ConsentRecordFactory, OutboxMessageFactory

pytestmark = pytest.mark.django_db
PASSWORD = "rosso di sera"


def entries(action: str) -> list[ModelLogEntry]:
    return list(ModelLogEntry.objects.filter(action=action))


def log_in(client, email: str, password: str = PASSWORD):
    return client.post("/admin/login/", {"username": email, "password": password})


def test_login_and_logout_are_noted_under_who_did_it(client, superuser):
    log_in(client, superuser.email)
    [entry] = entries("cms.login")
    assert (entry.user, entry.object_id) == (superuser, str(superuser.pk))
    client.post("/admin/logout/")
    [entry] = entries("cms.logout")
    assert entry.user == superuser


def test_failed_login_is_noted_under_the_account_that_was_tried(client, superuser):
    log_in(client, superuser.email.upper(), "wrong")
    [entry] = entries("cms.login_failed")
    assert (entry.object_id, entry.user_id, entry.data) == (str(superuser.pk), None, {})
    assert entries("cms.login") == []


def test_what_was_typed_for_an_unknown_account_is_not_kept(client):
    log_in(client, "my secret password")
    [entry] = entries("cms.login_failed")
    assert entry.data == {"account": "unknown"}
    assert "secret" not in f"{entry.label} {entry.data}"


def test_change_of_a_persons_groups_and_of_a_groups_rights_is_noted(user_as):
    user = user_as("editor")
    ModelLogEntry.objects.all().delete()
    group = Group.objects.create(name="volunteers")
    permission = Permission.objects.first()
    group.permissions.add(permission)
    user.groups.add(group)
    user.groups.remove(group)
    user.user_permissions.add(permission)
    user.user_permissions.clear()
    noted = [(entry.object_id, entry.data) for entry in reversed(entries("cms.rights"))]
    assert noted == [
        (str(group.pk), {"what": "Group_permissions", "added": [permission.pk]}),
        (str(user.pk), {"what": "User_groups", "added": [group.pk]}),
        (str(user.pk), {"what": "User_groups", "removed": [group.pk]}),
        (str(user.pk), {"what": "User_user_permissions", "added": [permission.pk]}),
        (str(user.pk), {"what": "User_user_permissions", "cleared": True}),
    ]


def test_what_a_service_notes_stands_in_wagtails_log(superuser):
    consent = ConsentRecordFactory()
    entry = audit.record("cms.rights", consent, user=superuser, data={"why": "asked"})
    assert ModelLogEntry.objects.for_instance(consent).get() == entry
    assert (entry.user, entry.data) == (superuser, {"why": "asked"})


def test_unknown_action_and_unsaved_row_are_refused():
    with pytest.raises(ValueError, match="register it first"):
        audit.record("cms.invented", ConsentRecordFactory())
    with pytest.raises(ValueError, match="empty primary key"):
        audit.record("cms.rights", OutboxMessageFactory.build())


def test_every_action_has_a_label_that_staff_can_filter_by(login):
    labels = dict(registry.get_choices())
    for action, (label, _message) in audit.actions.items():
        assert labels[action] == label
    client = login()
    audit.record("cms.login_failed", client.user)
    response = client.get("/admin/reports/site-history/")
    assert response.status_code == 200
    assert "Accesso fallito" in response.content.decode()


def test_registering_an_action_twice_is_welcome():
    audit.register("cms.login", _("Log in"), _("Logged in"))
    assert "cms.login" in audit.actions
