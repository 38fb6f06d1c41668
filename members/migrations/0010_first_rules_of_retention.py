"""How long requests, contacts and enrolments are kept; the rules rest until approved."""

from django.db import migrations

RULES = {
    "members.leads": (60, "pseudonymise", "Rapporti commerciali chiusi: prescrizione quinquennale (art. 2948 c.c.)."),
    "members.contacts": (60, "delete", "Nessuna richiesta in cinque anni: non serve più (art. 5.1.e GDPR)."),
    "members.enrolments": (120, "pseudonymise", "Attestati da poter confermare per dieci anni (art. 2946 c.c.)."),
}


def add(apps, schema_editor):
    rules = apps.get_model("cms", "RetentionRule").objects
    for kind, (months, action, basis) in RULES.items():
        rules.get_or_create(kind=kind, defaults={"after_months": months, "action": action, "basis": basis})


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0009_rights_to_import"),
        ("cms", "0014_rights_and_first_rules_of_retention"),
    ]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
