"""Who may take a list away as a file."""

from django.db import migrations

from cms.granting import grant_rights
from cms.roles import Role

EVERYBODYS = (Role.CONSORTIUM_ADMIN, Role.AUDITOR)
# Model -> who besides.
ALSO = {
    "members.lead": (Role.COMMERCIAL,),
    "members.organisation": (Role.COMMERCIAL,),
    "members.contact": (Role.COMMERCIAL,),
    "members.cooperative": (Role.COMMERCIAL, Role.EDITOR),
    "members.serviceformat": (Role.COMMERCIAL, Role.EDITOR),
    "members.formatpart": (Role.COMMERCIAL, Role.EDITOR),
    "members.competence": (Role.COMMERCIAL, Role.EDITOR),
    "members.course": (Role.TRAINER, Role.EDITOR),
    "members.courseedition": (Role.TRAINER,),
    "members.enrolment": (Role.TRAINER,),
    "donations.campaign": (Role.FUNDRAISER,),
    "donations.donation": (Role.FUNDRAISER,),
    "donations.donor": (Role.FUNDRAISER,),
    "donations.receipt": (Role.FUNDRAISER,),
    "donations.payment": (Role.FUNDRAISER,),
    "donations.beneficiary": (Role.FUNDRAISER,),
    "donations.ledgerentry": (Role.FUNDRAISER,),
    "cms.consentrecord": (),
}


def grant(apps, schema_editor):
    grant_rights(
        apps,
        {
            label: {role: f"export_{label.partition('.')[2]}" for role in (*EVERYBODYS, *also)}
            for label, also in ALSO.items()
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0004_roles"),
        ("members", "0009_rights_to_import"),
        ("donations", "0004_rights_to_import"),
        ("cms", "0010_saved_views"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
