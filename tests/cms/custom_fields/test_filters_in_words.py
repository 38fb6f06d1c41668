"""The active filters above a list speak in words."""

import pytest
from django.urls import reverse

from tests.factories.custom_fields import field_of

pytestmark = pytest.mark.django_db

LIST = "members_lead_modeladmin_index"


def test_filters_by_custom_fields_are_said_in_words(login):
    field_of(kind="choice", label="Tipo", choices=["Teatro", "Musica"], in_filters=True)
    field_of(kind="yes_no", label="Urgente", in_filters=True)
    field_of(kind="number", label="Metri", in_filters=True)
    field_of(kind="date", label="Visita", in_filters=True)
    asked = {
        "custom_tipo": ["teatro", "musica"],
        "custom_urgente": "yes",
        "custom_metri_min": "12",
        "custom_metri_max": "80",
        "custom_visita_from": "2027-02-01",
        "custom_visita_to": "2027-02-28",
    }
    view = login("commercial").get(reverse(LIST), asked).context["view"]

    said = [(active.field_label, str(active.value)) for active in view.active_filters]
    assert said[:4] == [("Tipo", "Teatro"), ("Tipo", "Musica"), ("Urgente", "Sì"), ("Metri", "12 - 80")]
    assert said[4][0] == "Visita"
    assert "2027" in said[4][1]
    assert "slice" not in said[4][1]
