"""The people who log in: by e-mail, with a role and perhaps a cooperative."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group
from django.db import IntegrityError
from django.urls import reverse

from members.models import User
from tests.factories import members as make

pytestmark = pytest.mark.django_db

PASSWORD = "rosso di sera bel tempo"


@pytest.fixture
def role():
    return Group.objects.get_or_create(name="cooperative_editor")[0]


def words(**changes) -> dict:
    return {
        "email": "Anna@Rete.example",
        "first_name": "Anna",
        "last_name": "Blu",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "cooperative": "",
        **changes,
    }


def test_people_log_in_with_their_address_whatever_its_case():
    User.objects.create_user(email="Anna@Rete.example", password=PASSWORD)
    assert authenticate(None, username="ANNA@rete.example", password=PASSWORD) is not None


def test_one_address_is_one_person_whatever_its_case():
    make.UserFactory(email="anna@rete.example")
    with pytest.raises(IntegrityError):
        make.UserFactory(email="ANNA@rete.example")


def test_an_administrator_adds_a_cooperatives_editor(login, role):
    client, cooperative = login(), make.CooperativeFactory()
    add = reverse("wagtailusers_users:add")
    html = client.get(add).content.decode()
    assert "Redazione" in html or "Cooperative editor" in html or "ooperativa" in html
    response = client.post(add, words(groups=[role.pk], cooperative=cooperative.pk))
    assert response.status_code == 302, response.context["form"].errors
    anna = User.objects.get(email="anna@rete.example")
    assert (anna.cooperative, list(anna.groups.all())) == (cooperative, [role])


def test_a_cooperatives_editor_without_a_cooperative_is_told(login, role):
    response = login().post(reverse("wagtailusers_users:add"), words(groups=[role.pk]))
    assert response.status_code == 200
    assert "Di’ per quale cooperativa redige questa persona." in response.content.decode()


def test_a_known_address_in_another_case_is_told_and_no_500(login):
    make.UserFactory(email="anna@rete.example")
    response = login().post(reverse("wagtailusers_users:add"), words(email="ANNA@rete.example"))
    assert response.status_code == 200
    assert User.objects.filter(email__iexact="anna@rete.example").count() == 1


def test_an_administrator_changes_the_cooperative(login, role):
    anna, cooperative = make.UserFactory(), make.CooperativeFactory()
    edit = reverse("wagtailusers_users:edit", args=[anna.pk])
    client = login()
    assert 'name="cooperative"' in client.get(edit).content.decode()
    posted = words(
        email=anna.email,
        password1="",
        password2="",
        cooperative=cooperative.pk,
        groups=[role.pk],
        is_active="on",
    )
    assert client.post(edit, posted).status_code == 302
    anna.refresh_from_db()
    assert anna.cooperative == cooperative


def test_a_cooperative_that_leaves_takes_no_user_with_it():
    user = make.UserFactory(cooperative=make.CooperativeFactory())
    user.cooperative.delete()
    user.refresh_from_db()
    assert user.cooperative is None
