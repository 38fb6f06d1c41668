"""Who sees and changes recurring gifts, and who settles what needs a look."""

from django.db import migrations

from cms.granting import grant_rights
from cms.roles import Role


def grant(apps, schema_editor):
    rights = {Role.CONSORTIUM_ADMIN: "vc", Role.FUNDRAISER: "vc", Role.AUDITOR: "v"}
    grant_rights(apps, {"donations.recurringdonation": rights, "donations.concern": rights})


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0014_recurring_gifts_and_matters_to_look_at"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
