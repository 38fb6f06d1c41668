"""The blocks that editors build pages from: each is shown, and says what is missing."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.blocks import StreamBlockValidationError
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.rich_text import RichText

from pages.blocks import BodyBlock
from pages.models import StandardPage
from tests.factories.members import CooperativeFactory, CourseEditionFactory
from tests.factories.pages import (
    CampaignPageFactory,
    CooperativePageFactory,
    CourseIndexPageFactory,
    EventPageFactory,
    ServiceFormatPageFactory,
    StandardPageFactory,
    translate,
)

pytestmark = pytest.mark.django_db

BODY = BodyBlock()


@pytest.fixture
def image():
    return get_image_model().objects.create(title="foto-123.jpg", file=get_test_image_file(size=(1600, 1200)))


def shown(client, *blocks, language: str = "") -> str:
    """The HTML of a page made of some blocks, given as an editor's form would store them."""
    page = StandardPageFactory(
        body=BODY.to_python([{"type": name, "value": value} for name, value in blocks])
    )
    return client.get(f"{language}{page.url}").text


def complaints(name: str, value: dict) -> str:
    """What an editor is told about a block."""
    with pytest.raises(StreamBlockValidationError) as told:
        BODY.clean(BODY.to_python([{"type": name, "value": value}]))
    return str(told.value.as_json_data())


def picture(image, **more) -> dict:
    return {"image": image.pk, "decorative": False, "alt_text": "Un palco sull'acqua", **more}


def test_text_keeps_headings_below_the_title_of_the_page(client):
    text = shown(client, ("text", "<h2>Storia</h2><h3>Inizio</h3><p>Otto <b>cooperative</b>.</p>"))
    assert (
        "<h2>Storia</h2>" in text.replace(' data-block-key="', "<!--").split("<!--")[0]
        or "Storia</h2>" in text
    )
    assert text.count("<h1>") == 1


def test_quote(client):
    text = shown(
        client, ("quote", {"quote": "Insieme.", "name": "Lucia", "role": "presidente", "hue": "plum"})
    )
    assert '<figure class="quote hue-plum"><blockquote><p>Insieme.</p></blockquote>' in text
    assert "<figcaption>Lucia, presidente</figcaption>" in text


def test_picture_has_words_size_and_caption(client, image):
    text = shown(client, ("picture", {"picture": picture(image), "caption": "Foto di Ada", "is_wide": True}))
    assert re.search(
        r'<img src="/media/[^"]+\.webp" width="\d+" height="\d+" alt="Un palco sull&#x27;acqua"', text
    )
    assert "<figcaption>Foto di Ada</figcaption>" in text


def test_picture_needs_words_or_to_be_called_decoration(image):
    nothing_said = {"picture": picture(image, alt_text=""), "caption": "", "is_wide": False}
    assert "alt_text" in complaints("picture", nothing_said)
    decoration = {"picture": picture(image, alt_text="", decorative=True), "caption": "", "is_wide": False}
    BODY.clean(BODY.to_python([{"type": "picture", "value": decoration}]))


def test_head_picture_of_a_page_needs_words_too(image):
    page = StandardPage(title="Con foto", picture=image)
    with pytest.raises(Exception, match="picture_alt"):
        page.full_clean(exclude=["path", "depth", "content_type", "locale"])


def test_same_picture_twice_keeps_its_two_descriptions(client, image):
    items = [
        {"picture": picture(image, alt_text=words), "caption": ""} for words in ["Di giorno", "Di notte"]
    ]
    text = shown(client, ("gallery", {"heading": "Foto", "pictures": items}))
    assert re.findall(r'alt="(Di [^"]+)"', text) == ["Di giorno", "Di notte"]


def test_gallery_query_count_does_not_grow(client, image):
    def queries(number: int) -> int:
        images = [
            get_image_model().objects.create(
                title=f"{n}", file=get_test_image_file(filename=f"{number}-{n}.png")
            )
            for n in range(number)
        ]
        items = [{"picture": picture(one), "caption": ""} for one in images]
        page = StandardPageFactory(
            body=BODY.to_python([{"type": "gallery", "value": {"heading": "", "pictures": items}}])
        )
        client.get(page.url)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page.url).text.count("<figure") == number
        return len(seen)

    assert queries(20) <= queries(2)


def test_picture_whose_file_is_lost_is_left_out(client, image):
    image.file.delete(save=False)
    get_image_model().objects.filter(pk=image.pk).update(file="original_images/mai-esistita.jpg")
    text = shown(client, ("picture", {"picture": picture(image), "caption": "Persa", "is_wide": False}))
    assert "Persa" not in text


def test_cards_lead_to_pages_and_elsewhere(client):
    goal = StandardPageFactory(title="Meta")
    cards = [
        {
            "title": "Qui",
            "text": "a",
            "picture": {},
            "link": {"page": goal.pk, "url": "", "label": ""},
            "hue": "",
        },
        {
            "title": "Là",
            "text": "b",
            "picture": {},
            "link": {"page": None, "url": "https://altrove.example/", "label": ""},
            "hue": "lake",
        },
    ]
    text = shown(client, ("cards", {"heading": "Porte", "cards": cards}))
    assert f'<a href="{goal.url}">Qui</a>' in text
    assert '<a href="https://altrove.example/">Là</a>' in text
    assert "card hue-lake" in text


def test_call_to_action_follows_the_translation_of_its_page(client):
    goal = StandardPageFactory(title="Meta")
    english = translate(goal, title="Goal", slug="goal")
    value = {
        "title": "Vieni",
        "text": "",
        "link": {"page": goal.pk, "url": "", "label": "Scrivici"},
        "hue": "",
    }
    assert f'href="{goal.url}"' in shown(client, ("call_to_action", value))
    assert f'href="{english.url}"' in shown(client, ("call_to_action", value), language="/en")


def test_call_to_action_to_a_withdrawn_page_is_left_out(client):
    goal = StandardPageFactory(draft=True)
    value = {"title": "Vieni", "text": "", "link": {"page": goal.pk, "url": "", "label": "Vai"}, "hue": ""}
    assert "Vieni" not in shown(client, ("call_to_action", value))


def test_button_must_lead_somewhere_and_to_one_place_only():
    base = {"title": "Vieni", "text": "", "hue": ""}
    nowhere = {"page": None, "url": "", "label": "Vai"}
    assert "page" in complaints("call_to_action", base | {"link": nowhere})
    both = {"page": StandardPageFactory().pk, "url": "https://a.example/", "label": "Vai"}
    assert "url" in complaints("call_to_action", base | {"link": both})


def test_numbers_name_their_source(client):
    number = {"value": "143", "label": "sostenitori", "source": "registro dei doni, 2026", "hue": "lotus"}
    text = shown(client, ("numbers", {"heading": "La rete in numeri", "numbers": [number]}), language="/en")
    assert "<dt>sostenitori</dt><dd>143</dd>" in text
    assert "Source: registro dei doni, 2026" in text


def test_accordion(client):
    value = {"heading": "Domande", "questions": [{"question": "Quanto?", "answer": "<p>Poco.</p>"}]}
    text = shown(client, ("accordion", value))
    assert "<summary>Quanto?</summary>" in text
    assert "Poco." in text


def test_document_tells_its_kind_and_size(client):
    from django.core.files.base import ContentFile

    document = get_document_model().objects.create(
        title="Scheda", file=ContentFile(b"x" * 2048, name="scheda.pdf")
    )
    text = shown(client, ("document", {"document": document.pk, "title": ""}))
    assert "Scheda" in text
    assert "PDF" in text
    assert f"/documents/{document.pk}/" in text


def test_video_is_a_picture_and_a_link_and_nothing_else(client, image):
    value = {
        "title": "Il primo anno",
        "url": "https://video.example/1",
        "where": "Vimeo",
        "minutes": 12,
        "picture": picture(image),
    }
    text = shown(client, ("video", value), language="/en")
    assert '<a class="video" href="https://video.example/1"' in text
    assert "Il primo anno: watch it on Vimeo" in text
    assert "<iframe" not in text
    assert "embed" not in text


def test_next_events_of_one_cooperative(client):
    teatro = CooperativePageFactory()
    EventPageFactory(title="A teatro", organisers=[teatro.cooperative])
    EventPageFactory(title="Altrove", organisers=[CooperativeFactory()])
    EventPageFactory(title="Ieri", past=True, organisers=[teatro.cooperative])
    value = {"heading": "Prossimi", "number": 4, "cooperative": teatro.pk}
    text = shown(client, ("next_events", value))
    assert "A teatro" in text
    assert "Altrove" not in text
    assert "Ieri" not in text


def test_chosen_formats_and_cooperatives_come_in_the_chosen_order(client):
    formats = [ServiceFormatPageFactory(title=f"Format {name}") for name in "abc"]
    people = [CooperativePageFactory(title=f"Cooperativa {name}") for name in "abc"]
    text = shown(
        client,
        ("formats", {"heading": "F", "formats": [formats[2].pk, formats[0].pk], "number": 3}),
        ("cooperatives", {"heading": "C", "cooperatives": [people[1].pk]}),
    )
    assert text.index("Format c") < text.index("Format a")
    assert "Format b" not in text
    assert "Cooperativa b" in text
    assert "Cooperativa a" not in text


def test_open_courses_are_those_that_take_enrolments(client):
    CourseIndexPageFactory()
    CourseEditionFactory(course__title_it="Aperto", course__slug="aperto")
    CourseEditionFactory(course__title_it="Chiuso", closed=True)
    text = shown(client, ("open_courses", {"heading": "Impara con noi", "number": 3}))
    assert 'href="/corsi/aperto/"' in text
    assert "Chiuso" not in text


def test_campaign_bar_shows_the_sum_and_disappears_with_the_campaign(client):
    page = CampaignPageFactory(title="Un palco", campaign__goal_cents=1_200_000)
    page.campaign.total.raised_cents = 820_000
    page.campaign.total.save()
    value = {"campaign": page.pk, "text": ""}
    assert "8.200" in shown(client, ("campaign_bar", value))
    type(page.campaign).objects.update(state="draft")
    assert "Un palco" not in shown(client, ("campaign_bar", value))


def test_words_of_blocks_are_text_and_never_code(client):
    evil = "<script>alert(1)</script>"
    number = {"value": evil[:20], "label": evil, "source": evil, "hue": ""}
    text = shown(
        client,
        ("quote", {"quote": evil, "name": evil, "role": evil, "hue": ""}),
        ("numbers", {"heading": evil, "numbers": [number]}),
        ("accordion", {"heading": evil, "questions": [{"question": evil, "answer": "<p>x</p>"}]}),
    )
    assert "<script>alert" not in text


def test_rich_text_is_cleaned_by_wagtail_not_trusted():
    assert isinstance(BODY.child_blocks["text"].to_python("<p>x</p>"), RichText)
    assert "h1" not in BODY.child_blocks["text"].features
    assert "embed" not in BODY.child_blocks["text"].features
    assert "image" not in BODY.child_blocks["text"].features
