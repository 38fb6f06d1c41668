import math
from decimal import Decimal

from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Cast, Floor

ROWS_AT_ONCE = 500


def fill_exact_numbers(apps, schema_editor):
    """Whole numbers in one statement, those with decimals by what their float was written from.

    A float holds every number of 15 digits, and every amount of cents that there is, apart from its neighbours.
    """
    values = apps.get_model("cms", "FilterValue").objects.using(schema_editor.connection.alias)
    held = values.exclude(inexact=None)
    held.filter(inexact=Floor("inexact")).update(number=Cast("inexact", models.BigIntegerField()))
    last, rest = 0, held.filter(number=None).order_by("pk")
    while rows := list(rest.filter(pk__gt=last).only("pk", "inexact")[:ROWS_AT_ONCE]):
        last = rows[-1].pk
        for row in rows:
            exact = Decimal(repr(row.inexact))
            row.number = math.floor(exact)
            row.millionths = int((exact - row.number) * 1_000_000)
        values.bulk_update(rows, ["number", "millionths"])


def fill_floats(apps, schema_editor):
    values = apps.get_model("cms", "FilterValue").objects.using(schema_editor.connection.alias)
    values.exclude(number=None).update(inexact=F("number") + F("millionths") / 1e6)


class Migration(migrations.Migration):
    dependencies = [("cms", "0017_order_of_lists")]
    operations = [
        migrations.RemoveIndex("filtervalue", "filter_value_by_number"),
        migrations.RenameField("filtervalue", "number", "inexact"),
        migrations.AddField("filtervalue", "number", models.BigIntegerField(null=True)),
        migrations.AddField("filtervalue", "millionths", models.PositiveIntegerField(default=0)),
        migrations.RunPython(fill_exact_numbers, fill_floats),
        migrations.RemoveField("filtervalue", "inexact"),
        migrations.AddIndex(
            "filtervalue",
            models.Index(
                fields=["field", "number", "millionths", "record_id"], name="filter_value_by_number"
            ),
        ),
    ]
