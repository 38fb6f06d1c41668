"""The stages and reasons that the network begins with; staff rename and add to them."""

from django.db import migrations

STAGES = [
    ("nuova", "new", "open"),
    ("qualificata", "qualified", "open"),
    ("proposta", "proposal", "open"),
    ("trattativa", "negotiation", "open"),
    ("acquisita", "won", "won"),
    ("persa", "lost", "lost"),
]
REASONS = [
    ("prezzo", "price"),
    ("tempi", "timing"),
    ("ha scelto altri", "chose somebody else"),
    ("bisogno rinviato o venuto meno", "need postponed or gone"),
    ("non possiamo rispondere a questo bisogno", "we cannot meet this need"),
    ("nessuna risposta", "no answer"),
]


def seed(apps, schema_editor):
    LeadStage = apps.get_model("members", "LeadStage")
    LostReason = apps.get_model("members", "LostReason")
    for order, (name_it, name_en, kind) in enumerate(STAGES, start=1):
        LeadStage.objects.create(name_it=name_it, name_en=name_en, kind=kind, order=order * 10)
    for order, (name_it, name_en) in enumerate(REASONS, start=1):
        LostReason.objects.create(name_it=name_it, name_en=name_en, order=order * 10)


class Migration(migrations.Migration):
    dependencies = [("members", "0002_people_and_work")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
