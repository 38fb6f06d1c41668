"""The days and the payouts that the ledger knows already; and who may look at payouts."""

from django.db import migrations
from django.db.models import Case, Count, Q, Sum, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from cms.granting import grant_rights
from cms.roles import Role

BACK = Q(account__in=["refunds", "disputes"])


def total_days(apps, schema_editor):
    totals = apps.get_model("donations", "DayTotal")
    rows = (
        apps.get_model("donations", "LedgerEntry")
        .objects.filter(transaction__donation__isnull=False)
        .annotate(
            day=TruncDate("transaction__occurred_at", tzinfo=timezone.get_default_timezone()),
            is_recurring=Case(When(transaction__donation__recurring__isnull=False, then=True), default=False),
        )
        .order_by()
        .values("day", "beneficiary_id", "campaign_id", "is_recurring", "currency")
        .annotate(
            arrived_cents=-Sum("amount_cents", filter=Q(account="gifts"), default=0),
            gifts=Count("pk", filter=Q(account="gifts", transaction__kind="charge")),
            returned_cents=Sum("amount_cents", filter=BACK, default=0),
            returns=Count("pk", filter=BACK),
            fees_cents=Sum("amount_cents", filter=Q(account="fees"), default=0),
        )
    )
    totals.objects.bulk_create((totals(**row) for row in rows.iterator()), batch_size=1000)


def note_payouts(apps, schema_editor):
    transactions = apps.get_model("donations", "LedgerTransaction").objects
    payouts = apps.get_model("donations", "Payout").objects
    rome = timezone.get_default_timezone()
    for sent in transactions.filter(kind="payout").prefetch_related("entries").order_by("pk"):
        payout_id = sent.key.removeprefix("payout:")
        arrived = transactions.filter(key=f"payout_arrived:{payout_id}").first()
        undone = transactions.filter(key=f"payout_undone:{payout_id}").exists()
        [into_transit] = [entry for entry in sent.entries.all() if entry.account == "transit"]
        payouts.create(
            payout_id=payout_id,
            amount_cents=into_transit.amount_cents,
            currency=into_transit.currency,
            state="failed" if undone else "paid" if arrived else "in_transit",
            sent_at=sent.occurred_at,
            arrives_on=timezone.localdate((arrived or sent).occurred_at, rome),
        )


def grant(apps, schema_editor):
    readers = (Role.CONSORTIUM_ADMIN, Role.FUNDRAISER, Role.AUDITOR)
    grant_rights(apps, {"donations.payout": dict.fromkeys(readers, "v")})


class Migration(migrations.Migration):
    dependencies = [
        ("donations", "0023_totals_by_day_and_payouts"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(total_days, migrations.RunPython.noop),
        migrations.RunPython(note_payouts, migrations.RunPython.noop),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
