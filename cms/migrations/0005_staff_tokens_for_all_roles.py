"""Everybody who works in the back office may make tokens of their own."""

from django.db import migrations

from cms.granting import grant_rights
from cms.roles import Role


def grant(apps, schema_editor):
    grant_rights(apps, {"cms.stafftoken": dict.fromkeys(Role, "v")})


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0004_staff_tokens"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
