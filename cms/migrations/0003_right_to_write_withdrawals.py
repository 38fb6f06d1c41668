"""Who may write that a person takes a consent back: those who read consents and talk with people."""

from django.db import migrations

from cms.granting import grant_rights
from cms.roles import Role

WRITERS = (Role.CONSORTIUM_ADMIN, Role.FUNDRAISER, Role.COMMERCIAL, Role.TRAINER)


def grant(apps, schema_editor):
    grant_rights(apps, {"cms.consentrecord": {role: "withdraw_consentrecord" for role in WRITERS}})


class Migration(migrations.Migration):
    dependencies = [("cms", "0002_consent_versions_and_withdrawals")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
