"""Who keeps privacy requests and rules of retention; and the first rules, which rest until approved."""

from django.db import migrations

from cms.granting import grant_rights
from cms.roles import Role

RULES = {
    "cms.outbox": (24, "Serve a rispondere a chi chiede che cosa gli è stato scritto (art. 5.1.e GDPR)."),
    "cms.records_log": (60, "Serve a ricostruire chi ha fatto che cosa, entro i termini di prescrizione brevi."),
    "cms.pages_log": (60, "Serve a ricostruire chi ha pubblicato che cosa."),
    "axes.failed": (6, "Serve a riconoscere gli attacchi agli accessi (art. 32 GDPR)."),
    "axes.attempts": (6, "Serve a riconoscere gli attacchi agli accessi (art. 32 GDPR)."),
    "axes.logins": (12, "Serve a riconoscere accessi di altri (art. 32 GDPR)."),
    "cms.submissions": (24, "Il tempo di rispondere e di dar seguito a ciò che è stato chiesto."),
    "cms.consents": (120, "Prova del consenso (art. 7.1 GDPR), entro la prescrizione ordinaria (art. 2946 c.c.)."),
    "cms.privacy_requests": (60, "Prova di avere risposto (art. 5.2 GDPR)."),
}


def add(apps, schema_editor):
    grant_rights(
        apps,
        {
            "cms.privacyrequest": {Role.CONSORTIUM_ADMIN: "vac", Role.AUDITOR: "v"},
            "cms.retentionrule": {Role.CONSORTIUM_ADMIN: "vacd", Role.AUDITOR: "v"},
        },
    )
    rules = apps.get_model("cms", "RetentionRule").objects
    for kind, (months, basis) in RULES.items():
        rules.get_or_create(
            kind=kind, defaults={"after_months": months, "action": "delete", "basis": basis}
        )


class Migration(migrations.Migration):
    dependencies = [("cms", "0013_privacy_requests_and_retention")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
