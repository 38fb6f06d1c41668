"""Who asks for refunds and confirms them, and who reads of refunds and disputes."""

from django.db import migrations

from cms.granting import grant_rights
from cms.roles import Role


def grant(apps, schema_editor):
    desk = (Role.CONSORTIUM_ADMIN, Role.FUNDRAISER)
    grant_rights(
        apps,
        {
            "donations.refund": {
                **{role: "view_refund add_refund confirm_refund" for role in desk},
                Role.AUDITOR: "v",
            },
            "donations.dispute": {**{role: "v" for role in desk}, Role.AUDITOR: "v"},
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0008_refunds_in_an_account_of_their_own"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
