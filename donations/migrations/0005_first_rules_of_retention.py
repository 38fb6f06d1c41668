"""How long receipts, unpaid donations and Stripe's events are kept; the rules rest until approved."""

from django.db import migrations

RULES = {
    "donations.receipts": (120, "pseudonymise", "Scritture contabili: dieci anni (art. 2220 c.c.)."),
    "donations.unpaid": (6, "pseudonymise", "Mai pagate: servono solo a rispondere a chi chiede perché."),
    "donations.events": (24, "delete", "Servono a ricostruire un pagamento finché può essere contestato."),
}


def add(apps, schema_editor):
    rules = apps.get_model("cms", "RetentionRule").objects
    for kind, (months, action, basis) in RULES.items():
        rules.get_or_create(kind=kind, defaults={"after_months": months, "action": action, "basis": basis})


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0004_rights_to_import"),
        ("cms", "0014_rights_and_first_rules_of_retention"),
    ]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
