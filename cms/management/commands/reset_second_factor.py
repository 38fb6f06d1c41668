"""For whoever runs the site: lets somebody in who lost the phone, the recovery codes and every colleague."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.doors import second_factor


class Command(BaseCommand):
    help = "Take away the second factor of an account. Its sessions end, and its person is told by mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = get_user_model()._default_manager.filter(email__iexact=email.strip()).first()
        if user is None:
            raise CommandError("Nobody logs in with this address.")
        second_factor.take_away(user, by=None)
        self.stdout.write("Done. The password alone opens the door until a new second factor is set up.")
