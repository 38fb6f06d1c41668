"""Who records gifts, looks at the bank's lines, approves names and prepares the yearly file."""

from django.db import migrations

from cms.granting import grant_rights
from cms.roles import Role


def grant(apps, schema_editor):
    both = (Role.CONSORTIUM_ADMIN, Role.FUNDRAISER)
    grant_rights(
        apps,
        {
            "donations.bankline": {
                **dict.fromkeys(both, "view_bankline add_bankline import_bankline"),
                Role.AUDITOR: "v",
            },
            "donations.pledge": {**dict.fromkeys(both, "va"), Role.AUDITOR: "v"},
            "donations.donation": {
                Role.CONSORTIUM_ADMIN: "record_gift report_gifts approve_wall",
                Role.FUNDRAISER: "record_gift approve_wall",
            },
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0018_pledges_bank_lines_and_wall"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
