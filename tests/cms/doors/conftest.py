"""People with a phone that shows codes."""

import time
from collections.abc import Callable

import pytest
from django.core.cache import caches
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from cms.doors import second_factor

PASSWORD = "rosso di sera"


@pytest.fixture(autouse=True)
def fresh_process():
    caches["local"].clear()


class Phone:
    """Shows the codes of a person's device, each the next one, so that none is used twice."""

    def __init__(self, device: TOTPDevice) -> None:
        self.device = device

    def code(self, *, steps: int = 0) -> str:
        totp = TOTP(self.device.bin_key)
        totp.time = time.time() + 30 * steps
        return f"{totp.token():06}"


@pytest.fixture
def phone_of() -> Callable:
    """phone_of(user): sets their second factor up a minute ago; the phone has .codes to recover with."""

    def set_up(user) -> Phone:
        phone = Phone(second_factor.device_being_set_up(user))
        checked, phone.codes = second_factor.set_up(user, phone.code(), by_session=None)
        assert checked.device is not None
        # Its first code is used up: as if that were long ago.
        TOTPDevice.objects.filter(user=user).update(last_t=0)
        return phone

    return set_up


@pytest.fixture
def give_password(client) -> Callable:
    """give_password(user): the answer of the login form."""

    def post(user, *, password: str = PASSWORD, **more):
        return client.post("/admin/login/", {"username": user.email, "password": password, **more})

    return post
