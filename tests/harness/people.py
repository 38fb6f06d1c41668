"""Who acts in a test."""

from collections.abc import Callable

import pytest


@pytest.fixture
def superuser(db):
    """Somebody who may do everything."""
    from members.models import User

    return User.objects.create_superuser(email="superuser@house.example", password="rosso di sera")


@pytest.fixture
def user_as(db) -> Callable:
    """user_as("editor"): a user with that role, made at the first call. Roles are groups by name."""
    from django.contrib.auth.models import Group

    from members.models import User

    def make(role: str, **fields):
        email = fields.pop("email", f"{role}@house.example")
        user = User.objects.filter(email=email).first() or User.objects.create_user(
            email=email, password="rosso di sera", is_staff=True, **fields
        )
        user.groups.add(Group.objects.get_or_create(name=str(role))[0])
        return user

    return make


@pytest.fixture
def login(request, client, user_as) -> Callable:
    """login("editor"): the client, logged in with that role; login() as a superuser, login(user) as them."""

    def log_in(who=None, **fields):
        if isinstance(who, str):
            user = user_as(who, **fields)
        else:
            user = who or request.getfixturevalue("superuser")
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        client.user = user
        return client

    return log_in
