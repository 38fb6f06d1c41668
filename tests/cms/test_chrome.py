"""What surrounds every page: menus, footer, contacts, and the same page in the other language."""

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError
from django.test import RequestFactory
from django.utils import translation
from wagtail.models import Locale, Site

from cms.chrome import Chrome, build, surroundings
from cms.models import Menu, MenuItem, SiteChrome, SocialLink
from tests.factories.cms import MenuFactory, MenuItemFactory, SiteChromeFactory
from tests.factories.pages import CourseIndexPageFactory, StandardPageFactory, home

pytestmark = pytest.mark.django_db


def request_for(path: str = "/"):
    request = RequestFactory().get(path, SERVER_NAME="testserver")
    request.resolver_match = None
    return request


def chrome(path: str = "/", language: str = "it") -> Chrome:
    """The chrome as a reader of that language sees it now."""
    with translation.override(language):
        found = Chrome(request_for(path))
        found.menu  # noqa: B018  (read in this language)
        return found


def labels(entries) -> list[str]:
    return [entry.label for entry in entries]


def test_menu_shows_its_entries_in_order_and_one_level_below():
    menu = MenuFactory()
    MenuItemFactory(menu=menu, label_it="Rete", link="/rete/", sort_order=1)
    MenuItemFactory(menu=menu, label_it="Cooperative", link="/cooperative/", nested=True, sort_order=2)
    MenuItemFactory(menu=menu, label_it="Competenze", link="/competenze/", nested=True, sort_order=3)
    MenuItemFactory(menu=menu, label_it="Dona", link="/dona/", sort_order=0)
    shown = chrome("/competenze/").menu
    assert labels(shown) == ["Dona", "Rete"]
    assert labels(shown[1].children) == ["Cooperative", "Competenze"]
    assert [child.is_current for child in shown[1].children] == [False, True]
    assert (shown[1].is_current, shown[1].is_open, shown[0].is_open) == (False, True, False)


def test_page_is_linked_in_the_readers_language_and_else_in_italian(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = StandardPageFactory(title="Chi siamo", slug="chi-siamo")
        MenuItemFactory(page=page, label_it="", link="")
    [entry] = chrome(language="en").menu
    assert (entry.label, entry.url, entry.lang) == ("Chi siamo", "/en/chi-siamo/", "it")
    with django_capture_on_commit_callbacks(execute=True):
        english = page.copy_for_translation(Locale.objects.get(language_code="en"))
        english.title, english.slug = "About us", "about-us"
        english.save_revision().publish()
    [entry] = chrome(language="en").menu
    assert (entry.label, entry.url, entry.lang) == ("About us", "/en/about-us/", "en")
    [entry] = chrome(language="it").menu
    assert (entry.label, entry.url, entry.lang) == ("Chi siamo", "/chi-siamo/", "it")


def test_label_of_an_entry_follows_the_reader():
    MenuItemFactory(label_it="Dona", label_en="Donate", link="/dona/")
    assert labels(chrome(language="it").menu) == ["Dona"]
    assert labels(chrome(language="en").menu) == ["Donate"]


def test_page_that_is_not_online_is_not_in_the_menu(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = StandardPageFactory(slug="bozza", draft=True)
        MenuItemFactory(page=page, link="", label_it="Bozza")
    assert chrome().menu == []
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert labels(chrome().menu) == ["Bozza"]
    page.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        page.unpublish()
    assert chrome().menu == []


def test_heading_with_nothing_below_it_is_left_out():
    menu = MenuFactory()
    MenuItemFactory(menu=menu, label_it="Vuota", link="")
    MenuItemFactory(menu=menu, label_it="Piena", link="")
    MenuItemFactory(menu=menu, label_it="Sotto", link="/sotto/", nested=True)
    assert labels(chrome().menu) == ["Piena"]


def test_columns_at_the_foot_stand_in_order_with_their_titles():
    MenuItemFactory(menu=MenuFactory(place="footer", title_it="Seconda", order=2), link="/b/")
    MenuItemFactory(
        menu=MenuFactory(place="footer", title_it="Prima", title_en="First", order=1),
        link="/a/",
        label_it="A",
    )
    MenuFactory(place="footer", title_it="Vuota", order=3)
    columns = chrome(language="en").footer_columns
    assert [column.title for column in columns] == ["First", "Seconda"]
    assert labels(columns[0].items) == ["A"]


def test_contacts_and_profiles_are_those_that_editors_wrote():
    written = SiteChromeFactory(site_name="La rete", mission_it="Cultura", email="rete@example.org")
    SocialLink.objects.create(chrome=written, label="Mastodon", url="https://social.example/@rete")
    shown = chrome(language="en")
    assert (shown.site_name, shown.mission, shown.contacts.email) == (
        "La rete",
        "Cultura",
        "rete@example.org",
    )
    assert [(link.label, link.url) for link in shown.social] == [("Mastodon", "https://social.example/@rete")]


def test_site_that_nobody_set_up_has_a_name_and_nothing_else():
    SiteChrome.objects.all().delete()
    shown = chrome()
    assert (shown.site_name, shown.menu, shown.social, bool(shown.contacts)) == ("Cultnetwork", [], [], False)


def test_reading_writes_nothing():
    SiteChrome.objects.all().delete()
    chrome()
    assert SiteChrome.objects.count() == 0


def test_entry_with_page_and_address_or_without_words_cannot_be_kept():
    menu, page = MenuFactory(), home()
    for wrong in ({"page": page, "link": "/x/"}, {"page": None, "link": "/x/", "label_it": ""}):
        with pytest.raises(IntegrityError):
            from django.db import transaction

            with transaction.atomic():
                MenuItem.objects.create(menu=menu, **wrong)


@pytest.mark.parametrize(
    ("link", "is_good"),
    [
        ("https://example.org/a?b=c#d", True),
        ("/contatti/", True),
        ("mailto:rete@example.org", True),
        ("tel:+39 0376 000000", True),
        ("#main", True),
        ("javascript:alert(1)", False),
        ("//evil.example/", False),
        ("/\\evil.example/", False),
        ("data:text/html,x", False),
        ("contatti", False),
    ],
)
def test_address_of_an_entry_cannot_run_a_script(link, is_good):
    from django.core.exceptions import ValidationError

    item = MenuItemFactory.build(menu=MenuFactory(), label_it="X", link=link)
    if is_good:
        item.full_clean(exclude=["menu"])
    else:
        with pytest.raises(ValidationError) as wrong:
            item.full_clean(exclude=["menu"])
        assert list(wrong.value.message_dict) == ["link"]


def test_site_has_one_main_menu():
    MenuFactory()
    with pytest.raises(IntegrityError):
        MenuFactory()


def test_chrome_query_count_does_not_grow(django_assert_num_queries):
    site = Site.objects.get(is_default_site=True)
    SiteChromeFactory()
    menu = MenuFactory()
    request = request_for()
    home().get_url(request)  # the site's root paths are in the cache, as on every page
    for count in (1, 30):
        while menu.items.count() < count:
            page = StandardPageFactory()
            MenuItemFactory(menu=menu, page=page, link="", label_it="")
        with django_assert_num_queries(4):
            built = build(request, site, "it")
        assert len(built.menu) == count


def test_chrome_comes_from_the_cache_until_something_changes(django_capture_on_commit_callbacks, monkeypatch):
    with django_capture_on_commit_callbacks(execute=True):
        item = MenuItemFactory(label_it="Prima", link="/a/")
    surroundings(request_for())

    def never(*_args):
        raise AssertionError("built again")

    with monkeypatch.context() as patch:
        patch.setattr("cms.chrome.build", never)
        assert labels(surroundings(request_for()).menu) == ["Prima"]
    with django_capture_on_commit_callbacks(execute=True):
        item.label_it = "Dopo"
        item.save()
    assert labels(surroundings(request_for()).menu) == ["Dopo"]
    with django_capture_on_commit_callbacks(execute=True):
        Menu.objects.get().delete()
    assert surroundings(request_for()).menu == []


def test_current_entry_of_one_reader_is_not_kept_for_the_next():
    MenuItemFactory(label_it="Dona", link="/dona/")
    assert chrome("/dona/").menu[0].is_current
    assert not chrome("/").menu[0].is_current


def links_of(response) -> dict[str, str]:
    page = BeautifulSoup(response.content, "html.parser")
    return {link["hreflang"]: link["href"] for link in page.find_all("link", rel="alternate", hreflang=True)}


def languages_of(response) -> list[tuple]:
    return [tuple(each) for each in response.context["chrome"].languages]


def test_page_names_its_translations(client):
    page = StandardPageFactory(slug="chi-siamo")
    english = page.copy_for_translation(Locale.objects.get(language_code="en"))
    english.slug = "about-us"
    english.save_revision().publish()
    for path, is_italian in (("/chi-siamo/?q=1", True), ("/en/about-us/", False)):
        response = client.get(path)
        assert set(links_of(response)) == {"it", "en", "x-default"}
        assert languages_of(response) == [
            ("it", "Italiano", "/chi-siamo/", is_italian),
            ("en", "English", "/en/about-us/", not is_italian),
        ]


def test_page_without_a_translation_names_none_and_the_switch_keeps_the_reader_there(client):
    StandardPageFactory(slug="solo-qui")
    response = client.get("/solo-qui/")
    assert links_of(response) == {}
    assert languages_of(response)[1] == ("en", "English", "/en/solo-qui/", False)


def test_copy_that_nobody_translated_is_no_translation_for_search_engines(client):
    page = StandardPageFactory(slug="chi-siamo")
    page.copy_for_translation(Locale.objects.get(language_code="en"), alias=True)
    response = client.get("/chi-siamo/")
    assert links_of(response) == {}
    assert languages_of(response)[1][2] == "/en/chi-siamo/"


def test_view_that_is_no_page_names_its_address_in_each_language(client):
    response = client.get("/en/unsubscribe/nothing/")
    assert response.status_code == 404
    from cms.outbox.unsubscribing import unsubscribe_url

    address = unsubscribe_url("anna@example.org", "it").removeprefix("http://testserver")
    english = address.replace("/disiscrizione/", "/en/unsubscribe/")
    response = client.get(address)
    assert languages_of(response) == [("it", "Italiano", address, True), ("en", "English", english, False)]
    assert links_of(response) == {
        "it": f"http://testserver{address}",
        "en": f"http://testserver{english}",
        "x-default": f"http://testserver{address}",
    }


def test_page_that_is_not_there_leads_to_the_homes(client):
    response = client.get("/niente/")
    assert response.status_code == 404
    assert [language[2] for language in languages_of(response)] == ["/", "/en/"]


def test_view_may_name_its_other_addresses_itself():
    request = request_for("/a/")
    request.alternate_paths = {"it": "/a/", "en": "/en/b/"}
    shown = Chrome(request)
    assert [language.url for language in shown.languages] == ["/a/", "/en/b/"]
    assert [alternate.code for alternate in shown.alternates] == ["it", "en", "x-default"]


def test_address_below_a_page_is_kept_in_the_other_language(client):
    from tests.factories.members import CourseFactory

    index = CourseIndexPageFactory(slug="corsi")
    english = index.copy_for_translation(Locale.objects.get(language_code="en"))
    english.slug = "courses"
    english.save_revision().publish()
    course = CourseFactory()
    response = client.get(f"/corsi/{course.slug}/")
    assert response.status_code == 200
    assert [language[2] for language in languages_of(response)] == [
        f"/corsi/{course.slug}/",
        f"/en/courses/{course.slug}/",
    ]


@pytest.mark.parametrize("path", ["/", "/en/", "/chi-siamo/", "/niente/"])
def test_public_page_carries_nothing_of_its_visitor(client, path):
    StandardPageFactory(slug="chi-siamo")
    response = client.get(path)
    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")
    assert b"csrf" not in response.content.lower()


def test_address_alone_decides_the_language(client):
    italian = client.get("/", headers={"Accept-Language": "en-GB"})
    english = client.get("/en/", headers={"Accept-Language": "it-IT"})
    assert (italian["Content-Language"], english["Content-Language"]) == ("it", "en")
    assert "Vary" not in italian
    assert "Vary" not in english


def test_editor_sees_the_user_bar_on_the_page(login):
    response = login().get("/")
    assert b"wagtail-userbar" in response.content
    assert "Cookie" in response["Vary"]


def test_admin_does_not_pay_for_the_chrome(login, monkeypatch):
    client = login()

    def never(*_args):
        raise AssertionError("the admin asked for the chrome")

    monkeypatch.setattr("cms.chrome.surroundings", never)
    assert client.get("/admin/").status_code == 200


def test_editor_changes_contacts_and_menus_in_settings(login):
    client = login()
    site = Site.objects.get(is_default_site=True)
    assert client.get(f"/admin/settings/cms/sitechrome/{site.pk}/").status_code == 200
    assert client.get("/admin/snippets/cms/menu/add/").status_code == 200
    item = MenuItemFactory()
    response = client.get(f"/admin/snippets/cms/menu/edit/{item.menu_id}/")
    assert response.status_code == 200
    assert item.label_it.encode() in response.content
