"""The names of clients without their legal forms, for those written before the column was there."""

from django.db import migrations

from members.models.organisation import bare_key


def fill(apps, schema_editor):
    Organisation = apps.get_model("members", "Organisation")
    written = []
    for row in Organisation.objects.filter(bare_key="").only("pk", "name").iterator(chunk_size=1000):
        row.bare_key = bare_key(row.name)
        written.append(row)
        if len(written) == 1000:
            Organisation.objects.bulk_update(written, ["bare_key"])
            written = []
    Organisation.objects.bulk_update(written, ["bare_key"])


class Migration(migrations.Migration):
    dependencies = [("members", "0017_twins")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
