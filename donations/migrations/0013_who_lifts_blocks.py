"""Who reads of blocks of giving, and lifts them."""

from django.db import migrations

from cms.granting import grant_rights
from cms.roles import Role


def grant(apps, schema_editor):
    desk = (Role.CONSORTIUM_ADMIN, Role.FUNDRAISER)
    grant_rights(
        apps,
        {
            "donations.givingblock": {
                **{role: "view_givingblock lift_givingblock" for role in desk},
                Role.AUDITOR: "v",
            }
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0012_who_opens_payment_pages"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
