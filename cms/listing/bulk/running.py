"""An action on more rows than one transaction should hold: each by itself, a few in a transaction.

Which rows is settled when it is confirmed. All else is asked again when a row's turn comes: what the person
may do, which rows are theirs, whether the row still answers the list's question. A row that cannot be done is
left out and told; the others go on.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, transaction
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms import statements
from cms.listing.bulk.actions import BulkAction, bulk_actions_for
from cms.listing.bulk.outcome import HasChanged, foresee
from cms.models import BulkRow, BulkRun
from cms.models.bulk_runs import BulkState
from cms.sources import Question, RecordSource, sources
from cms.tasks import run_bulk
from cms.working import Worker

logger = logging.getLogger(__name__)

# Rows in a transaction: so many that the worker gets on, so few that nobody waits for the lock.
CHUNK = 100
SETTLED_AT_ONCE = 5000
KEPT = timedelta(days=30)


class Stopped(Exception):
    """The run may not go on. Its words are for the person."""


class Interrupted(Exception):
    """The run went on without us: it was cancelled, or another worker has it."""


@transaction.atomic
def begin(
    *,
    key: UUID,
    source: RecordSource,
    action: BulkAction,
    user: Any,
    rows: QuerySet,
    count: int,
    question: Question | None,
    typed: Mapping[str, list[str]],
) -> BulkRun:
    """Settle the rows and have a worker do them. A second call with a key gives the run of the first.

    question: of the list whose rows these all are, None when they were ticked; typed: name -> values, for
    the action's form. Raises HasChanged when there are not `count` rows, PermissionDenied for another's key.
    """
    run, is_new = BulkRun.objects.get_or_create(
        key=key,
        defaults={
            "user": user,
            "target": source.key,
            "action": action.name,
            "label": str(action.label)[:200],
            "question": question.to_json() if question else None,
            "typed": dict(typed),
            "rows_total": count,
        },
    )
    if not is_new:
        if run.user_id != user.pk:
            raise PermissionDenied
        return run
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    if len(keys) != count:
        raise HasChanged
    fields: list[Any] = [BulkRow._meta.get_field(name) for name in ("run", "object_id", "why")]
    for start in range(0, count, SETTLED_AT_ONCE):
        part = keys[start : start + SETTLED_AT_ONCE]
        statements.insert(BulkRow, fields, [(run.pk, str(pk), "") for pk in part])
    worker.hint()
    return run


def work_through(run: BulkRun) -> None:
    """Do the rows that had no turn yet. It goes on where a killed worker stopped."""
    try:
        while rows := list(run.rows.filter(pk__gt=run.last_row).order_by("pk")[:CHUNK]):
            _do(run, rows)
    except Interrupted:
        return
    except Stopped as stopped:
        run.transition(to=BulkState.FAILED, message=str(stopped))
    else:
        run.transition(to=BulkState.DONE)


worker = Worker(
    model=BulkRun,
    steps={BulkState.RUNNING: work_through},
    failed_at={BulkState.RUNNING: BulkState.FAILED},
    failed_words=gettext_lazy(
        "Something went wrong on our side. What is done stays done; the rest was left."
    ),
    task=run_bulk,
)


@transaction.atomic
def _do(run: BulkRun, rows: list[BulkRow]) -> None:
    """Some rows and how far the run is, together. Raises Interrupted, Stopped."""
    mine = BulkRun.objects.select_for_update(of=("self",)).filter(state=BulkState.RUNNING, pk=run.pk)
    held = mine.filter(last_row=run.last_row).first()
    if held is None:
        raise Interrupted
    user, source, action, cleaned = _asked_again(run)
    of_row = {source.model._meta.pk.to_python(row.object_id): row for row in rows}
    locked = source.model._base_manager.select_for_update().filter(pk__in=of_row).order_by("pk")
    list(locked.values_list("pk", flat=True))
    there = action.rows(_rows(run, source, user).filter(pk__in=of_row))
    outcome = foresee(action, source, user, there, cleaned)
    left = dict.fromkeys(of_row, _("When its turn came, it was no longer among these rows."))
    for row in outcome.same:
        del left[row.pk]
    left |= {row.pk: why for row, why in outcome.refused}
    changed = 0
    for row, _words in outcome.changes:
        pk = row.pk  # which a deleted row loses
        left[pk] = _why_not(action, user, row, cleaned)
        if not left[pk]:
            del left[pk]
            changed += 1
    BulkRow.objects.filter(pk__in=[row.pk for pk, row in of_row.items() if pk not in left]).delete()
    why: Any = BulkRow._meta.get_field("why")
    statements.update(BulkRow, [why], [(of_row[pk].pk, words[:300]) for pk, words in left.items()])
    run.last_row = rows[-1].pk
    mine.update(
        last_row=run.last_row,
        changed_count=held.changed_count + changed,
        same_count=held.same_count + len(outcome.same),
        left_count=held.left_count + len(left),
        updated_at=timezone.now(),
    )


def _asked_again(run: BulkRun) -> tuple[Any, RecordSource, BulkAction, dict]:
    """Who does what, as it stands now. Raises Stopped when that may no longer be."""
    user = get_user_model().objects.filter(pk=run.user_id, is_active=True).first()
    source = sources.get(run.target)
    offered = bulk_actions_for(source, user) if user and source and source.is_open_to(user) else []
    action = next((each for each in offered if each.name == run.action), None)
    if source is None or action is None:
        raise Stopped(_("You may no longer do this to these records."))
    typed = QueryDict(mutable=True)
    for name, values in run.typed.items():
        typed.setlist(name, values)
    form = action.form_class(typed, user=user)
    if not form.is_valid():
        raise Stopped(_("What was chosen for it can no longer be used. Begin again from the list."))
    return user, source, action, form.cleaned_data


def _rows(run: BulkRun, source: RecordSource, user: Any) -> QuerySet:
    """The person's own rows as they are now, those that answer the run's question if it has one.

    Raises Stopped when the question can no longer be asked.
    """
    if run.question is None:
        return source.rows(user)
    answer = source.ask(user, Question.from_json(run.question))
    if answer.problems:
        raise Stopped(" ".join(str(problem) for problem in answer.problems))
    return answer.rows


def _why_not(action: BulkAction, user: Any, row: Model, cleaned: dict) -> str:
    """Do it to one row, or nothing of it; the reason then, else ""."""
    try:
        with transaction.atomic():
            action.run(user, row, cleaned)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    except OperationalError:
        raise
    except Exception:
        logger.exception("%s of %s %s failed", action.name, row._meta.label, row.pk)
        return _("Something went wrong on our side with this row.")
    return ""


def purge() -> str | None:
    """Forget runs that ended long ago, with the rows that were left out; the log keeps that they were."""
    old = BulkRun.objects.exclude(state=BulkState.RUNNING).filter(updated_at__lt=timezone.now() - KEPT)
    _count, kinds = old.delete()
    gone = kinds.get(BulkRun._meta.label, 0)
    return f"{gone} forgotten" if gone else None
