"""The demo fills an empty site through the real services, and goes away without a trace."""

import re
import stat

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import F

from cms.models import OutboxMessage
from donations.models import Donation, LedgerEntry, Receipt, State
from members.models import Cooperative, Lead, LeadStage, ServiceFormat, User
from pages.demo import mark
from pages.models import DemoMark, EventPage, HomePage
from tests.factories.members import LeadFactory
from tests.factories.pages import StandardPageFactory
from tests.sandbox_process import free_port


def rows() -> dict[str, int]:
    """How many rows each table holds, without those that running writes for itself."""
    passing = {"django_tasks_db", "contenttypes", "modelsearch"}
    models = [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label not in passing]
    return {m._meta.label: n for m in models if m._meta.managed and (n := m._base_manager.count())}


@pytest.fixture
def here(settings, tmp_path, monkeypatch):
    """A demo that may run: a free port for the local Stripe, and files of its own."""
    settings.STRIPE_API_BASE = f"http://127.0.0.1:{free_port()}"
    settings.DEMO_ACCOUNTS_FILE = tmp_path / "accounts.txt"
    # The command sets it for its own process: put back after the test.
    settings.EMAIL_BACKEND = settings.EMAIL_BACKEND
    monkeypatch.setenv("SANDBOX_DATABASE", str(tmp_path / "sandbox.sqlite3"))
    return tmp_path


@pytest.mark.django_db
def test_a_fresh_site_holds_no_work():
    """What migrations write belongs to every site: mark.py lists it."""
    assert mark._holds_work() == []


@pytest.mark.django_db(transaction=True)
def test_the_demo_comes_whole_and_goes_without_a_trace(here, client):
    before = rows()

    call_command("demo", gifts=4, verbosity=0)

    assert Cooperative.objects.count() == 8
    assert ServiceFormat.objects.count() == 12
    assert all(record.parts.count() >= 2 for record in ServiceFormat.objects.all())
    assert EventPage.objects.filter(locale__language_code="it").count() == 30
    assert set(Lead.objects.values_list("stage", flat=True)) == set(
        LeadStage.objects.values_list("pk", flat=True)
    )
    assert Donation.objects.filter(state=State.PAID).count() == 4
    assert not Donation.objects.filter(created_at__gte=F("paid_at")).exists()
    assert Receipt.objects.exclude(pdf="").count() == 4
    assert sum(LedgerEntry.objects.values_list("amount_cents", flat=True)) == 0
    assert not OutboxMessage.objects.exclude(state="sent").exists()
    for path in (
        "/",
        "/en/",
        "/cooperative/",
        "/eventi/",
        "/sostieni/un-palco-per-l-argine/",
        "/en/courses/",
    ):
        assert client.get(path).status_code == 200, path
    accounts = here / "accounts.txt"
    assert stat.S_IMODE(accounts.stat().st_mode) == 0o600
    assert len(re.findall(r"@demo\.example", accounts.read_text())) == User.objects.count() == 8
    with pytest.raises(CommandError, match="--flush"):
        call_command("demo")

    call_command("demo", flush=True)

    assert rows() == before
    assert client.get("/").status_code == 200
    assert HomePage.objects.get(locale__language_code="it").get_children().count() == 0


@pytest.mark.django_db
def test_the_demo_is_refused_under_production_settings(settings):
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError):
        call_command("demo")
    with pytest.raises(CommandError):
        call_command("demo", flush=True)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["sk_live_1", "sk_test_1", ""])
def test_the_demo_is_refused_with_a_real_stripe_key(settings, key):
    settings.STRIPE_SECRET_KEY = key
    with pytest.raises(CommandError):
        call_command("demo")


@pytest.mark.django_db
@pytest.mark.parametrize("work", [LeadFactory, StandardPageFactory])
def test_the_demo_is_refused_over_anybodys_work(work):
    work()
    before = rows()
    with pytest.raises(CommandError):
        call_command("demo")
    assert rows() == before
    assert not DemoMark.objects.exists()


@pytest.mark.django_db
def test_a_database_without_the_mark_is_never_flushed():
    LeadFactory()
    with pytest.raises(CommandError):
        call_command("demo", flush=True)
    assert Lead.objects.count() == 1
