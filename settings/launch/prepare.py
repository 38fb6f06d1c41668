"""Migrations and demo content, inside the virtual environment: ``python -m settings.launch.prepare``."""

import sys

import django
from django.core.management import call_command, get_commands
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from settings.launch.environment import ROOT, last_line
from settings.launch.state import remember_prepared
from settings.launch.trouble import Trouble, told_in_one_sentence


def bring_up_to_date() -> None:
    """Apply the migrations that are missing. Raises Trouble when the database does not answer."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            print(f"Applying {len(plan)} migrations", flush=True)
            call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    except DatabaseError as problem:
        raise Trouble(
            "The database cannot be used. Check DATABASE_URL and that its server runs; it said: "
            f"{last_line(str(problem))}"
        ) from None


def fill_when_empty() -> None:
    """Load the demo content into a database where nobody has an account yet."""
    from django.contrib.auth import get_user_model

    if get_user_model().objects.exists() or "demo" not in get_commands():
        return
    print("Loading the demo content (under a minute, this first time)", flush=True)
    try:
        call_command("demo")
    except CommandError as refusal:
        raise Trouble(f"The demo content was not loaded: {refusal}") from None


if __name__ == "__main__":
    with told_in_one_sentence():
        try:
            django.setup()
        except DatabaseError as problem:
            sys.exit(f"The database cannot be used: {last_line(str(problem))}")
        bring_up_to_date()
        fill_when_empty()
        remember_prepared(ROOT)
