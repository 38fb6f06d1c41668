"""Puts the demo in place, in the order in which people would have done it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone, translation

from cms.outbox import sending
from cms.roles import Role
from donations.models import Beneficiary, Campaign
from pages.demo import accounts, courses, front, giving, mark, network, requests, sections
from pages.demo.local_stripe import LocalStripe, local_stripe
from pages.demo.pictures import Pictures
from pages.demo.website import Writer

NO_MAILS = "django.core.mail.backends.dummy.EmailBackend"


def make_demo(*, seed: int, gifts: int, accounts_file: Path, say: Callable[[str], None]) -> None:
    """Write the whole demo into an empty database, dates relative to today.

    seed: the same seed gives the same people and amounts. gifts: how many, two hundred at most.
    accounts_file: where the passwords go. say: told each step.
    Raises CommandError where the demo must not run.
    """
    mark.refuse_where_real()
    mark.refuse_over_work()
    # Nobody invented reads mail: it goes the whole way but for the last step.
    settings.EMAIL_BACKEND = NO_MAILS
    with translation.override("it"), local_stripe() as stripe:
        mark.mark(seed)
        _write(Random(seed), gifts, accounts_file, stripe, say)


def _write(
    random: Random, gifts: int, accounts_file: Path, stripe: LocalStripe, say: Callable[[str], None]
) -> None:
    today = timezone.localdate()
    say("cooperatives, formats and courses")
    cooperatives = network.make_network(today)
    users = accounts.make_accounts(cooperatives, accounts_file)
    courses.make_courses(today, random)
    say("requests")
    requests.make_requests(today, random, users[Role.COMMERCIAL])
    say("campaigns and gifts")
    general = Beneficiary.objects.create(
        name="Consorzio Cultnetwork",
        legal_name="Consorzio dimostrativo Cultnetwork società cooperativa sociale",
        tax_code="00000000000",
        address="Via dell'Esempio 1\n46100 Mantova (MN)",
        email="sostieni@cultnetwork.example",
    )
    campaigns = giving.make_campaigns(cooperatives, today)
    giving.make_gifts(campaigns, general, stripe, random, most=gifts)
    say("the site in two languages")
    _write_site(cooperatives, campaigns, general)
    say("search and mails")
    call_command("update_index", verbosity=0)
    while sending.send_waiting():
        pass


def _write_site(cooperatives: dict, campaigns: dict[str, Campaign], general: Beneficiary) -> None:
    writer = Writer(Pictures())
    homes = writer.homes()
    today = timezone.localdate()
    tree = {
        "cooperatives": sections.write_cooperatives(writer, homes, cooperatives),
        "formats": sections.write_formats(writer, homes),
        "events": sections.write_events(writer, homes, cooperatives, today),
        "courses": sections.write_courses(writer, homes),
        "project": front.write_project(writer, homes),
    }
    pages = sections.write_campaigns(writer, homes, campaigns, general)
    tree["donate"] = pages[""]
    tree["campaign"] = pages["un-palco-per-l-argine"]
    tree["contacts"] = front.write_contacts(writer, homes)
    front.write_home(writer, homes, tree)
    front.write_chrome(homes, tree, front.write_small_print(writer, homes))
