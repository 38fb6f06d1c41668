"""Who reads the report of who did what."""

from django.db import migrations

from cms.granting import grant_rights
from cms.roles import Role


def grant(apps, schema_editor):
    grant_rights(
        apps, {"wagtailcore.modellogentry": {Role.CONSORTIUM_ADMIN: "v", Role.AUDITOR: "v"}}
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0014_rights_and_first_rules_of_retention"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
