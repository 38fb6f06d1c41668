"""A hint to the worker that a field's work waits. The rows are the work."""

from django_tasks import task


@task()
def do_field_work() -> int:
    """Do what waits; how many works were finished."""
    from cms.custom_fields.services.working import do_waiting_work

    return do_waiting_work()
