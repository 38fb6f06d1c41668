"""The consortium's administrators define fields; auditors read what was defined."""

from django.db import migrations

from cms.granting import grant_rights

RIGHTS = {"cms.customfield": {"consortium_admin": "vacd", "auditor": "v"}}


def grant(apps, schema_editor):
    grant_rights(apps, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0006_custom_fields"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
