"""Fields that staff define are columns of a sheet like any other, for who may fill them in."""

import pytest

from cms.models import FilterValue
from members.models import Organisation
from tests.factories.custom_fields import field_of, fill
from tests.factories.members import OrganisationFactory

pytestmark = pytest.mark.django_db


def test_custom_values_are_read_compared_written_found_and_taken_back(looked_at, confirmed, undone):
    beds = field_of(Organisation, kind="number", label="Posti letto", in_filters=True)
    field_of(Organisation, label="Referente")
    known = fill(OrganisationFactory(name="Ostello"), posti_letto="12", referente="Ada")
    batch = looked_at(
        "members.organisation",
        "Nome;Posti letto;Referente\nOSTELLO;30;\nTeatro;1.5x;Bruno\nMuseo;7;Carla\n",
    )
    rows = {row.number: row for row in batch.rows.all()}
    assert rows[2].values_old == {"name": "Ostello", "custom_posti_letto": 12}
    assert rows[2].values_new == {"name": "OSTELLO", "custom_posti_letto": 30}
    assert [header for header, _words in rows[3].problems] == ["Posti letto"]
    batch = confirmed(batch, leaves_out_problems=True)
    known.refresh_from_db()
    museum = Organisation.objects.get(name="Museo")
    assert (known.custom, museum.custom) == (
        {"posti_letto": 30, "referente": "Ada"},
        {"posti_letto": 7, "referente": "Carla"},
    )
    found = FilterValue.objects.filter(field=beds.definition)
    assert set(found.values_list("record_id", "number")) == {(known.pk, 30), (museum.pk, 7)}
    undone(batch)
    known.refresh_from_db()
    assert known.custom == {"posti_letto": 12, "referente": "Ada"}
    assert list(found.values_list("record_id", "number")) == [(known.pk, 12)]


def test_a_field_that_only_others_edit_is_no_column(looked_at, user_as):
    field_of(Organisation, label="Riservato", edited_by=["fundraiser"])
    batch = looked_at("members.organisation", "Nome;Riservato\nMuseo;x\n", user=user_as("commercial"))
    assert batch.mapping == {"0": "name"}
