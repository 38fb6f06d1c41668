"""Hints to the worker. The rows are the work: losing every task loses nothing."""

from django_tasks import task


@task()
def send_outbox() -> int:
    """Send the mails that wait; how many were sent."""
    from cms.outbox.sending import send_waiting

    return send_waiting()


@task()
def run_imports() -> int:
    """Read, write and undo the imports that wait; how many steps were done."""
    from cms.spreadsheets.importing.running import run_waiting

    return run_waiting()


@task()
def run_bulk() -> int:
    """Go on with actions on very many rows; how many were ended."""
    from cms.listing.bulk.running import worker

    return worker.run_waiting()
