"""Very many rows: settled when they are confirmed, done one by one by a worker, told what was left out."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.listing.bulk import bulk_actions_for, running
from cms.listing.bulk import views as bulk_views
from cms.listing.bulk.running import begin, purge, worker
from cms.models import BulkRow, BulkRun, OutboxMessage
from cms.models.bulk_runs import BulkState
from cms.registries import row_scopes
from cms.roles import Role
from cms.sources import Question, source_of
from members.models import Lead
from tests.cms.imports.test_at_once import at_once
from tests.cms.test_bulk import BULK, _own, shown
from tests.factories.members import CompetenceFactory, LeadFactory, LeadStageFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def few_at_once(monkeypatch):
    """More than three rows are very many, and a worker takes two at a time."""
    monkeypatch.setattr(bulk_views, "MOST_ROWS", 3)
    monkeypatch.setattr(bulk_views, "SAMPLE", 2)
    monkeypatch.setattr(running, "CHUNK", 2)


@pytest.fixture
def to_move():
    """A stage to move to, and seven requests: five that can, one that is there, one that may not."""
    to = LeadStageFactory(won=True)
    leads = LeadFactory.create_batch(5)
    return to, [*leads, LeadFactory(stage=to), LeadFactory(lost=True)]


def confirmed(client, data):
    """The preview of an action on all rows, and what its confirmation answers."""
    data = data | {"scope": "all"}
    page = client.post(BULK, data | {"step": "preview"})
    sent = data | {"step": "do", "shown": shown(page), "run": str(page.context["run_key"])}
    return page, sent, client.post(BULK, sent)


def run_of(user, rows, name="delete", words="", **typed) -> BulkRun:
    """An action begun on some rows, without the screen."""
    source = source_of(rows.model)
    action = next(each for each in bulk_actions_for(source, user) if each.name == name)
    return begin(
        key=uuid4(),
        source=source,
        action=action,
        user=user,
        rows=rows,
        count=rows.count(),
        question=Question(words=words),
        typed={field: [str(value)] for field, value in typed.items()},
    )


def test_very_many_are_counted_sampled_done_one_by_one_and_what_was_left_out_is_told(
    login, few_at_once, to_move, django_capture_on_commit_callbacks
):
    client = login(Role.COMMERCIAL)
    to, leads = to_move
    with django_capture_on_commit_callbacks():
        page, sent, done = confirmed(client, {"action": "move", "to": to.pk})
    words = page.content.decode()
    assert (page.context["chosen_count"], len(page.context["outcome"].changes)) == (7, 2)
    assert "tutte le 7 righe" in words and "prime 2" in words
    run = BulkRun.objects.get()
    address = reverse("list_bulk_run", args=[run.pk])
    assert (done.status_code, done.url, run.state) == (302, address, BulkState.RUNNING)
    assert (client.post(BULK, sent).url, BulkRun.objects.count()) == (address, 1), "a second click"
    assert not Lead.objects.filter(stage=to).exclude(pk=leads[5].pk).exists()
    assert "data-progress=" in client.get(address).content.decode()
    assert worker.run_waiting() == 1
    assert client.get(reverse("list_bulk_run_progress", args=[run.pk])).json() == {
        "state": "done",
        "done": 7,
        "total": 7,
    }
    run.refresh_from_db()
    assert (run.changed_count, run.same_count, run.left_count, run.typed) == (5, 1, 1, {})
    assert Lead.objects.filter(stage=to).count() == 6
    assert leads[0].moves.get().by == client.user
    ended = client.get(address).content.decode()
    assert str(leads[6]) in ended and str(BulkRow.objects.get().why) in ended
    assert client.post(BULK, sent).url == address, "a late click finds it, and does nothing"
    assert client.get(reverse("list_bulk_runs", args=["members.lead"])).context["runs"][0] == run
    entry = ModelLogEntry.objects.get(action="cms.bulk.ended")
    assert entry.user == client.user and entry.data["changed"] == 5


def test_what_changed_since_the_preview_of_very_many_is_told_and_nothing_begins(login, few_at_once, to_move):
    client, (to, _leads) = login(), to_move
    data = {"action": "move", "to": to.pk, "scope": "all"}
    page = client.post(BULK, data | {"step": "preview"})
    LeadFactory()
    late = client.post(BULK, data | {"step": "do", "shown": shown(page), "run": str(uuid4())})
    assert (late.status_code, late.context["chosen_count"], BulkRun.objects.count()) == (409, 8, 0)


def test_each_row_is_asked_for_again_when_its_turn_comes(user_as, few_at_once, monkeypatch):
    """Given to another, moved out of the list, deleted meanwhile: left out, with the others done."""
    row_scopes.replace(Lead, _own)
    try:
        user = user_as(Role.COMMERCIAL)
        leads = [LeadFactory(owner=user, title=f"Lettura {n}") for n in range(5)]
        run = run_of(user, source_of(Lead).rows(user), "assign", words="lettura")
        LeadFactory(owner=user, title="Lettura che arriva dopo")
        Lead.objects.filter(pk=leads[1].pk).update(owner=UserFactory())
        Lead.objects.filter(pk=leads[2].pk).update(title="Concerto")
        Lead.objects.filter(pk=leads[3].pk).delete()
        worker.run_waiting()
    finally:
        row_scopes.restore(Lead)
    run.refresh_from_db()
    assert (run.state, run.changed_count, run.left_count) == (BulkState.DONE, 2, 3)
    assert set(run.rows.values_list("object_id", flat=True)) == {str(lead.pk) for lead in leads[1:4]}
    assert set(Lead.objects.filter(owner=None)) == {leads[0], leads[4]}


@pytest.mark.parametrize("lost", ["role", "account"])
def test_a_right_lost_meanwhile_stops_the_run(user_as, few_at_once, lost):
    user = user_as(Role.CONSORTIUM_ADMIN)
    CompetenceFactory.create_batch(3)
    run = run_of(user, source_of(CompetenceFactory._meta.model).rows(user))
    if lost == "role":
        user.groups.clear()
    else:
        type(user).objects.filter(pk=user.pk).update(is_active=False)
    worker.run_waiting()
    run.refresh_from_db()
    assert (run.state, run.rows_done, run.rows.count()) == (BulkState.FAILED, 0, 0)
    assert run.message and ModelLogEntry.objects.filter(action="cms.bulk.ended").exists()


def test_a_row_that_fails_leaves_nothing_of_itself_and_the_others_go_on(superuser, few_at_once, monkeypatch):
    leads, colleague = LeadFactory.create_batch(3), UserFactory(role=Role.COMMERCIAL)
    run = run_of(superuser, Lead.objects.all(), "assign", to=colleague.pk)
    action = next(each for each in bulk_actions_for(source_of(Lead), superuser) if each.name == "assign")

    def fails_after_writing(user, lead, cleaned):
        action.run(user, lead, cleaned)
        if lead.pk == leads[1].pk:
            raise RuntimeError

    broken = type(action)(**{**vars(action), "run": fails_after_writing})
    monkeypatch.setattr(running, "bulk_actions_for", lambda source, user: [broken])
    worker.run_waiting()
    run.refresh_from_db()
    assert (run.state, run.changed_count, run.left_count) == (BulkState.DONE, 2, 1)
    assert set(Lead.objects.filter(owner=colleague)) == {leads[0], leads[2]}
    assert "nostra" in run.rows.get().why


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_is_taken_up_again_and_no_row_is_done_twice(superuser, few_at_once, monkeypatch):
    LeadFactory.create_batch(7)
    colleague = UserFactory(email="collega@rete.example", role=Role.COMMERCIAL)
    do, done = running._why_not, []

    def killed(*args):
        done.append(do(*args))
        if len(done) == 6:
            raise SystemExit

    monkeypatch.setattr(running, "_why_not", killed)
    run = run_of(superuser, Lead.objects.all(), "assign", to=colleague.pk)
    run.refresh_from_db()
    assert (run.state, run.rows_done, Lead.objects.filter(owner=colleague).count()) == (
        BulkState.RUNNING,
        4,
        4,
    )
    monkeypatch.setattr(running, "_why_not", do)
    assert worker.run_waiting() == 0, "the lease of the killed one still stands"
    BulkRun.objects.update(claimed_until=timezone.now())
    assert worker.sweep() == "1 waiting"  # the clock sees it, and the task goes on
    run.refresh_from_db()
    assert (run.state, run.changed_count, run.rows.count()) == (BulkState.DONE, 7, 0)
    assert OutboxMessage.objects.filter(to=colleague.email).count() == 7, "one mail for each"


@pytest.mark.django_db(transaction=True)
def test_a_run_stopped_while_it_is_at_work_ends_after_the_rows_in_hand(login, few_at_once, monkeypatch):
    client = login()
    LeadFactory.create_batch(7)
    do, chunks = running._do, []

    def stopped(run, rows):
        do(run, rows)
        chunks.append(rows)
        if len(chunks) == 2:
            client.post(reverse("list_bulk_run_stop", args=[run.pk]))

    monkeypatch.setattr(running, "_do", stopped)
    run = run_of(client.user, Lead.objects.all())
    run.refresh_from_db()
    assert (run.state, run.changed_count, run.rows_untouched) == (BulkState.CANCELLED, 4, 3)
    assert (Lead.objects.count(), run.rows.count(), len(chunks)) == (3, 0, 2)
    assert ModelLogEntry.objects.filter(action="cms.bulk.ended").count() == 1
    again = client.post(reverse("list_bulk_run_stop", args=[run.pk]), follow=True)
    assert [str(message) for message in again.context["messages"]]


def _killed(*args):
    raise SystemExit


@pytest.mark.django_db(transaction=True)
def test_two_who_change_the_same_rows_at_once_both_end(superuser, few_at_once, monkeypatch):
    """Each row has one of the two as its owner, and nobody waits for ever."""
    LeadFactory.create_batch(12)
    do, colleagues = running._do, UserFactory.create_batch(2, role=Role.COMMERCIAL)
    monkeypatch.setattr(running, "_do", _killed)
    runs = [run_of(superuser, Lead.objects.all(), "assign", to=each.pk) for each in colleagues]
    monkeypatch.setattr(running, "_do", do)
    BulkRun.objects.update(claimed_until=None)
    at_once(worker.run_waiting, worker.run_waiting)
    for run in runs:
        run.refresh_from_db()
        assert (run.state, run.changed_count + run.same_count) == (BulkState.DONE, 12)
    assert set(Lead.objects.values_list("owner", flat=True)) <= {each.pk for each in colleagues}


def test_nobody_sees_or_stops_the_run_of_another(login, user_as):
    CompetenceFactory()
    run = run_of(user_as(Role.CONSORTIUM_ADMIN), source_of(CompetenceFactory._meta.model).model.objects.all())
    client = login(Role.COMMERCIAL)
    for name in ("list_bulk_run", "list_bulk_run_progress", "list_bulk_run_stop"):
        assert client.get(reverse(name, args=[run.pk])).status_code == 404
    assert client.post(reverse("list_bulk_run_stop", args=[run.pk])).status_code == 404
    run.refresh_from_db()
    assert run.state == BulkState.RUNNING


def test_runs_are_forgotten_after_a_month_and_the_log_still_tells(superuser):
    LeadFactory(lost=True)
    won = LeadStageFactory(won=True)
    old, new = (run_of(superuser, Lead.objects.all(), "move", to=won.pk) for _n in range(2))
    worker.run_waiting()
    assert BulkRow.objects.count() == 2 and purge() is None
    BulkRun.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=31))
    assert purge() == "1 forgotten"
    assert (BulkRun.objects.get(), BulkRow.objects.count()) == (new, 1)
    assert ModelLogEntry.objects.filter(action="cms.bulk.ended").count() == 2
