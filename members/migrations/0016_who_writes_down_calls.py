"""Who reads and writes down calls and meetings: those who speak with clients."""

from django.db import migrations

from cms.granting import grant_rights
from cms.roles import Role


def grant(apps, schema_editor):
    grant_rights(
        apps,
        {
            "members.exchange": {
                Role.CONSORTIUM_ADMIN: "vacd",
                Role.COMMERCIAL: "vacd",
                Role.AUDITOR: "v",
            }
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0015_calls_and_meetings"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
