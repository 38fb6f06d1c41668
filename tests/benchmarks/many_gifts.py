"""Very many gifts, quickly, on PostgreSQL, each with all that life leaves of one: ledger, receipt, events.

Each row is a copy of a real one (a gift that came through the door), with its own numbers, amounts, moments.
The higher the number of a gift, the older it is: what differs between a young site and an old one is the
past, and the last month is the same. The triggers are not asked row by row; `check_totals` asks for all at
the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, models, transaction

# Gifts of the last thirty days; the older ones came a minute and a half apart.
RECENT = 500
# Above these no row of a factory comes: gift n has the id TOP - n.
TOP, TOP_OF_LINES = 50_000_000, 500_000_000
REFUNDED_CENTS = 500
_ENDS = "ARRAY['expired', 'failed', 'failed', 'canceled']"

_GIFTS = f"""
CREATE TEMPORARY TABLE gift ON COMMIT DROP AS
SELECT *, extract(year FROM moment AT TIME ZONE 'Europe/Rome')::int AS of_year FROM (
  SELECT n, {TOP} - n AS id, {TOP} - n / 3 AS donor, 1000 + n %% 50 * 100 AS cents,
    (%(all_paid)s OR n %% 10 <> 0) AS is_paid,
    CASE WHEN NOT %(all_paid)s AND n %% CASE WHEN n > 600 THEN 100 ELSE 10 END = 1
         THEN {REFUNDED_CENTS} ELSE 0 END AS back,
    CASE WHEN n %% 5 = 0 THEN %(other)s ELSE %(campaign)s END AS fund,
    now() - CASE WHEN n <= {RECENT} THEN n * interval '86 minutes' - interval '5 minutes'
                 ELSE interval '31 days' + n * interval '94 seconds' END AS moment,
    lpad(n::text, 9, '0') AS nine
  FROM generate_series(1, %(count)s) AS n
) AS numbered
"""


def make_gifts(count: int, *, example: Any, other_campaign: Any, all_paid: bool = False) -> None:
    """Add gifts 1 to count to an otherwise almost empty site.

    example: a paid donation of a campaign, with its refund, receipt and event. all_paid: else one in ten was
    not paid, and one in a hundred was given back in part. A fifth goes to other_campaign, of the same
    beneficiary. Ends with ANALYZE.
    """
    payment, receipt = example.payments.get(), example.receipts.order_by("pk")[0]
    facts = {
        "count": count,
        "all_paid": all_paid,
        "campaign": example.campaign_id,
        "other": other_campaign.pk,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(_GIFTS, facts)
        _people(example)
        _gifts(example)
        _copy(
            payment,
            "WHERE is_paid",
            id="g.id",
            donation_id="g.id",
            payment_intent_id="'pi_bench' || nine",
            charge_id="'ch_bench' || nine",
            amount_cents="cents",
            refunded_cents="back",
            paid_at="moment",
            **_moments(),
        )
        _book(example, payment)
        _receipts(receipt)
        _total(cursor)
    _tidy()


def _people(example: Any) -> None:
    _copy(
        example.donor,
        "WHERE n % 3 = 0 OR n = 1",
        id="donor",
        email="'persona' || donor || '@example.org'",
        name="'Ada ' || (donor % 977) || ' ' || donor",
        **_moments(),
    )


def _gifts(example: Any) -> None:
    from donations.models import DonationTransition, StripeEvent

    _copy(
        example,
        "",
        id="g.id",
        donor_id="donor",
        campaign_id="fund",
        amount_cents="cents",
        refunded_cents="back",
        state=f"CASE WHEN is_paid THEN 'paid' ELSE ({_ENDS})[n / 10 % 4 + 1] END",
        paid_at="CASE WHEN is_paid THEN moment END",
        public_id="gen_random_uuid()",
        return_token="'token' || n",
        session_id="'cs_test_bench' || nine",
        session_expires_at="moment",
        refreshed_at="moment",
        payment_intent_id="CASE WHEN is_paid THEN 'pi_bench' || nine END",
        display_name="'Ada ' || (donor % 977)",
        wants_wall="n <= 200 OR n % 200 = 3",
        wall_approved_at="CASE WHEN n <= 200 AND n % 2 = 0 OR n % 200 = 3 THEN moment END",
        **_moments(),
    )
    for move in (0, 1):
        _copy(
            DonationTransition.objects.filter(donation=example)[0],
            "" if not move else "WHERE is_paid",
            id=f"{2 * TOP} - 2 * n + {move}",
            donation_id="g.id",
            was=f"'{('draft', 'pending')[move]}'",
            became=f"'{('pending', 'paid')[move]}'",
            event_id=f"{2 * TOP} - 2 * n + {move}",
            at="moment",
        )
        _copy(
            StripeEvent.objects.all()[0],
            "",
            id=f"{2 * TOP} - 2 * n + {move}",
            event_id=f"'evt_bench{move}' || nine",
            state="'done'",
            attempts="1",
            created="moment",
            received_at="moment",
            processed_at="moment",
        )


def _book(example: Any, payment: Any) -> None:
    """Charge, fee and refund: transactions whose two lines add up to zero."""
    from donations.models import LedgerEntry, LedgerTransaction, Refund

    written = LedgerTransaction.objects.filter(donation=example)[0]
    line = LedgerEntry.objects.filter(transaction=written)[0]
    kinds: list[tuple[str, str, str, str, str, str]] = [
        ("charge", "'charge:pi_bench' || nine", "WHERE is_paid", "stripe", "gifts", "cents"),
        ("fee", "'fee:ch_bench' || nine", "WHERE is_paid", "fees", "stripe", "63"),
        ("refund", "'refund:ch_bench' || nine || ':1'", "WHERE back > 0", "refunds", "stripe", "back"),
    ]
    for place, (kind, key, which, debited, credited, cents) in enumerate(kinds):
        number = f"{TOP_OF_LINES} - 3 * n - {place}"
        _copy(
            written,
            which,
            id=number,
            kind=f"'{kind}'",
            key=key,
            occurred_at="moment",
            recorded_at="moment",
            donation_id="g.id",
        )
        for side, account in enumerate((debited, credited)):
            _copy(
                line,
                which,
                id=f"2 * ({number}) + {side}",
                transaction_id=number,
                account=f"'{account}'",
                amount_cents=cents if side == 0 else f"-{cents}",
                campaign_id="fund",
            )
    _copy(
        Refund.objects.filter(donation=example)[0],
        "WHERE back > 0",
        id="g.id",
        donation_id="g.id",
        payment_id="g.id",
        public_id="gen_random_uuid()",
        amount_cents="back",
        refund_id="'re_bench' || nine",
        settled_at="moment",
        **_moments(),
    )


def _receipts(receipt: Any) -> None:
    """Numbers without gaps for each year, after those that are given already."""
    from donations.models import Receipt, ReceiptSequence

    table = ReceiptSequence._meta.db_table
    same = "s.beneficiary_id = t.beneficiary_id AND s.year = of_year"
    given = f"coalesce((SELECT last FROM {table} AS s WHERE {same}), 0)"
    _copy(
        receipt,
        "WHERE is_paid",
        id="g.id",
        donation_id="g.id",
        year="of_year",
        number=f"{given} + row_number() OVER (PARTITION BY of_year ORDER BY n DESC)",
        code="'C' || n",
        issued_at="moment",
        mailed_at="moment",
        pdf="'receipts/' || n || '.pdf'",
        **_moments(),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (beneficiary_id, year, last) "
            f"SELECT beneficiary_id, year, max(number) FROM {Receipt._meta.db_table} GROUP BY 1, 2 "
            "ON CONFLICT (beneficiary_id, year) DO UPDATE SET last = excluded.last"
        )


def _total(cursor: Any) -> None:
    """What the ledger keeps beside campaigns, donors and days."""
    from donations.models import CampaignTotal, DayTotal, Donation, DonorTotal
    from donations.models.day_total import SUMS
    from donations.services import audit

    kept = "sum(amount_cents - refunded_cents - disputed_cents)"
    paid = f"FROM {Donation._meta.db_table} WHERE state = 'paid'"
    of_campaign = f"{kept}, count(*), count(DISTINCT donor_id)"
    for total, owner, columns, values in (
        (CampaignTotal, "campaign_id", "raised_cents, donations, donors", of_campaign),
        (DonorTotal, "donor_id", "given_cents, donations", f"{kept}, count(*)"),
    ):
        name = total._meta.db_table
        cursor.execute(f"DELETE FROM {name}")
        cursor.execute(f"INSERT INTO {name} ({owner}, {columns}) SELECT {owner}, {values} {paid} GROUP BY 1")
    DayTotal.objects.all().delete()
    names = ("day", "beneficiary_id", "campaign_id", "is_recurring", "currency", *SUMS)
    DayTotal.objects.bulk_create(
        (DayTotal(**dict(zip(names, row, strict=True))) for row in audit.booked_by_day()), batch_size=1000
    )


def _moments() -> dict[str, str]:
    return {"created_at": "moment", "updated_at": "moment"}


def _copy(row: models.Model, which: str, **columns: str) -> None:
    """A copy of a row for each gift `g`, with what differs written in SQL."""
    fields = [field for field in row._meta.concrete_fields if not getattr(field, "generated", False)]
    values: Mapping[str, str] = {
        field.column: columns.pop(field.column, f"t.{_quoted(field.column)}") for field in fields
    }
    if columns:
        raise TypeError(f"{row._meta.label} has no column {', '.join(columns)}")
    table, key = _quoted(row._meta.db_table), _quoted(row._meta.pk.column)
    names = ", ".join(map(_quoted, values))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(values.values())} "
            f"FROM {table} AS t CROSS JOIN gift AS g {which or 'WHERE true'} AND t.{key} = '{row.pk}'"
        )


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _tidy() -> None:
    """Give the rows their words, let the next rows come after these, and the planner know them."""
    from django.apps import apps
    from django.core.management.color import no_style

    from cms.sources import word_index

    ours = list(apps.get_app_config("donations").get_models())
    with connection.cursor() as cursor:
        # An index of letters is made at once in a tenth of the time that it takes row by row.
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexdef LIKE %s",
            [word_index.WORDS, "%USING gin%"],
        )
        of_letters = cursor.fetchall()
        for name, _made in of_letters:
            cursor.execute(f"DROP INDEX {_quoted(name)}")
        word_index.put_up()
        for statement in (*(made for _name, made in of_letters), "VACUUM ANALYZE"):
            cursor.execute(statement)
        for statement in connection.ops.sequence_reset_sql(no_style(), ours):
            cursor.execute(statement)
