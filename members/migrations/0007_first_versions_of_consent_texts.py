"""The consent texts as they stand are the versions they say they are."""

from django.db import migrations


def keep_present_words(apps, schema_editor):
    Version = apps.get_model("members", "ConsentTextVersion")
    for text in apps.get_model("members", "ConsentText").objects.all():
        Version.objects.get_or_create(
            consent_text=text,
            number=text.version,
            defaults={"text_it": text.text_it, "text_en": text.text_en},
        )


class Migration(migrations.Migration):
    dependencies = [("members", "0006_versions_of_consent_texts")]
    operations = [migrations.RunPython(keep_present_words, migrations.RunPython.noop)]
