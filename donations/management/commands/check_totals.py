"""manage.py check_totals: do the books agree with the totals and the receipts beside them?"""

from django.core.management.base import BaseCommand, CommandError

from donations.services import audit


class Command(BaseCommand):
    help = "Compare campaign totals, donations and receipt numbers with the ledger. Changes nothing."

    def handle(self, *args, **options) -> None:
        problems = audit.problems()
        for problem in problems:
            self.stdout.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} disagreements. See docs/payments.md.")
        self.stdout.write("The books agree.")
