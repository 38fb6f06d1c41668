"""One source for each kind of record: the same question gives the same rows, with or without a request."""

import django_filters
import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from cms.money import Money
from cms.registries import hidden_fields
from cms.roles import Role
from cms.sources import Column, Extension, Question, extensions, open_sources, source_of, sources
from donations.models import Donation
from members.models import Lead, Organisation
from tests.factories import donations, members

pytestmark = pytest.mark.django_db

FACTORIES = {
    "members.lead": members.LeadFactory,
    "members.organisation": members.OrganisationFactory,
    "members.contact": members.ContactFactory,
    "members.cooperative": members.CooperativeFactory,
    "members.serviceformat": members.ServiceFormatFactory,
    "members.competence": members.CompetenceFactory,
    "members.course": members.CourseFactory,
    "members.courseedition": members.CourseEditionFactory,
    "members.enrolment": members.EnrolmentFactory,
    "donations.donation": donations.DonationFactory,
    "donations.donor": donations.DonorFactory,
    "donations.campaign": donations.CampaignFactory,
    "donations.beneficiary": donations.BeneficiaryFactory,
}


def names(columns):
    return [column.name for column in columns]


def test_model_admins_and_snippets_register_their_sources():
    assert FACTORIES.keys() <= set(sources)
    assert source_of(Lead).model is Lead
    assert source_of(Permission) is None


def test_a_person_gets_the_sources_and_rows_of_their_rights_alone(user_as):
    members.LeadFactory()
    fundraiser = user_as(Role.FUNDRAISER)
    keys = [source.key for source in open_sources(fundraiser)]
    assert "donations.donation" in keys and "members.lead" not in keys
    answer = source_of(Lead).ask(fundraiser, Question())
    assert list(answer.rows) == [] and answer.problems


def test_values_are_plain_for_programs_and_worded_for_people(superuser):
    lead = members.LeadFactory(title="Readings", expected_value_cents=123450, owner=None)
    answer = source_of(Lead).ask(superuser, Question(columns=("title", "stage", "owner", "language")))
    (row,) = answer.rows
    assert [column.raw(row) for column in answer.columns] == ["Readings", str(lead.stage), None, "it"]
    assert [column.said(row) for column in answer.columns][-1] == lead.get_language_display()
    money = next(c for c in source_of(Lead).columns(superuser) if c.name == "expected_value_cents")
    assert (money.raw(row), money.kind) == (Money(123450), "money")


@pytest.mark.parametrize("key", FACTORIES)
def test_no_column_of_any_list_costs_a_query_for_each_row(superuser, key):
    source = sources[key]
    columns = tuple(names(source.columns(superuser)))

    def queries():
        with CaptureQueriesContext(connection) as caught:
            answer = source.ask(superuser, Question(columns=columns))
            assert not answer.problems
            values = [(c.raw(row), c.said(row)) for row in answer.rows for c in answer.columns]
        assert values
        return len(caught)

    FACTORIES[key]()
    queries()
    one = queries()
    for _each in range(4):
        FACTORIES[key]()
    assert queries() == one


@pytest.mark.parametrize(
    "question",
    [
        Question(filters={"colour": ("red",)}),
        Question(filters={"stage": ("987654",)}),
        Question(filters={"kind": ("open", "nonsense")}),
        Question(order="owner__password"),
        Question(columns=("title", "password")),
    ],
)
def test_a_question_about_what_is_not_there_has_problems_and_no_rows(superuser, question):
    members.LeadFactory()
    answer = source_of(Lead).ask(superuser, question)
    assert len(answer.problems) == 1
    assert list(answer.rows) == []


def test_a_question_reads_the_same_from_an_address_and_from_json():
    question = Question({"stage": ("3",), "tag": ("a", "b")}, "città", "-created_at", ("title", "owner"))
    assert Question.from_query(QueryDict(question.to_query().urlencode())) == question
    assert Question.from_json(question.to_json()) == question
    assert Question.from_query(QueryDict("p=2&_w_filter_fragment=1&stage=")) == Question()
    for odd in (None, [], "x", {"filters": 3, "columns": {}, "words": ["x"], "order": 4}):
        assert Question.from_json(odd).filters == {}


def test_hidden_fields_are_no_columns_no_filters_and_not_searched(superuser):
    hidden_fields.replace(Organisation, _hide_kind_and_town)
    try:
        members.OrganisationFactory(name="Comune", town="Ostiglia")
        source = source_of(Organisation)
        assert not {"kind", "town"} & set(names(source.columns(superuser)))
        assert source.ask(superuser, Question(filters={"kind": ("public",)})).problems
        assert list(source.ask(superuser, Question(words="ostiglia")).rows) == []
        through = source_of(Lead).ask(superuser, Question(filters={"organisation_kind": ("public",)}))
        assert through.problems
    finally:
        hidden_fields.restore(Organisation)
    assert source_of(Organisation).ask(superuser, Question(words="ostiglia")).rows.count() == 1


def _hide_kind_and_town(user):
    return {"kind", "town"}


def test_an_extension_adds_columns_and_filters_and_names_what_is_gone(superuser):
    extensions.register("test", _extend)
    try:
        members.LeadFactory(title="A", message="long")
        members.LeadFactory(title="B", message="short")
        source = source_of(Lead)
        assert names(source.default_columns(superuser))[-1] == "custom:message"
        answer = source.ask(superuser, Question(filters={"custom:message": ("long",)}))
        assert [row.title for row in answer.rows] == ["A"]
        gone = source.ask(superuser, Question(filters={"custom:room": ("1",)}))
        assert "Room size" in gone.problems[0]
    finally:
        extensions.unregister("test")


def _extend(model, user):
    if model is not Lead:
        return Extension()
    return Extension(
        columns=[Column("custom:message", label="Message", accessor="message")],
        shown=["custom:message"],
        filters={"custom:message": django_filters.CharFilter(field_name="message", label="Message")},
        gone={"custom:room": "Room size"},
    )


def test_the_order_ends_with_the_key_so_that_no_row_is_shown_twice(superuser):
    assert source_of(Lead).ask(superuser, Question()).order == ("-created_at", "-pk")
    assert source_of(Donation).ask(superuser, Question()).order == ("-id",)
    assert source_of(Lead).ask(superuser, Question(order="owner__last_name")).order[-1] == "pk"
