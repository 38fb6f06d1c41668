"""The mode follows the key, and no unsafe combination starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from donations import checks

ROOT = Path(__file__).resolve().parents[2]


def configure(settings, *, key, base="", secrets=("whsec_x",), public=False):
    settings.STRIPE_SECRET_KEY = key
    settings.STRIPE_API_BASE = base
    settings.STRIPE_WEBHOOK_SECRETS = list(secrets)
    settings.STRIPE_SANDBOX_ALLOWED = not public
    return sorted(problem.id.removeprefix("donations.") for problem in checks.check_stripe())


SANDBOX = {"key": "sk_test_sandbox_x", "base": "http://127.0.0.1:8001"}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (SANDBOX, []),
        ({**SANDBOX, "base": ""}, ["E002"]),
        ({**SANDBOX, "base": "https://api.stripe.com"}, ["E002"]),
        ({**SANDBOX, "base": "http://sandbox.example"}, ["E002"]),
        ({**SANDBOX, "public": True}, ["E004"]),
        ({"key": "sk_test_x"}, []),
        ({"key": "sk_test_x", "public": True}, ["W001"]),
        ({"key": "sk_test_x", "base": "http://127.0.0.1:8001"}, ["E003"]),
        ({"key": "sk_live_x", "public": True}, []),
        ({"key": "sk_live_x", "base": "http://127.0.0.1:8001", "public": True}, ["E003"]),
        ({"key": "sk_live_x", "secrets": ()}, ["E005"]),
        ({"key": "sk_live_x", "secrets": ("",)}, ["E005"]),
        ({"key": "sk_live_x", "secrets": ("sk_live_x",)}, ["E006"]),
        ({"key": "sk_live_x", "secrets": ("whsec_old", "whsec_new")}, []),
        ({"key": "pk_live_x"}, ["E001"]),
        ({"key": "", "secrets": (), "public": True}, []),
        ({"key": "", "public": True}, ["E007"]),
        ({"key": "", "base": "http://127.0.0.1:8001", "secrets": ()}, ["E007"]),
    ],
)
def test_each_combination_is_judged(settings, given, found):
    assert configure(settings, **given) == found
    if any(problem.startswith("E") for problem in found):
        with pytest.raises(ImproperlyConfigured):
            checks.refuse_to_start()
    else:
        checks.refuse_to_start()


def test_a_trial_is_said_only_where_the_public_could_take_it_for_real(settings):
    configure(settings, key="sk_test_x", public=True)
    assert checks.banner()
    configure(settings, key="sk_live_x", public=True)
    assert checks.banner() == ""
    configure(settings, **SANDBOX)
    assert checks.banner() == ""


def start_production(**stripe) -> subprocess.CompletedProcess:
    """Import the site as its servers do, with the production settings."""
    needed = {
        "SECRET_KEY": "a secret for this test only, and long enough to pass",
        "ALLOWED_HOSTS": "rete.example",
        "BASE_URL": "https://rete.example",
        "DATABASE_URL": "sqlite:////tmp/never-opened.sqlite3",
        "CACHE_URL": "redis://127.0.0.1:1/0",
        "EMAIL_URL": "smtp://localhost:25",
        "MEDIA_ROOT": "/tmp/never/media",
        "PRIVATE_MEDIA_ROOT": "/tmp/never/private",
    }
    environment = {"PATH": os.environ["PATH"], **needed, **stripe}
    return subprocess.run(
        [sys.executable, "-c", "import settings.wsgi; print('started')"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("stripe", "words"),
    [
        ({}, "started"),
        ({"STRIPE_SECRET_KEY": "sk_live_x"}, "STRIPE_WEBHOOK_SECRET is missing"),
    ],
)
def test_production_starts_safely_or_not_at_all(stripe, words):
    ran = start_production(**stripe)
    assert words in ran.stdout + ran.stderr
    assert (ran.returncode == 0) is (words == "started")
