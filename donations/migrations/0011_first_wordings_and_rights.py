"""No two regimes of a beneficiary share a day; the first texts of receipts; who may edit both."""

from datetime import date

from django.db import migrations

from cms.granting import grant_rights
from cms.roles import Role

# Ranges of one number, so that the index needs no extension.
NO_OVERLAP = """
ALTER TABLE donations_regimeperiod ADD CONSTRAINT regimes_do_not_overlap EXCLUDE USING gist (
    int8range(beneficiary_id, beneficiary_id, '[]') WITH &&, daterange(starts_on, ends_on, '[]') WITH &&
)
"""
LET_OVERLAP = "ALTER TABLE donations_regimeperiod DROP CONSTRAINT regimes_do_not_overlap"

# From the day on which art. 83 of the Third Sector Code has been in force.
SINCE = date(2018, 1, 1)
NOTHING = (
    "Questa lettera conferma il versamento. Non dà diritto a deduzioni dal reddito né a detrazioni d'imposta.",
    "This letter confirms the payment. It does not entitle to deductions from income or from tax.",
)
CASH = (
    "Questa ricevuta attesta una donazione in contanti. Le donazioni in contanti non danno diritto a deduzioni né "
    "a detrazioni.",
    "This receipt confirms a gift in cash. Gifts in cash do not entitle to deductions from income or from tax.",
)
REWARD = (
    "Il versamento di {amount} comprende una ricompensa del valore di {reward_value}; la parte restante è di {gift}. "
    "Poiché c'è una controprestazione, questa ricevuta non dà diritto a deduzioni né a detrazioni.",
    "The payment of {amount} includes a reward worth {reward_value}; the remaining part is {gift}. As something was "
    "given in return, this receipt does not entitle to deductions from income or from tax.",
)
_ETS = (
    "{beneficiary} è un ente del Terzo settore. L'erogazione liberale, versata il {paid_on} con un mezzo "
    "tracciabile ({method}), dà diritto, a scelta di chi dona, a una detrazione dall'IRPEF del %(percent)s%% "
    "(calcolata su non oltre 30.000 euro l'anno) oppure a una deduzione entro il 10%% del reddito complessivo "
    "dichiarato ({law}). Le due agevolazioni non si sommano.\n\n"
    "Conservi questa ricevuta insieme alla prova del pagamento (estratto conto o della carta)."
)
_ETS_EN = (
    "{beneficiary} is a third sector body under Italian law. The gift, made on {paid_on} in a traceable way "
    "({method}), entitles the giver, by choice, to a deduction of %(percent)s%% from income tax (on not more than "
    "30,000 euros a year) or to a deduction of up to 10%% of the declared income ({law}). The two do not add up.\n\n"
    "Keep this receipt together with the proof of payment (the statement of bank or card)."
)
CULTURE = (
    "L'erogazione liberale a {beneficiary}, versata il {paid_on} con un mezzo tracciabile ({method}) e destinata ad "
    "attività di rilevante valore culturale, dà diritto a una detrazione dall'IRPEF del 19% ({law}).\n\n"
    "Conservi questa ricevuta insieme alla prova del pagamento (estratto conto o della carta).",
    "The gift to {beneficiary}, made on {paid_on} in a traceable way ({method}) for work of cultural value, entitles "
    "to a deduction of 19% from Italian income tax ({law}).\n\n"
    "Keep this receipt together with the proof of payment (the statement of bank or card).",
)
TOKEN = (
    "\n\nIn segno di ringraziamento è stato dato un oggetto di modico valore ({reward_value}), che non toglie alla "
    "donazione il suo carattere liberale.",
    "\n\nA token of small value ({reward_value}) was given in thanks; it does not change the nature of the gift.",
)


def ets(percent):
    return tuple(text % {"percent": percent} for text in (_ETS, _ETS_EN))


def texts():
    """(regime, way, counterpart) -> (Italian, English)."""
    found = {("", "", ""): NOTHING, ("", "", "value"): REWARD, ("", "cash", ""): CASH}
    for regime, claim in (("ets", ets(30)), ("odv", ets(35)), ("onlus", ets(30)), ("culture", CULTURE)):
        found[regime, "traceable", "none"] = claim
        found[regime, "traceable", "token"] = tuple(a + b for a, b in zip(claim, TOKEN, strict=True))
        found[regime, "traceable", "value"] = REWARD
        found[regime, "cash", ""] = CASH
    return found


def write_texts(apps, schema_editor):
    wordings = apps.get_model("donations", "ReceiptWording").objects
    for (regime, way, counterpart), (text_it, text_en) in texts().items():
        wordings.get_or_create(
            regime=regime,
            way=way,
            counterpart=counterpart,
            starts_on=SINCE,
            defaults={"text_it": text_it, "text_en": text_en},
        )


def forbid_overlap(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(NO_OVERLAP)


def let_overlap(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(LET_OVERLAP)


def grant(apps, schema_editor):
    read = {Role.FUNDRAISER: "v", Role.AUDITOR: "v"}
    grant_rights(
        apps,
        {
            "donations.regimeperiod": {Role.CONSORTIUM_ADMIN: "vac", **read},
            "donations.receiptwording": {Role.CONSORTIUM_ADMIN: "vac", **read},
            "donations.receipt": {Role.CONSORTIUM_ADMIN: "replace_receipt"},
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0010_fiscal_regimes_and_corrections"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(forbid_overlap, let_overlap),
        migrations.RunPython(write_texts, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
