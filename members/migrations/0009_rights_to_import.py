"""Who may bring sheets in. It goes with the right to add or to change."""

from django.db import migrations

from cms.granting import grant_rights
from cms.roles import Role

EVERYBODYS = {
    "lead": (Role.CONSORTIUM_ADMIN, Role.COMMERCIAL),
    "organisation": (Role.CONSORTIUM_ADMIN, Role.COMMERCIAL),
    "contact": (Role.CONSORTIUM_ADMIN, Role.COMMERCIAL),
    "competence": (Role.CONSORTIUM_ADMIN, Role.EDITOR),
    "cooperative": (Role.CONSORTIUM_ADMIN,),
    "courseedition": (Role.CONSORTIUM_ADMIN, Role.TRAINER),
    "enrolment": (Role.CONSORTIUM_ADMIN, Role.TRAINER),
}


def grant(apps, schema_editor):
    grant_rights(
        apps,
        {
            f"members.{model}": {role: f"import_{model}" for role in roles}
            for model, roles in EVERYBODYS.items()
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0008_custom_fields"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
