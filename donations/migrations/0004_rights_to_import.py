"""Who may bring sheets in. It goes with the right to add or to change."""

from django.db import migrations

from cms.granting import grant_rights
from cms.roles import Role

MODELS = ("donor", "campaign")


def grant(apps, schema_editor):
    roles = (Role.CONSORTIUM_ADMIN, Role.FUNDRAISER)
    grant_rights(
        apps,
        {f"donations.{model}": {role: f"import_{model}" for role in roles} for model in MODELS},
    )


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0003_custom_fields"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
