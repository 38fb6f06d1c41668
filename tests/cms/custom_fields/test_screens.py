"""Staff define fields on screens of their own."""

import pytest
from django.urls import reverse

from cms.custom_fields import fields_for
from cms.models import CustomChoice, CustomField, FieldWork
from members.models import Lead
from tests.factories.custom_fields import field_of, fill
from tests.factories.members import LeadFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/custom-fields/members.lead/"


@pytest.fixture
def admin(login):
    return login("consortium_admin")


def posted(field=None, **changes):
    values = {
        "label_it": "",
        "label_en": "",
        "help_it": "",
        "help_en": "",
        "kind": getattr(field, "kind", ""),
    }
    if field:
        values.update(label_it=field.label_it, label_en=field.label_en)
    return {**values, **changes}


def words_of(response):
    return response.content.decode()


def test_a_choice_field_is_defined_in_two_steps(admin):
    assert LIST in words_of(admin.get(reverse("custom_fields:kinds")))
    assert "?kind=choice" in words_of(admin.get(f"{LIST}add/"))
    empty = admin.post(f"{LIST}add/?kind=choice", posted(label_it="Tipo di spazio", new_choices=" \n"))
    assert (empty.status_code, "Scrivi almeno una scelta" in words_of(empty)) == (422, True)
    answer = admin.post(
        f"{LIST}add/?kind=choice",
        posted(label_it="Tipo di spazio", new_choices="Sala\nCortile\n", in_list="on", in_filters="on"),
        follow=True,
    )
    assert "Il campo “Tipo di spazio” c’è" in words_of(answer)
    field = CustomField.objects.get()
    assert (field.key, field.in_list, field.in_filters) == ("tipo_di_spazio", True, True)
    assert [choice.label_it for choice in field.choices.all()] == ["Sala", "Cortile"]


def test_a_number_has_its_own_options_and_a_proposed_value(admin):
    field = field_of(kind="number", label="Metri").definition
    address = reverse("custom_fields:edit", args=[field.pk])
    wrong = admin.post(address, posted(field, decimals="9", default="tanti"))
    assert wrong.status_code == 422
    assert admin.post(address, posted(field, decimals="1", unit="m²", default="12,5")).status_code == 422
    field.refresh_from_db()
    assert field.decimals == 0, "nothing was saved"
    admin.post(address, posted(field, decimals="1", unit="m²", default="12"))
    field.refresh_from_db()
    assert (field.decimals, field.unit, field.default) == (1, "m²", 12)
    assert ("custom_metri" in words_of(admin.get(LIST)), fields_for(Lead, None)[0].default) == (True, 12)


def test_choices_are_renamed_retired_reordered_and_added(admin):
    field = field_of(kind="choice", label="Tipo", choices=["Sala", "Cortile"]).definition
    sala, cortile = field.choices.all()
    address = reverse("custom_fields:edit", args=[field.pk])
    rows = {"choices-TOTAL_FORMS": 2, "choices-INITIAL_FORMS": 2}
    for place, (choice, label, order) in enumerate([(sala, "Sala grande", 2), (cortile, "Cortile", 1)]):
        rows |= {
            f"choices-{place}-id": choice.pk,
            f"choices-{place}-label_it": label,
            f"choices-{place}-order": order,
        }
    rows["choices-1-is_retired"] = "on"
    answer = admin.post(address, posted(field, new_choices="Teatro", default="sala", **rows))
    assert answer.status_code == 302
    now = [
        (choice.key, choice.label_it, choice.is_retired) for choice in field.choices.order_by("order", "pk")
    ]
    assert now == [("cortile", "Cortile", True), ("sala", "Sala grande", False), ("teatro", "Teatro", False)]
    field.refresh_from_db()
    assert field.default == "sala"


def test_choices_of_another_field_are_not_reached(admin):
    mine = field_of(kind="choice", label="Tipo", choices=["Sala"]).definition
    other = field_of(kind="choice", label="Altro", choices=["Uno", "Due"]).definition
    foreign, second = other.choices.all()
    rows = {"choices-TOTAL_FORMS": 1, "choices-INITIAL_FORMS": 1, "choices-0-id": foreign.pk}
    rows |= {"choices-0-label_it": "Rubato", "choices-0-order": 1}
    admin.post(reverse("custom_fields:edit", args=[mine.pk]), posted(mine, **rows))
    merge = reverse("custom_fields:merge", args=[mine.pk])
    assert admin.post(merge, {"choice": foreign.pk, "into": second.pk}).status_code == 422
    assert not CustomChoice.objects.filter(label_it="Rubato").exists()


def test_merging_starts_the_work_and_says_so(admin, monkeypatch):
    monkeypatch.setattr("cms.custom_fields.services.working.do_waiting_work", lambda: 0)
    field = field_of(kind="choice", label="Tipo", choices=["Sala", "Cortile"]).definition
    fill(LeadFactory(), tipo="Sala")
    sala, cortile = field.choices.all()
    address = reverse("custom_fields:merge", args=[field.pk])
    assert admin.post(address, {"choice": sala.pk, "into": sala.pk}).status_code == 422
    answer = admin.post(address, {"choice": sala.pk, "into": cortile.pk}, follow=True)
    assert "“Sala” ora vale “Cortile”" in words_of(answer)
    assert FieldWork.objects.get().total == 1
    assert "<progress" in words_of(admin.get(LIST))


def test_fields_are_moved_retired_and_used_again_by_buttons(admin):
    first, second = field_of(label="Uno").definition, field_of(label="Due").definition
    do = lambda field, what: admin.post(reverse("custom_fields:do", args=[field.pk, what]))  # noqa: E731
    assert do(second, "up").url == f"{LIST}#up-{second.pk}"
    assert [field.key for field in fields_for(Lead, None)] == ["due", "uno"]
    do(first, "retire")
    assert [field.key for field in fields_for(Lead, None)] == ["due"]
    assert "Fuori uso" in words_of(admin.get(LIST))
    do(first, "restore")
    assert len(fields_for(Lead, None)) == 2


def test_deleting_asks_for_the_name_only_when_values_are_held(admin):
    empty, held = field_of(label="Vuoto").definition, field_of(label="Pieno").definition
    fill(LeadFactory(), pieno="x")
    delete = lambda field, **data: admin.post(reverse("custom_fields:delete", args=[field.pk]), data)  # noqa: E731
    assert "Pieno" in words_of(admin.get(reverse("custom_fields:delete", args=[held.pk])))
    assert delete(held).status_code == 422
    assert delete(empty).status_code == 302
    assert delete(held, typed_name="pieno").status_code == 302
    assert not CustomField.objects.filter(deleted_at=None).exists()
    assert admin.get(reverse("custom_fields:edit", args=[held.pk])).status_code == 404


def test_the_kind_is_changed_on_the_screen_or_refused_in_words(admin):
    field = field_of(kind="text", label="Quanto").definition
    address = reverse("custom_fields:edit", args=[field.pk])
    assert admin.post(address, posted(field, kind="number")).status_code == 302
    fill(LeadFactory(), quanto="3")
    field.refresh_from_db()
    refused = admin.post(address, posted(field, kind="text", decimals="0"))
    assert (refused.status_code, "Ci sono già schede con valori" in words_of(refused)) == (422, True)


@pytest.mark.parametrize("role", ["editor", "commercial", "cooperative_editor", "fundraiser", "trainer"])
def test_only_the_consortiums_administrators_define_fields(login, role):
    field = field_of(label="Sala").definition
    client = login(role)
    for name, args in (
        ("kinds", ()),
        ("fields", ["members.lead"]),
        ("add", ["members.lead"]),
        ("edit", [field.pk]),
    ):
        assert client.get(reverse(f"custom_fields:{name}", args=args)).url == "/admin/"
    client.post(reverse("custom_fields:do", args=[field.pk, "retire"]))
    client.post(reverse("custom_fields:delete", args=[field.pk]))
    assert [each.key for each in fields_for(Lead, None)] == ["sala"]


def test_auditors_read_and_change_nothing(login):
    field = field_of(label="Sala").definition
    client = login("auditor")
    assert client.get(LIST).status_code == 200
    assert (
        client.post(reverse("custom_fields:edit", args=[field.pk]), posted(field, label_it="x")).status_code
        == 302
    )
    assert CustomField.objects.get().label_it == "Sala"


def test_odd_addresses_are_not_found(admin):
    for address in ("members.user/", "members.course/", "nothing/add/", "999999999999999999999/", "5/merge/"):
        assert admin.get(f"/admin/custom-fields/{address}").status_code == 404
    assert admin.post(f"{LIST}add/?kind=magic", {}).status_code == 422
