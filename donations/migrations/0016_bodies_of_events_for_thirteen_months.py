"""Of Stripe's events, what they say goes after thirteen months. A rule that staff changed stays."""

from django.db import migrations


def change(apps, schema_editor):
    apps.get_model("cms", "RetentionRule").objects.filter(
        kind="donations.events", after_months=24, action="delete"
    ).update(after_months=13, action="pseudonymise", approved_at=None, approved_by=None)


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0015_who_looks_after_recurring_gifts"),
        ("cms", "0014_rights_and_first_rules_of_retention"),
    ]
    operations = [migrations.RunPython(change, migrations.RunPython.noop)]
