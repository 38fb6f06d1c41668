"""Which roles need a second factor from the start, and who keeps the list of locked logins."""

from django.db import migrations

from cms.granting import grant_rights
from cms.roles import Role

NEED_IT = (Role.CONSORTIUM_ADMIN, Role.FUNDRAISER, Role.AUDITOR)


def grant(apps, schema_editor):
    grant_rights(
        apps,
        {
            "cms.lockout": {Role.CONSORTIUM_ADMIN: "vd", Role.AUDITOR: "v"},
            "cms.secondfactorpolicy": {Role.CONSORTIUM_ADMIN: "vc", Role.AUDITOR: "v"},
        },
    )
    policy, _made = apps.get_model("cms", "SecondFactorPolicy").objects.get_or_create(pk=1)
    groups = apps.get_model("auth", "Group").objects
    policy.groups.add(*(groups.get_or_create(name=str(role))[0] for role in NEED_IT))


class Migration(migrations.Migration):
    dependencies = [("cms", "0011_doors")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
