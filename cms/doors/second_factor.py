"""The second factor: an app that shows codes (TOTP), and recovery codes for the day the phone is lost.

django-otp keeps the devices, refuses a code used before, allows a step of 30 seconds on either side and makes
wrong tries wait longer and longer. Recovery codes are kept as prints, never as they are shown.
"""

from __future__ import annotations

import re
import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from cms import audit
from cms.doors import sessions
from cms.doors.emails import tell_reset
from cms.models import SecondFactorPolicy

RECOVERY_CODES = 10
# Without letters and digits that look alike; ten of them are 48 bits.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
# What StaticToken has room for: 80 bits of the print.
PRINT_LENGTH = 16


@dataclass(frozen=True)
class Checked:
    """What became of a code: the device that took it, or until when tries are not looked at."""

    device: Device | None = None
    wait_until: datetime | None = None


def has_one(user: Any) -> bool:
    """Whether a person has an app set up."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def is_required(user: Any) -> bool:
    """Whether a person's roles ask for a second factor, here and now."""
    if not settings.SECOND_FACTOR_ENFORCED:
        return False
    return user.is_superuser or SecondFactorPolicy.load().groups.filter(user=user).exists()


def owes(user: Any) -> bool:
    """Whether a password alone does not open the door for a person."""
    return has_one(user) or is_required(user)


def device_being_set_up(user: Any) -> TOTPDevice:
    """The device that a person is setting up: the same at each reload, until a code confirms it."""
    device, _made = TOTPDevice.objects.get_or_create(
        user=user, confirmed=False, defaults={"name": "app", "tolerance": 1}
    )
    return device


def check_code(user: Any, typed: str) -> Checked:
    """Take a code of the app, or a recovery code, which then is used up."""
    code = _plain(typed)
    if len(code) == 6 and code.isascii() and code.isdigit():
        return _check(TOTPDevice.objects.filter(user=user, confirmed=True), code)
    return _check(StaticDevice.objects.filter(user=user, confirmed=True), _print(user, code))


def set_up(user: Any, typed: str, *, by_session: str | None) -> tuple[Checked, list[str]]:
    """Confirm the device being set up with its first code; the recovery codes, shown this once.

    It takes the place of any earlier one, and every other session of the person ends. by_session: the key
    of the session that goes on.
    """
    with transaction.atomic():
        checked = _check(TOTPDevice.objects.filter(user=user, confirmed=False), _plain(typed))
        if checked.device is None:
            return checked, []
        TOTPDevice.objects.filter(user=user).exclude(pk=checked.device.pk).delete()
        checked.device.confirmed = True
        checked.device.save(update_fields=["confirmed"])
        codes = _new_codes(user)
        audit.record("cms.second_factor.set", user, user=user)
    sessions.end_all(user, but=by_session)
    return checked, codes


def renew_recovery_codes(user: Any) -> list[str]:
    """Ten new recovery codes, shown this once; the old ones open nothing any more."""
    with transaction.atomic():
        codes = _new_codes(user)
        audit.record("cms.second_factor.codes", user, user=user)
    return codes


def recovery_codes_left(user: Any) -> int:
    return StaticToken.objects.filter(device__user=user, device__confirmed=True).count()


def take_away(user: Any, *, by: Any) -> None:
    """Remove a person's second factor, and end their sessions when somebody else does it.

    The person is told by mail. by: who does it; None for the command of who runs the site.
    """
    with transaction.atomic():
        forget(user)
        audit.record("cms.second_factor.reset", user, user=by)
        if by != user:
            tell_reset(user)
    if by != user:
        sessions.end_all(user)


def forget(user: Any) -> None:
    """Delete a person's devices and recovery codes, and tell nobody: for an account that is erased."""
    for model in (TOTPDevice, StaticDevice):
        model.objects.filter(user=user).delete()


def _new_codes(user: Any) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = ["".join(secrets.choice(ALPHABET) for _letter in range(10)) for _code in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=_print(user, code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


@transaction.atomic
def _check(devices: Any, token: str) -> Checked:
    """Under a lock, so that one code opens once."""
    wait_until = None
    for device in devices.select_for_update():
        allowed, why = device.verify_is_allowed()
        if not allowed:
            wait_until = (why or {}).get("locked_until")
        elif device.verify_token(token):
            return Checked(device=device)
    return Checked(wait_until=wait_until)


def _plain(typed: str) -> str:
    """A code without the spaces and dashes that make it readable."""
    return re.sub(r"[\s\-–]", "", typed).lower()


def _print(user: Any, code: str) -> str:
    digest = salted_hmac("cms.doors.recovery", f"{user.pk}:{code}", algorithm="sha256").digest()
    return b32encode(digest).decode()[:PRINT_LENGTH].lower()
