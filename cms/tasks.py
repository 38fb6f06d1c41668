"""Hints to the worker. The rows are the work: losing every task loses nothing."""

from django_tasks import task


@task()
def send_outbox() -> int:
    """Send the mails that wait; how many were sent."""
    from cms.outbox.sending import send_waiting

    return send_waiting()
