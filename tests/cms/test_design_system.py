"""The look keeps its promises: contrast, light fonts, nothing inline, nothing that depends on luck."""

import re
import shutil
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from django.views.defaults import server_error

from cms import style_guide

CMS = Path(style_guide.__file__).parent
STATIC = CMS / "static" / "cms"
# Pages of the public; the back office and mails have rules of their own.
TEMPLATES = sorted(
    path
    for path in (CMS / "templates").rglob("*.html")
    if not {"admin", "wagtailadmin", "emails"} & set(path.relative_to(CMS).parts)
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HUES = ("brick", "lake", "lotus", "reed", "gold", "plum")


# ---- colours ----


def tokens() -> dict[str, dict[str, str]]:
    """The literal colours of tokens.css, for each scheme."""
    css = (STATIC / "tokens.css").read_text()
    light, dark = css.split("@media (prefers-color-scheme: dark)")

    def read(part: str) -> dict[str, str]:
        return dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6});", part))

    return {"light": read(light), "dark": read(light) | read(dark)}


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


GROUNDS = ("paper", "paper-sunk", "paper-raised")
TEXT_PAIRS = [
    *[
        (text, ground)
        for text in ("ink", "ink-soft", *HUES, "good", "warn", "bad", "info")
        for ground in GROUNDS
    ],
    *[(hue, f"{hue}-wash") for hue in HUES],
    *[("ink", f"{hue}-wash") for hue in HUES],
    *[("on-thread", hue) for hue in HUES],
    *[("on-solid", f"{hue}-solid") for hue in HUES],
    *[(text, f"{state}-wash") for state in ("good", "warn", "bad", "info") for text in ("ink", state)],
    ("paper", "ink"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(scheme, text, ground):
    colours = tokens()[scheme]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_edges_of_fields_can_be_seen(scheme, ground):
    colours = tokens()[scheme]
    assert contrast(colours["field-line"], colours[ground]) >= 3


def test_the_dark_scheme_changes_every_colour_it_must():
    schemes = tokens()
    same = {name for name, colour in schemes["light"].items() if schemes["dark"][name] == colour}
    assert same == {"on-solid"}


def test_the_footer_can_be_read():
    rule = re.search(r"\.site-footer \{([^}]*)\}", (STATIC / "components.css").read_text()).group(1)
    footer = dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6});", rule))
    for text in ("ink", "ink-soft", "hue"):
        assert contrast(footer[text], footer["ground"]) >= 4.5
        assert contrast(footer[text], "#0F0E13") >= 4.5


# ---- fonts and files ----


def test_the_fonts_weigh_at_most_90_kb_and_bring_their_licences():
    fonts = list((STATIC / "fonts").glob("*.woff2"))
    assert len(fonts) == 2
    assert sum(font.stat().st_size for font in fonts) <= 90_000
    for name in ("bricolage-grotesque-OFL.txt", "literata-OFL.txt"):
        assert "SIL Open Font License" in (STATIC / "fonts" / name).read_text()


def test_styles_ask_nothing_of_other_sites_and_name_files_that_exist():
    for sheet in STATIC.glob("*.css"):
        css = sheet.read_text()
        assert "http" not in css.replace('[href^="http"]', ""), sheet.name
        assert "@import" not in css
        for name in re.findall(r'url\("([^"]+)"\)', css):
            assert (STATIC / name).exists(), name


def test_every_class_of_the_documentation_exists():
    doc = (CMS.parent / "docs" / "design-system.md").read_text()
    css = "".join(sheet.read_text() for sheet in STATIC.glob("*.css"))
    examples = "".join(re.findall(r"```html\n(.*?)```", doc, re.S))
    used = {name for names in re.findall(r'class="([^"{]+)"', examples) for name in names.split()}
    missing = {name for name in used if not re.search(rf"\.{re.escape(name)}(?![\w-])", css)}
    assert missing == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_carry_nothing_inline(template):
    text = template.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "csrf_token" not in text
    assert "nonce" not in text


@pytest.mark.parametrize(
    "template", [path for path in TEMPLATES if path.name.startswith("_")], ids=lambda path: path.name
)
def test_each_piece_names_its_variables_first(template):
    assert template.read_text().startswith(("{#", "{% comment %}"))


# ---- pieces ----


def test_the_frame_copes_without_any_chrome():
    page = render_to_string("base.html", {})
    assert '<main id="main"' in page
    assert "Cultnetwork" in page
    assert "site-menu__list" not in page


def test_the_frame_shows_menu_languages_and_footer():
    page = render_to_string("base.html", {"chrome": style_guide.example_chrome()})
    assert page.count('aria-current="page"') == 1
    assert 'lang="en" hreflang="en"' in page
    assert "Contributi ricevuti" in page
    assert "mailto:rete@example.org" in page


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_frame_says_its_language(language):
    with translation.override(language):
        assert f'<html lang="{language}">' in render_to_string("base.html", {})


class _Form(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="We answer here.")
    ok = forms.BooleanField(label="I agree")
    days = forms.MultipleChoiceField(
        label="Days", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple
    )
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def test_mistakes_are_tied_to_their_fields():
    form = _Form({"email": "nobody"})
    field = render_to_string("cms/_form_field.html", {"field": form["email"]})
    assert 'aria-describedby="id_email_helptext id_email_error"' in field
    assert 'aria-invalid="true"' in field
    assert 'id="id_email_helptext"' in field
    assert 'id="id_email_error"' in field
    assert 'value="nobody"' in field
    group = render_to_string("cms/_form_field.html", {"field": form["days"]})
    assert "<fieldset" in group
    assert 'id="id_days_error"' in group
    summary = render_to_string("cms/_form_errors.html", {"form": form})
    assert 'href="#id_email"' in summary
    assert 'href="#id_ok"' in summary
    for target in re.findall(r'href="#([^"]+)"', summary):
        page = "".join(
            render_to_string("cms/_form_field.html", {"field": form[name]}) for name in form.fields
        )
        assert f'id="{target}"' in page


def test_a_form_without_mistakes_has_no_summary():
    form = _Form({"email": "a@example.org", "ok": "on", "days": ["a"]})
    assert render_to_string("cms/_form_errors.html", {"form": form}).split("#}")[-1].strip() == ""


def test_pagination_keeps_the_filter():
    page = Paginator(range(2500), 1).page(1200)
    markup = render_to_string("cms/_pagination.html", {"page_obj": page, "query": "luogo=Mantova"})
    assert 'href="?luogo=Mantova&amp;page=1199"' in markup
    assert 'href="?luogo=Mantova&amp;page=1201"' in markup


def test_names_are_escaped_in_pieces():
    for piece in ("_card", "_page_head", "_event_row", "_notice", "_cta"):
        markup = render_to_string(
            f"cms/{piece}.html", {"title": "<b>&", "url": "/", "text": "<i>", "lead": "<i>"}
        )
        assert "<b>" not in markup
        assert "<i>" not in markup


# ---- errors ----


def test_the_500_page_needs_no_database_and_speaks_both_languages():
    # Without the django_db mark any query fails this test.
    response = server_error(RequestFactory().get("/broken/"))
    page = response.content.decode()
    assert response.status_code == 500
    assert "Un nodo si è sciolto" in page
    assert 'lang="en"' in page
    assert "{%" not in page


def test_the_404_page_offers_ways_on():
    page = render_to_string("404.html", {"chrome": style_guide.example_chrome()})
    for item in ("Format", "Eventi", "rete@example.org"):
        assert item in page
    assert "noindex" in page


# ---- the whole guide in a browser ----


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        pytest.skip("Chromium is missing: `make browser` installs it")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def as_file(template: str, folder: Path) -> str:
    """Render a template with the guide's examples into a file that finds its styles; returns its address."""
    with translation.override("it"):
        page = render_to_string(template, style_guide.example_context())
    target = folder / "page.html"
    target.write_text(page.replace("/static/cms/", f"{STATIC.as_uri()}/"))
    return target.as_uri()


@pytest.mark.parametrize("template", ["cms/style_guide.html", "400.html", "404.html", "500.html"])
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_pages_are_accessible_and_never_scroll_sideways(browser, tmp_path, template, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    try:
        page.goto(as_file(template, tmp_path))
        assert page.evaluate("document.documentElement.scrollWidth") == width
        results = axe.run(
            page,
            options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
        )
        assert results.violations_count == 0, results.generate_report()
    finally:
        page.close()


def test_the_phone_menu_opens_by_keyboard_and_without_javascript(browser, tmp_path):
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(as_file("cms/style_guide.html", tmp_path))
        menu = page.locator("#site-menu")
        assert not menu.is_visible()
        page.get_by_role("button", name="Menu", exact=True).focus()
        page.keyboard.press("Enter")
        assert menu.is_visible()
        assert menu.get_by_role("link", name="Eventi").is_visible()
        page.keyboard.press("Escape")
        assert not menu.is_visible()
    finally:
        context.close()


def test_a_typed_amount_takes_the_place_of_a_chosen_one(browser, tmp_path):
    page = browser.new_page(viewport={"width": 360, "height": 800})
    try:
        page.goto(as_file("cms/style_guide.html", tmp_path))
        chosen = page.locator(".amount input:checked")
        assert chosen.count() == 1
        page.locator("#free").fill("33")
        assert chosen.count() == 0
        page.locator(".amount").first.click()
        assert chosen.count() == 1
        assert page.locator("#free").input_value() == ""
    finally:
        page.close()
