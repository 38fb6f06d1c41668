"""Public forms on pages: requests and enrolments; mistakes keep what was typed, nothing is sent twice."""

import pytest

from cms.public_forms import guard_values
from members.models import Enrolment, Lead
from tests.factories.members import CourseEditionFactory, CourseFactory
from tests.factories.pages import ContactPageFactory, CourseIndexPageFactory, ServiceFormatPageFactory

pytestmark = pytest.mark.django_db

OURS = {"Sec-Fetch-Site": "same-origin"}
REQUEST = {
    "message": "Una serata in biblioteca sulle acque della città, a marzo.",
    "name": "Ada Gonzaga",
    "email": "ada@scuola.example",
    "consent": "on",
}
ENROLMENT = {"first_name": "Ada", "last_name": "Gonzaga", "email": "ada@scuola.example", "consent": "on"}


@pytest.fixture
def format_page():
    return ServiceFormatPageFactory(title="Notte in archivio")


@pytest.fixture
def course():
    CourseIndexPageFactory()
    return CourseFactory(slug="fondi", title_it="Raccolta fondi")


def send(client, page_url: str, data: dict, headers=OURS):
    return client.post(page_url, guard_values() | data, headers=headers)


def test_request_on_a_format_page_becomes_a_lead_and_ends_on_a_page_without_names(client, format_page):
    response = send(client, format_page.url, REQUEST)
    assert (response.status_code, response["Location"]) == (303, f"{format_page.url}grazie/")
    lead = Lead.objects.get()
    assert lead.service_format == format_page.service_format
    assert (lead.page_id, lead.page_title, lead.language) == (format_page.pk, "Notte in archivio", "it")
    assert lead.message == REQUEST["message"]
    assert lead.page_url == f"http://testserver{format_page.url}"
    thanks = client.get(response["Location"])
    assert thanks.status_code == 200
    assert "Gonzaga" not in thanks.text
    assert '<meta name="robots" content="noindex">' in thanks.text
    assert response["Cache-Control"] == "no-store"


def test_request_in_the_english_site_is_answered_in_english(client, format_page):
    response = send(client, f"/en{format_page.url}", REQUEST)
    assert response["Location"] == f"/en{format_page.url}thanks/"
    assert Lead.objects.get().language == "en"
    assert "Thank you" in client.get(response["Location"]).text


def test_request_on_the_contact_page_may_choose_a_format(client, format_page):
    contact = ContactPageFactory()
    chosen = {"service_format": format_page.service_format_id}
    assert send(client, contact.url, REQUEST | chosen).status_code == 303
    assert Lead.objects.get().service_format == format_page.service_format


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "non è un indirizzo"},
        {"email": ""},
        {"name": ""},
        {"message": ""},
        {"consent": ""},
        {"message": "x" * 6000},
        {"email": "a@" + "b" * 300 + ".it"},
        {"phone": "🎭"},
        {"organisation_kind": "inventato"},
    ],
    ids=str,
)
def test_mistake_shows_the_form_again_with_what_was_typed(client, format_page, wrong):
    response = send(client, format_page.url, REQUEST | {"name": "Ada <b>Gonzaga</b> 🎭"} | wrong)
    assert response.status_code == 422
    assert Lead.objects.count() == 0
    if "name" not in wrong:
        assert "Ada &lt;b&gt;Gonzaga&lt;/b&gt; 🎭" in response.text
    if "message" not in wrong:
        assert REQUEST["message"] in response.text


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://altrove.example"}, {"Origin": "null"}],
    ids=str,
)
def test_form_sent_from_elsewhere_is_refused_and_kept(client, format_page, headers):
    response = send(client, format_page.url, REQUEST, headers=headers)
    assert response.status_code == 403
    assert REQUEST["message"] in response.text
    assert Lead.objects.count() == 0


def test_own_origin_is_enough_for_older_browsers(client, format_page):
    assert send(client, format_page.url, REQUEST, headers={"Origin": "http://testserver"}).status_code == 303


def test_expired_form_and_bot_are_told_and_nothing_is_sent(client, format_page):
    for guard in [{"rendered": ""}, {"rendered": "ieri:firma"}, {"nickname_again": "bot"}]:
        response = client.post(format_page.url, guard_values() | REQUEST | guard, headers=OURS)
        assert response.status_code == 422
        assert REQUEST["message"] in response.text
    assert Lead.objects.count() == 0


def test_too_many_forms_from_one_connection_wait(client, format_page):
    for _number in range(10):
        assert send(client, format_page.url, REQUEST).status_code == 303
    response = send(client, f"/en{format_page.url}", REQUEST)
    assert response.status_code == 429
    assert "Wait ten minutes" in response.text
    assert REQUEST["message"] in response.text
    assert Lead.objects.count() == 10


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"a=" + b"x" * 100_000, b"%00=%00&name=%ff"])
def test_no_body_breaks_it(client, format_page, body):
    response = client.post(
        format_page.url, body, content_type="application/x-www-form-urlencoded", headers=OURS
    )
    assert response.status_code == 422


def test_enrolment_takes_a_place_and_thanks(client, course, django_capture_on_commit_callbacks):
    edition = CourseEditionFactory(course=course, capacity=2)
    with django_capture_on_commit_callbacks(execute=True):
        response = send(client, "/corsi/fondi/", ENROLMENT | {"edition": edition.pk})
    assert (response.status_code, response["Location"]) == (303, "/corsi/fondi/grazie/")
    assert Enrolment.objects.get().edition == edition
    thanks = client.get(response["Location"])
    assert thanks.status_code == 200
    assert "Gonzaga" not in thanks.text


def test_last_place_goes_to_one_and_the_next_is_told(client, course):
    edition = CourseEditionFactory(course=course, capacity=1)
    assert send(client, "/corsi/fondi/", ENROLMENT | {"edition": edition.pk}).status_code == 303
    late = ENROLMENT | {"edition": edition.pk, "email": "bea@scuola.example", "first_name": "Beatrice"}
    response = send(client, "/en/corsi/fondi/", late)
    assert response.status_code == 422
    assert "All the places" in response.text
    assert "Beatrice" in response.text
    assert Enrolment.objects.count() == 1
    assert "All the places are taken" in client.get("/en/corsi/fondi/").text


def test_same_person_is_enrolled_once(client, course):
    edition = CourseEditionFactory(course=course, capacity=5)
    data = ENROLMENT | {"edition": edition.pk}
    send(client, "/corsi/fondi/", data)
    response = send(client, "/corsi/fondi/", data)
    assert response.status_code == 422
    assert Enrolment.objects.count() == 1


def test_closed_edition_takes_nobody(client, course):
    edition = CourseEditionFactory(course=course, closed=True)
    response = send(client, "/corsi/fondi/", ENROLMENT | {"edition": edition.pk})
    assert response.status_code == 422
    assert Enrolment.objects.count() == 0
    assert "Enrolment is closed for now" in client.get("/en/corsi/fondi/").text


def test_edition_of_another_course_is_not_taken(client, course):
    edition = CourseEditionFactory(course=CourseFactory())
    assert send(client, "/corsi/fondi/", ENROLMENT | {"edition": edition.pk}).status_code == 422
    assert Enrolment.objects.count() == 0


def test_draft_course_has_no_page(client, course):
    CourseFactory(slug="bozza", draft=True)
    for path in ["/corsi/bozza/", "/corsi/bozza/grazie/", "/corsi/mai-visto/"]:
        assert client.get(path).status_code == 404
        assert client.post(path, ENROLMENT, headers=OURS).status_code == 404


def test_form_needs_no_cookie_and_sets_none(client, format_page):
    response = send(client, format_page.url, REQUEST)
    assert not response.cookies
    assert not client.cookies
