"""Blocks of words: text, quote, cards, call to action, numbers, accordion."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from pages.blocks.links import LinkBlock
from pages.hues import hue_block
from pages.pictures import CARD, all_shown

# No h1: the page's title is the only one. Pictures and videos have blocks of their own, with alt texts.
TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "hr"]
SMALL_FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]


def text_block(**kwargs) -> blocks.RichTextBlock:
    """Running text. A plain RichTextBlock, so that migrations name no class of ours."""
    return blocks.RichTextBlock(
        features=TEXT_FEATURES,
        icon="pilcrow",
        label=_("Text"),
        template="pages/blocks/text.html",
        **kwargs,
    )


class QuoteBlock(blocks.StructBlock):
    quote = blocks.TextBlock(label=_("Words"), help_text=_("Without quotation marks: the page adds them."))
    name = blocks.CharBlock(label=_("Who says it"), max_length=120)
    role = blocks.CharBlock(label=_("Role"), required=False, max_length=120)
    hue = hue_block()

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "pages/blocks/quote.html"


class CardBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=80)
    text = blocks.TextBlock(
        label=_("Text"), required=False, max_length=200, help_text=_("200 characters at most.")
    )
    picture = ImageBlock(label=_("Picture"), required=False)
    link = LinkBlock(label=_("Link"), required=False)
    hue = hue_block()


class CardsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    cards = blocks.ListBlock(CardBlock(label=_("Card")), label=_("Cards"), min_num=1, max_num=12)

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        request = (parent_context or {}).get("request")
        pictures = all_shown([card["picture"] for card in value["cards"]], CARD)
        context["cards"] = [
            {
                "url": card["link"].url_for(request),
                "title": card["title"],
                "text": card["text"],
                "picture": picture,
                "hue": card["hue"],
            }
            for card, picture in zip(value["cards"], pictures, strict=True)
        ]
        return context

    class Meta:
        icon = "grip"
        label = _("Cards")
        template = "pages/blocks/cards.html"


class CallToActionBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), required=False, max_length=300)
    link = LinkBlock(label=_("Button"))
    hue = hue_block()

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        context["url"] = value["link"].url_for((parent_context or {}).get("request"))
        return context

    class Meta:
        icon = "pick"
        label = _("Call to action")
        template = "pages/blocks/call_to_action.html"


class NumberBlock(blocks.StructBlock):
    value = blocks.CharBlock(
        label=_("Number"), max_length=20, help_text=_("As it is read: 143, 12.000 €, 3 of 8.")
    )
    label = blocks.CharBlock(label=_("What it counts"), max_length=80)
    source = blocks.CharBlock(
        label=_("Source"), max_length=160, help_text=_("Where the number comes from, and its date.")
    )
    hue = hue_block()


class NumbersBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    numbers = blocks.ListBlock(NumberBlock(label=_("Number")), label=_("Numbers"), min_num=1, max_num=8)

    class Meta:
        icon = "order"
        label = _("Numbers")
        template = "pages/blocks/numbers.html"


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Question"), max_length=160)
    answer = blocks.RichTextBlock(label=_("Answer"), features=SMALL_FEATURES)


class AccordionBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    questions = blocks.ListBlock(QuestionBlock(label=_("Question")), label=_("Questions"), min_num=1)

    class Meta:
        icon = "list-ul"
        label = _("Questions and answers")
        template = "pages/blocks/accordion.html"
