"""Wagtail's own work on every page type, through the admin: edit, publish, schedule, preview, revert."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.panels import get_edit_handler
from wagtail.models import Page, Workflow, WorkflowTask
from wagtail.test.utils.form_data import inline_formset, nested_form_data, querydict_from_html

from donations.models import Beneficiary, Campaign, CampaignTotal
from members.models import Competence, Cooperative, CourseEdition, Enrolment, FormatPart, ServiceFormat
from pages.models import ServiceFormatPage
from tests.factories.members import CooperativeFactory, CourseEditionFactory, EnrolmentFactory
from tests.factories.pages import (
    EVERY_PAGE,
    EventIndexPageFactory,
    home,
)

pytestmark = pytest.mark.django_db

by_name = pytest.mark.parametrize("factory", EVERY_PAGE, ids=lambda factory: factory._meta.model.__name__)


def edit_address(page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def form_of(client, page, address: str = "") -> dict:
    """The edit form as a browser would send it back, with streams and comments (made by scripts) empty."""
    answer = client.get(address or edit_address(page))
    assert answer.status_code == 200
    data = querydict_from_html(answer.text, form_id="page-edit-form").dict()
    data |= {f"{name}-count": "0" for name in type(page).get_streamfield_names()}
    return data | nested_form_data({"comments": inline_formset([])})


@by_name
def test_editor_writes_previews_publishes_compares_and_goes_back(login, factory):
    page = factory(title="Prima")
    first = page.latest_revision
    editor = login()
    data = form_of(editor, page) | {"title": "Poi"}

    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert editor.post(preview, data).json()["is_valid"]
    assert "Poi" in editor.get(preview).text
    assert Page.objects.get(pk=page.pk).title == "Prima"

    answer = editor.post(edit_address(page), data | {"action-publish": "1"})
    assert answer.status_code == 302, answer.context["form"].errors
    page.refresh_from_db()
    assert page.title == "Poi"
    assert "Poi" in editor.get(page.url).text

    assert editor.get(reverse("wagtailadmin_pages:history", args=[page.pk])).status_code == 200
    two = [page.pk, first.pk, page.latest_revision_id]
    assert editor.get(reverse("wagtailadmin_pages:revisions_compare", args=two)).status_code == 200

    older = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, first.pk])
    data = form_of(editor, page, older)
    assert data["title"] == "Prima"
    assert editor.post(edit_address(page), data | {"action-publish": "1"}).status_code == 302
    assert Page.objects.get(pk=page.pk).title == "Prima"


@by_name
def test_draft_can_be_seen_by_its_editor_only(client, login, factory):
    page = factory(title="Bozza da vedere", draft=True)
    assert client.get(f"/{page.url_path.split('/', 2)[2]}").status_code == 404
    answer = login().get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert answer.status_code == 200
    assert "Bozza da vedere" in answer.text


@by_name
def test_scheduled_page_goes_online_and_offline_at_its_times(client, factory):
    page = factory(draft=True)
    page.go_live_at = timezone.now() - timedelta(minutes=1)
    page.save_revision(approved_go_live_at=page.go_live_at)
    call_command("publish_scheduled")
    page.refresh_from_db()
    assert client.get(page.url).status_code == 200
    page.expire_at = timezone.now() - timedelta(minutes=1)
    page.save(update_fields=["expire_at"])
    call_command("publish_scheduled")
    assert client.get(page.url).status_code == 404


@by_name
def test_page_goes_through_review(login, factory):
    page = factory(title="Da rivedere")
    client = login()
    workflow = Workflow.objects.filter(active=True).first()
    assert workflow and WorkflowTask.objects.filter(workflow=workflow).exists()
    page.title = "Rivisto"
    page.save_revision()
    state = workflow.start(page, client.user)
    state.current_task_state.approve(user=client.user)
    state.refresh_from_db()
    while state.status == state.STATUS_IN_PROGRESS:
        state.current_task_state.approve(user=client.user)
        state.refresh_from_db()
    assert Page.objects.get(pk=page.pk).title == "Rivisto"


@by_name
def test_moved_address_leads_to_the_new_one(client, factory, django_capture_on_commit_callbacks):
    page = factory()
    old = page.url
    with django_capture_on_commit_callbacks(execute=True):
        page.slug = "nuovo-indirizzo"
        page.save_revision().publish()
    page.refresh_from_db()
    answer = client.get(old)
    assert (answer.status_code, answer["Location"]) == (301, page.url)


@by_name
def test_user_bar_is_for_those_who_are_logged_in(client, login, factory):
    page = factory()
    assert "wagtail-userbar" not in client.get(page.url).text
    assert "wagtail-userbar" in login().get(page.url).text


def test_editor_adds_an_event_in_one_click_from_the_calendar(login):
    index = EventIndexPageFactory()
    answer = login().get(reverse("wagtailadmin_pages:add_subpage", args=[index.pk]))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("wagtailadmin_pages:add", args=["pages", "eventpage", index.pk])


@pytest.mark.parametrize("factory", EVERY_PAGE, ids=lambda factory: factory._meta.model.__name__)
def test_blank_form_opens_for_a_new_page(login, factory):
    model = factory._meta.model
    parent = factory.parent_in("it")
    answer = login().get(reverse("wagtailadmin_pages:add", args=["pages", model._meta.model_name, parent.pk]))
    assert answer.status_code == 200
    assert get_edit_handler(model)


def test_every_page_type_explains_itself_to_editors():
    from django.apps import apps

    for model in apps.get_app_config("pages").get_models():
        if issubclass(model, Page):
            assert model.get_page_description(), model


def test_home_page_takes_no_second_home(login):
    answer = login().get(reverse("wagtailadmin_pages:add_subpage", args=[home().pk]))
    assert "homepage" not in answer.text.lower().replace("home page</", "")


def _working_rows() -> dict[str, list]:
    """Every working record that a page could reach, with all its values."""
    models = [
        Beneficiary,
        Campaign,
        CampaignTotal,
        Competence,
        Cooperative,
        CourseEdition,
        Enrolment,
        FormatPart,
        ServiceFormat,
    ]
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
    for model in (Cooperative, ServiceFormat, FormatPart):
        through = model.competences.through
        rows[through.__name__] = list(through.objects.order_by("pk").values())
    return rows


def test_publishing_older_revisions_changes_no_working_record():
    """What staff and money change meanwhile is not on any page, so that nothing of it comes back."""
    pages = [factory(title="Prima") for factory in EVERY_PAGE]
    format_page = next(page for page in pages if isinstance(page, ServiceFormatPage))
    FormatPart.objects.create(service_format=format_page.service_format, cooperative=CooperativeFactory())
    old = [page.latest_revision for page in pages]
    for page in pages:
        page.title = "Poi"
        page.save_revision().publish()

    skill = Competence.objects.create(slug="nuova", name_it="Nuova")
    for row in [*Cooperative.objects.all(), *ServiceFormat.objects.all(), *FormatPart.objects.all()]:
        row.competences.add(skill)
        row.save()
    Cooperative.objects.update(town="Sabbioneta", phone="0376 1")
    ServiceFormat.objects.update(price_from_cents=12_300)
    FormatPart.objects.update(state=FormatPart.State.APPROVED, role_it="Cura tutto")
    Campaign.objects.update(goal_cents=987_600)
    CampaignTotal.objects.update(raised_cents=4_200, donors=3)
    EnrolmentFactory(edition=CourseEditionFactory())
    before = _working_rows()
    assert all(before.values())

    for page, revision in zip(pages, old, strict=True):
        revision.publish()
        page.refresh_from_db()
        assert page.title == "Prima"
        page.save_revision().publish()
    assert _working_rows() == before
