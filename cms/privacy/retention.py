"""Rules of retention: what is too old is listed first, and goes once somebody approved the rule."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from cms import audit
from cms.dates import months_from
from cms.models import RetentionRule
from cms.privacy import traces
from cms.privacy.sources import OwnRows, words_of
from cms.registry import Registry

logger = logging.getLogger(__name__)

CHUNK = 200
# Per run and rule; what is left is done at the next run, so that a first run never blocks the clock.
ROWS_PER_RUN = 10_000


@dataclass(frozen=True)
class RetentionKind:
    """A kind of rows that grows old.

    due(before) -> the rows that a rule would take, untouched by it so far. actions: RetentionRule.Action ->
    function(list of rows) that does it, safe to repeat. say(row): a line for the dry list.
    """

    label: Any
    due: Callable[[datetime], QuerySet]
    actions: dict[str, Callable[[list], None]]
    say: Callable[[Any], str] = field(default=str)


# Key -> RetentionKind. The layers above add theirs in AppConfig.ready().
kinds: Registry[str, RetentionKind] = Registry("kinds of old rows")


def due_rows(rule: RetentionRule, now: datetime | None = None) -> QuerySet:
    """The rows that a rule would take now, the oldest key first. Raises KeyError for a kind that is gone."""
    moment = now or timezone.now()
    day = months_from(timezone.localdate(moment), -rule.after_months)
    return kinds[rule.kind].due(moment.replace(year=day.year, month=day.month, day=day.day)).order_by("pk")


@transaction.atomic
def approve(rule: RetentionRule, *, by: Any) -> RetentionRule:
    """Let a rule run from now on. Approving again returns quietly."""
    rule = RetentionRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if not rule.is_on:
        rule.approved_at, rule.approved_by = timezone.now(), by
        rule.save(update_fields=["approved_at", "approved_by", "updated_at"])
        audit.record("cms.retention.approved", rule, user=by)
    return rule


@transaction.atomic
def stop(rule: RetentionRule, *, by: Any) -> RetentionRule:
    """Let a rule rest until somebody approves it again."""
    rule = RetentionRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if rule.is_on:
        rule.approved_at = rule.approved_by = None
        rule.save(update_fields=["approved_at", "approved_by", "updated_at"])
        audit.record("cms.retention.stopped", rule, user=by)
    return rule


def run_approved() -> str | None:
    """Run each approved rule; what was done, in a line. A rule that fails does not hold the others."""
    told = []
    for rule in RetentionRule.objects.exclude(approved_at=None):
        if rule.kind not in kinds:
            continue
        try:
            rows = run(rule)
        except Exception:
            logger.exception("retention rule %s failed", rule.pk)
            told.append(f"{rule.kind}: failed")
            continue
        if rows:
            told.append(f"{rule.kind}: {rows}")
    return ", ".join(told) or None


def run(rule: RetentionRule) -> int:
    """Carry an approved rule out, chunk by chunk, each in its own transaction; how many rows."""
    done = 0
    while done < ROWS_PER_RUN:
        with transaction.atomic():
            current = RetentionRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
            if not current.is_on:
                break
            rows = _locked(due_rows(current))
            if not rows:
                break
            kinds[current.kind].actions[current.action](rows)
            done += len(rows)
    RetentionRule.objects.filter(pk=rule.pk).update(last_run_at=timezone.now(), last_count=done)
    if done:
        audit.record("cms.retention.ran", rule, data={"rows": done, "action": rule.action})
    return done


def _locked(due: QuerySet) -> list[Model]:
    pks = list(due.values_list("pk", flat=True)[:CHUNK])
    return list(due.model._base_manager.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk"))


def each(action: Callable[[Any], None]) -> Callable[[Iterable[Any]], None]:
    """An action on one row as an action on many."""

    def on_all(rows: Iterable[Any]) -> None:
        for row in rows:
            action(row)

    return on_all


def without_person(source: OwnRows) -> Callable[[list], None]:
    """An action that pseudonymises rows as their source does, and what was kept about them."""

    def on_all(rows: list) -> None:
        needles = words_of([(source, row) for row in rows], "")
        for row in rows:
            source.pseudonymise(row)
        traces.forget([(type(row), str(row.pk)) for row in rows], needles)

    return on_all


def delete_all(rows: list[Model]) -> None:
    """Delete rows by one query, for tables on which nothing leans."""
    QuerySet(model=type(rows[0])).filter(pk__in=[row.pk for row in rows]).delete()
