from django.db import DatabaseError, migrations, models, transaction

INDEX = "cms_recordwords_text_trigrams"


def index_trigrams(apps, schema_editor):
    """On PostgreSQL, find a part of a word without reading every row's text."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            schema_editor.execute(f"CREATE INDEX {INDEX} ON cms_recordwords USING gin (text gin_trgm_ops)")
    except DatabaseError:
        # The extension comes with PostgreSQL's contrib package. Without it a search reads all texts.
        print(" (no pg_trgm: searches will be slower)", end="")


class Migration(migrations.Migration):
    dependencies = [("cms", "0015_who_reads_the_log")]
    operations = [
        migrations.CreateModel(
            name="RecordWords",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=100)),
                ("row_id", models.BigIntegerField()),
                ("text", models.TextField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "row_id"), name="words_once_for_each_row")
                ],
            },
        ),
        migrations.RunPython(index_trigrams, migrations.RunPython.noop),
    ]
