"""Refunds were booked against the gifts; now they have an account. The old rows stay, and a new one moves each."""

from django.db import migrations
from django.db.models import Count, F, Sum

GIVEN = ("gifts", "refunds", "disputes")


def reclassify(apps, schema_editor):
    transactions = apps.get_model("donations", "LedgerTransaction").objects
    entries = apps.get_model("donations", "LedgerEntry")
    old = entries.objects.filter(transaction__kind__in=["refund", "refund_undone"], account="gifts")
    for entry in old.select_related("transaction").order_by("pk").iterator():
        was = entry.transaction
        written, is_new = transactions.get_or_create(
            key=f"reclassified:{was.key}",
            defaults={
                "kind": "reclassified",
                "occurred_at": was.occurred_at,
                "donation_id": was.donation_id,
            },
        )
        if is_new:
            lines = (("refunds", entry.amount_cents), ("gifts", -entry.amount_cents))
            entries.objects.bulk_create(
                entries(
                    transaction=written,
                    account=account,
                    amount_cents=cents,
                    currency=entry.currency,
                    campaign_id=entry.campaign_id,
                    beneficiary_id=entry.beneficiary_id,
                )
                for account, cents in lines
            )


def total_donors(apps, schema_editor):
    totals = apps.get_model("donations", "DonorTotal")
    donations = apps.get_model("donations", "Donation").objects
    given = dict(
        apps.get_model("donations", "LedgerEntry")
        .objects.filter(account__in=GIVEN, transaction__donation__isnull=False)
        .order_by()
        .values_list("transaction__donation__donor")
        .annotate(sum=-Sum("amount_cents"))
    )
    counted = dict(
        donations.filter(state="paid", refunded_cents__lt=F("amount_cents"))
        .order_by()
        .values_list("donor")
        .annotate(count=Count("pk"))
    )
    for donor, cents in given.items():
        totals.objects.update_or_create(
            donor_id=donor, defaults={"given_cents": cents, "donations": counted.get(donor, 0)}
        )


class Migration(migrations.Migration):
    dependencies = [("donations", "0007_refunds_disputes_and_donor_totals")]
    operations = [
        migrations.RunPython(reclassify, migrations.RunPython.noop),
        migrations.RunPython(total_donors, migrations.RunPython.noop),
    ]
