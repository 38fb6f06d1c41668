"""The consent texts that the network begins with. A professional reads them before going live."""

from django.db import migrations

TEXTS = {
    "request": (
        "Acconsento che i dati che scrivo qui siano usati dalla rete per rispondere alla mia richiesta, come "
        "dice l’informativa sulla riservatezza. Posso chiederne la cancellazione quando voglio.",
        "I agree that the network uses what I write here to answer my request, as the privacy notice says. "
        "I can ask for it to be deleted at any time.",
    ),
    "enrolment": (
        "Acconsento che i dati che scrivo qui siano usati dalla rete per la mia iscrizione e per gli avvisi sul "
        "corso, come dice l’informativa sulla riservatezza. Posso chiederne la cancellazione quando voglio.",
        "I agree that the network uses what I write here for my enrolment and for notices about the course, as "
        "the privacy notice says. I can ask for it to be deleted at any time.",
    ),
}


def seed(apps, schema_editor):
    ConsentText = apps.get_model("members", "ConsentText")
    for purpose, (text_it, text_en) in TEXTS.items():
        ConsentText.objects.get_or_create(purpose=purpose, defaults={"text_it": text_it, "text_en": text_en})


class Migration(migrations.Migration):
    dependencies = [("members", "0004_consents_beneficiaries_and_amounts")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
