"""Two languages: what is missing falls back and says it, and nothing goes online untranslated."""

import re

import pytest
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from tests.factories.pages import (
    EVERY_PAGE,
    CooperativePageFactory,
    EventPageFactory,
    StandardPageFactory,
    home,
    translate,
)

pytestmark = pytest.mark.django_db

by_name = pytest.mark.parametrize("factory", EVERY_PAGE, ids=lambda factory: factory._meta.model.__name__)


def send_to_translation(page, user=None):
    """What the button "Translate this page" does; returns the English page."""
    english = Locale.objects.get(language_code="en")
    translate_object(page, [english], user=user)
    return page.get_translation(english)


@by_name
def test_page_sent_to_translation_is_not_online_until_published(
    client, factory, superuser, django_capture_on_commit_callbacks
):
    page = factory()
    with django_capture_on_commit_callbacks(execute=True):
        twin = send_to_translation(page, superuser)
    assert not twin.live
    assert not type(page).objects.get(pk=twin.pk).live


def test_page_sent_by_the_button_of_the_admin_is_not_online(login, django_capture_on_commit_callbacks):
    page = EventPageFactory(title="Concerto")
    client = login()
    english = Locale.objects.get(language_code="en")
    address = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(address, {"locales": [english.pk]})
    assert response.status_code == 302
    assert not page.get_translation(english).live
    client.logout()
    assert client.get(f"/en{page.url}").status_code == 200
    assert "Concert" in client.get(f"/en{page.url}").text


def test_published_translation_shows_its_words(client, superuser, django_capture_on_commit_callbacks):
    page = StandardPageFactory(title="Chi siamo", body=[("text", "<p>Otto cooperative.</p>")])
    twin = send_to_translation(page, superuser)
    translation = Translation.objects.get(source__object_id=page.translation_key)
    for segment in translation.source.stringsegment_set.all():
        StringTranslation.objects.create(
            translation_of=segment.string,
            locale=translation.target_locale,
            context=segment.context,
            data=segment.string.data.replace("Otto cooperative", "Eight cooperatives").replace(
                "Chi siamo", "Who we are"
            ),
        )
    with django_capture_on_commit_callbacks(execute=True):
        translation.save_target(user=superuser, publish=True)
    twin.refresh_from_db()
    answer = client.get(twin.url)
    assert twin.live
    assert twin.url.startswith("/en/")
    assert "<p>Eight cooperatives.</p>" in answer.text
    assert "can be read in Italian only" not in answer.text


def test_both_languages_name_each_other_to_search_engines(client):
    italian = StandardPageFactory(title="Chi siamo")
    english = translate(italian, title="Who we are", slug="who-we-are")
    for page in [italian, english]:
        answer = client.get(page.url).text
        assert re.findall(r'hreflang="([^"]+)" href="http://[^/]+([^"]*)"', answer) == [
            ("it", italian.url),
            ("en", english.url),
            ("x-default", italian.url),
        ]
        assert f'<link rel="canonical" href="{page.full_url}">' in answer


def test_untranslated_page_names_no_other_language(client):
    page = StandardPageFactory()
    assert "x-default" not in client.get(page.url).text


def test_language_switch_leads_to_the_translation_or_to_the_fallback(client):
    italian = StandardPageFactory(title="Chi siamo")
    alone = StandardPageFactory(title="Privacy")
    english = translate(italian, title="Who we are", slug="who-we-are")
    links = {language.code: language.url for language in client.get(italian.url).context["chrome"].languages}
    assert links == {"it": italian.url, "en": english.url}
    links = {language.code: language.url for language in client.get(alone.url).context["chrome"].languages}
    assert links == {"it": alone.url, "en": f"/en{alone.url}"}
    assert client.get(f"/en{alone.url}").status_code == 200


def test_alias_made_for_a_missing_parent_says_that_it_is_italian(client):
    event = EventPageFactory()
    twin = translate(event, title="Concert")
    parent = twin.get_parent().specific
    assert parent.alias_of_id
    answer = client.get(parent.url).text
    assert "For now this page can be read in Italian only." in answer
    assert '<div lang="it">' in answer


def test_list_shows_each_page_once_in_the_readers_language(client):
    both = EventPageFactory(title="Concerto")
    translate(both, title="Concert")
    EventPageFactory(title="Solo italiano")
    italian = [row["title"] for _m, rows in client.get("/eventi/").context["months"] for row in rows]
    english = [row["title"] for _m, rows in client.get("/en/eventi/").context["months"] for row in rows]
    assert sorted(italian) == ["Concerto", "Solo italiano"]
    assert sorted(english) == ["Concert", "Solo italiano"]


def test_draft_translation_does_not_hide_the_page_from_lists(client):
    page = EventPageFactory(title="Concerto")
    translate(page, title="Concert", draft=True)
    english = [row["title"] for _m, rows in client.get("/en/eventi/").context["months"] for row in rows]
    assert english == ["Concerto"]


def test_nothing_of_the_italian_tree_answers_when_italian_is_missing_too(client):
    assert client.get("/en/non-esiste/").status_code == 404
    draft = StandardPageFactory(draft=True)
    assert client.get(f"/en/{draft.slug}/").status_code == 404


def test_record_is_shared_by_the_two_languages():
    italian = CooperativePageFactory()
    english = translate(italian)
    assert english.cooperative == italian.cooperative
    assert (italian.language, english.language) == ("it", "en")


def test_english_home_falls_back_only_below_itself(client):
    english = home("en")
    english.unpublish()
    answer = client.get("/en/")
    assert answer.status_code == 200
    assert '<div lang="it">' in answer.text


def test_untranslated_page_cannot_be_published_by_the_editor_of_translations(
    login, django_capture_on_commit_callbacks
):
    page = EventPageFactory(title="Concerto")
    client = login()
    twin = send_to_translation(page, client.user)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("wagtailadmin_pages:edit", args=[twin.pk]), {"action": "publish"})
    assert answer.status_code == 302
    twin.refresh_from_db()
    assert not twin.live


def test_updating_translations_at_once_does_not_put_untranslated_words_online(
    login, django_capture_on_commit_callbacks
):
    page = EventPageFactory(title="Concerto")
    client = login()
    twin = send_to_translation(page, client.user)
    source = Translation.objects.get(target_locale=twin.locale).source
    address = reverse("wagtail_localize:update_translations", args=[source.pk])
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address, {"publish_translations": "on"})
    assert answer.status_code == 302
    twin.refresh_from_db()
    assert not twin.live
