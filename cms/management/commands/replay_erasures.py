"""After a backup was restored: erase again whom it brought back."""

from django.core.management.base import BaseCommand

from cms.privacy import ledger


class Command(BaseCommand):
    help = (
        "Erase again every row on the list of erasures (the file at ERASURES_FILE and the table) that "
        "names its person again, as after restoring an older backup. Safe to repeat."
    )

    def handle(self, *args, **options) -> None:
        erased = ledger.replay()
        self.stdout.write(f"{erased} rows erased again.")
