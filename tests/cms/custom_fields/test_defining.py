"""Fields and choices are defined, changed, retired, merged and deleted; values survive."""

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import ModelLogEntry

from cms.custom_fields import fields_for
from cms.custom_fields.services.choosing import add_choices, merge_choices
from cms.custom_fields.services.defining import (
    change_field,
    define_field,
    delete_field,
    move_field,
    retire_field,
)
from cms.custom_fields.services.working import do_waiting_work
from cms.models import CustomField, FieldWork, FilterValue
from members.models import Lead, Organisation
from tests.factories.custom_fields import field_of, fill, typed_again
from tests.factories.members import LeadFactory

pytestmark = pytest.mark.django_db


def keys(model=Lead):
    return [each.key for each in fields_for(model, None)]


def finish_works():
    do_waiting_work()
    assert not FieldWork.objects.filter(finished_at=None).exists()


@pytest.fixture
def works(transactional_db, monkeypatch):
    """Does the work that waits, whose task was lost. Work claims its rows outside any transaction."""
    monkeypatch.setattr("cms.custom_fields.tasks.do_field_work", LostTask())
    return finish_works


class LostTask:
    def enqueue(self) -> None: ...


def test_a_key_comes_from_the_name_and_is_never_given_again():
    first = field_of(label="Ciò che serve!").definition
    assert (first.key, field_of(label="Ciò che serve").key) == ("cio_che_serve", "cio_che_serve_2")
    change_field(field=first, label_it="Altro nome")
    assert CustomField.objects.get(pk=first.pk).key == "cio_che_serve"
    delete_field(field=first)
    assert field_of(label="Ciò che serve").key == "cio_che_serve_3"
    assert field_of(Organisation, label="Ciò che serve").key == "cio_che_serve"
    assert field_of(label="123 ???").key == "field"


def test_fields_are_moved_among_those_that_stand():
    for label in "abc":
        field_of(label=label)
    c = CustomField.objects.get(key="c")
    move_field(field=c, step=-1)
    assert keys() == ["a", "c", "b"]
    move_field(field=c, step=-1)
    move_field(field=c, step=-1)
    assert keys() == ["c", "a", "b"]


def test_the_kind_changes_only_while_nothing_is_held():
    field = field_of(kind="text", label="Quanto").definition
    change_field(field=field, kind="number")
    fill(LeadFactory(), quanto="3")
    with pytest.raises(ValidationError) as refused:
        change_field(field=field, kind="text")
    assert "esportazione" in refused.value.messages[0]
    assert CustomField.objects.get(pk=field.pk).kind == "number"


def test_a_retired_field_leaves_forms_and_keeps_its_values():
    field = field_of(label="Sala").definition
    lead = fill(LeadFactory(), sala="blu")
    retire_field(field=field)
    assert keys() == []
    again = typed_again(CustomField.objects.get(pk=field.pk))
    assert (again.value_of(lead), again.may_edit) == ("blu", False)
    assert ModelLogEntry.objects.filter(action="custom_fields.retire").count() == 1


def test_deleting_a_field_with_values_needs_its_name_and_erases_them(works):
    field = field_of(label="Sala", in_filters=True).definition
    lead = fill(LeadFactory(), sala="blu")
    with pytest.raises(ValidationError):
        delete_field(field=field)
    assert keys() == ["sala"]
    delete_field(field=field, typed_name=" sala ")
    works()
    assert (Lead.objects.get(pk=lead.pk).custom, FilterValue.objects.count(), keys()) == ({}, 0, [])


def test_a_choice_renamed_or_retired_is_still_read():
    field = field_of(kind="choice", label="Tipo", choices=["Teatro", "Musica", "teatro"])
    lead = fill(LeadFactory(), tipo="Teatro")
    field.definition.choices.filter(key="teatro").update(label_it="Teatro e danza", is_retired=True)
    field = typed_again(field.definition)
    assert field.display(field.value_of(lead)) == "Teatro e danza"
    assert [key for key, _words in field.offered()] == ["musica"]
    assert dict(field.offered({"teatro"})) == {"teatro": "Teatro e danza (non più usata)", "musica": "Musica"}


@pytest.mark.parametrize("kind", ["choice", "choices"])
def test_a_merged_choice_means_the_other_at_once_and_is_rewritten_behind(works, kind):
    field = field_of(kind=kind, label="Tipo", choices=["Teatro", "Musica", "Danza"], in_filters=True)
    lead = fill(LeadFactory(), tipo="Danza")
    moment = Lead.objects.get(pk=lead.pk).updated_at
    by_key = {choice.key: choice for choice in field.definition.choices.all()}
    work = merge_choices(choice=by_key["danza"], into=by_key["teatro"])
    now = typed_again(field.definition)
    value, stored = ("teatro", "teatro") if kind == "choice" else (["teatro"], ["teatro"])
    assert now.value_of(lead) == value
    assert now.to_python("Danza") == value
    assert set(now.keys_meaning("teatro")) == {"teatro", "danza"}
    works()
    lead = Lead.objects.get(pk=lead.pk)
    assert (lead.custom["tipo"], lead.updated_at) == (stored, moment)
    assert [value.text for value in FilterValue.objects.all()] == ["teatro"]
    work.refresh_from_db()
    assert (work.done, work.total, work.percent) == (1, 1, 100)
    with pytest.raises(ValidationError):
        merge_choices(choice=by_key["danza"], into=by_key["musica"])
    with pytest.raises(ValidationError):
        merge_choices(choice=by_key["teatro"], into=by_key["teatro"])


def test_a_filter_is_offered_once_its_values_are_gathered(works):
    field = field_of(kind="money", label="Budget").definition
    fill(LeadFactory(), budget="100")
    change_field(field=field, in_filters=True)
    assert CustomField.objects.get(pk=field.pk).filters_ready_at is None
    assert FilterValue.objects.count() == 0
    works()
    assert CustomField.objects.get(pk=field.pk).filters_ready_at
    assert [value.number for value in FilterValue.objects.all()] == [10000]


def test_work_is_taken_up_where_it_was_cut_off(works, monkeypatch):
    from cms.custom_fields.services import working

    monkeypatch.setattr(working, "ROWS_AT_ONCE", 2)
    field = field_of(kind="money", label="Budget").definition
    leads = [fill(LeadFactory(), budget=str(number)) for number in range(5)]
    change_field(field=field, in_filters=True)
    work = FieldWork.objects.get()
    FieldWork.objects.filter(pk=work.pk).update(last_pk=leads[1].pk, done=2)
    works()
    work.refresh_from_db()
    assert (work.done, FilterValue.objects.count()) == (5, 3)


def test_the_words_of_choices_are_added_once():
    field = define_field(model=Lead, kind="choice", label_it="Tipo", choices=["Sì", " si ", "SÌ", ""])
    assert [choice.key for choice in field.choices.all()] == ["si", "si_2"]
    add_choices(field=field, labels=["sì", "No"])
    assert [choice.label_it for choice in field.choices.all()] == ["Sì", "si", "No"]
    with pytest.raises(ValidationError):
        add_choices(field=field, labels=[f"scelta {number}" for number in range(300)])


def test_a_deleted_record_leaves_no_values_behind():
    field_of(label="Sala", in_filters=True)
    fill(LeadFactory(), sala="blu").delete()
    Lead.objects.filter(pk=fill(LeadFactory(), sala="rossa").pk).delete()
    assert FilterValue.objects.count() == 0


def test_a_field_is_seen_and_filled_in_by_the_roles_named(user_as):
    field_of(label="Sala", seen_by=["commercial"], edited_by=[])
    field_of(label="Note", edited_by=["consortium_admin"])
    commercial, trainer = user_as("commercial"), user_as("trainer")
    assert [(each.key, each.may_edit) for each in fields_for(Lead, commercial)] == [
        ("sala", True),
        ("note", False),
    ]
    assert [each.key for each in fields_for(Lead, trainer)] == ["note"]
