"""The description of the network API says the truth: whatever is sent, answers keep to it."""

from datetime import timedelta

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from cms.roles import Role
from cms.tokens import issue_token
from tests.factories.donations import CampaignFactory
from tests.factories.members import LeadFactory, UserFactory
from tests.factories.pages import CooperativePageFactory, EventPageFactory, ServiceFormatPageFactory

pytestmark = pytest.mark.django_db

# Paths are written out, so that a forgotten or a vanished endpoint is noticed.
ENDPOINTS = {
    "/api/network/v1/cooperatives/",
    "/api/network/v1/cooperatives/{slug}/",
    "/api/network/v1/formats/",
    "/api/network/v1/formats/{slug}/",
    "/api/network/v1/events/",
    "/api/network/v1/events/{id}/",
    "/api/network/v1/courses/",
    "/api/network/v1/courses/{slug}/",
    "/api/network/v1/campaigns/",
    "/api/network/v1/campaigns/{slug}/",
    "/api/network/v1/consent-texts/{purpose}/",
    "/api/network/v1/leads/",
    "/api/network/v1/checkouts/",
    "/api/network/v1/records/",
    "/api/network/v1/records/{kind}/",
    "/api/network/v1/views/",
    "/api/network/v1/views/{id}/rows/",
}


# What a description cannot say: dates too far away, a consent that was not given.
BEYOND_WORDS = [
    schemathesis.checks.unsupported_method,
    schemathesis.checks.positive_data_acceptance,
]


@pytest.fixture
def described(db, monkeypatch):
    # The limits on how often one may ask are tested elsewhere.
    monkeypatch.setattr("cms.rate_limit.hit", lambda *args, **kwargs: True)
    CooperativePageFactory()
    ServiceFormatPageFactory()
    EventPageFactory()
    CampaignFactory(slug="palco")
    LeadFactory()
    # Django's own test client does the same: the requests of a test share its transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/network/v1/openapi.json", get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(db):
    """The text of an administrator's token for requests."""
    last = timezone.localdate() + timedelta(days=1)
    owner = UserFactory(role=Role.CONSORTIUM_ADMIN)
    return issue_token(owner=owner, name="Test", kinds=["members.lead"], expires_on=last)[1]


@pytest.mark.parametrize("path", sorted(ENDPOINTS))
def test_answers_keep_to_the_description(described, token, path):
    for method, operation in described[path].items():

        @given(case=operation.as_strategy())
        @settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        def answers(case):
            # Schemathesis asks by itself without the token, and wants 401 where the description wants one.
            case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=BEYOND_WORDS)

        answers()
        assert method in ("get", "post")


def test_every_endpoint_is_described(client, db):
    described = client.get("/api/network/v1/openapi.json").json()

    assert set(described["paths"]) == ENDPOINTS
    assert described["info"]["title"] == "Cultnetwork"


def test_the_documentation_loads_nothing_from_elsewhere(client, db):
    page = client.get("/api/network/v1/docs").content.decode()

    assert "https://" not in page
    assert "cdn" not in page
