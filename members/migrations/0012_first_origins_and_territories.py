"""Origins and territories to begin with; requests that stand keep how they came, in words."""

from django.db import migrations

from cms.granting import grant_rights

ORIGINS = [
    ("Sito", "Website"),
    ("Altro sito", "Other website"),
    ("Passaparola", "Word of mouth"),
    ("Telefonata", "Telephone call"),
    ("Incontro o fiera", "Meeting or fair"),
    ("Già nostro committente", "Already a client"),
]
OF_CHANNEL = {"website": "Sito", "api": "Altro sito"}  # what requests said until now of how they came
TERRITORIES = [
    ("Mantova città", "Town of Mantua"),
    ("Provincia di Mantova", "Province of Mantua"),
    ("Resto della Lombardia", "Rest of Lombardy"),
    ("Emilia-Romagna e Veneto", "Emilia-Romagna and Veneto"),
    ("Resto d’Italia", "Rest of Italy"),
    ("Estero", "Abroad"),
]
ROLES = {"consortium_admin": "vacd", "commercial": "v", "auditor": "v"}
RIGHTS = {"members.leadorigin": ROLES, "members.territory": ROLES}


def seed(apps, schema_editor):
    for name, rows in (("LeadOrigin", ORIGINS), ("Territory", TERRITORIES)):
        model = apps.get_model("members", name)
        for place, (name_it, name_en) in enumerate(rows, 1):
            model.objects.get_or_create(name_it=name_it, defaults={"name_en": name_en, "order": place * 10})
    origins = {origin.name_it: origin for origin in apps.get_model("members", "LeadOrigin").objects.all()}
    Lead = apps.get_model("members", "Lead")
    for channel, name_it in OF_CHANNEL.items():
        origins[name_it].channel = channel
        origins[name_it].save()
        Lead.objects.filter(source=channel, origin=None).update(origin=origins[name_it])
    grant_rights(apps, RIGHTS)


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0011_origins_and_territories"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
