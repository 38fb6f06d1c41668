import logging
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from pages.demo import mark
from pages.demo.make import make_demo


class Command(BaseCommand):
    help = (
        "Fill an empty database with the demo: a fictional network of cooperatives, in two languages. "
        "Refused under production settings, with a real Stripe key, and over any work."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=2012, help="the same seed makes the same people")
        parser.add_argument("--gifts", type=int, default=200, help="fewer for a quick look")
        parser.add_argument("--flush", action="store_true", help="take the demo away (and nothing else)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["flush"]:
            mark.refuse_where_real()
            mark.flush()
            self.stdout.write("The demo is gone.")
            return
        kept_in = settings.DEMO_ACCOUNTS_FILE
        # A line for each page published is noise here.
        logging.getLogger("wagtail").setLevel(logging.WARNING)
        make_demo(seed=options["seed"], gifts=options["gifts"], accounts_file=kept_in, say=self._say)
        self.stdout.write(f"The demo is in place. Accounts and passwords: {kept_in}")

    def _say(self, step: str) -> None:
        self.stdout.write(f"… {step}")
