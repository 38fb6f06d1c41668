"""The blocks that editors build pages from: one set, the same on every page."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from pages.blocks.doors import DoorBlock
from pages.blocks.lists import (
    CampaignBarBlock,
    CooperativesBlock,
    FormatsBlock,
    NextEventsBlock,
    OpenCoursesBlock,
)
from pages.blocks.phases import PhaseBlock
from pages.blocks.pictures import DocumentBlock, GalleryBlock, PictureBlock, VideoBlock
from pages.blocks.words import (
    AccordionBlock,
    CallToActionBlock,
    CardsBlock,
    NumbersBlock,
    QuoteBlock,
    text_block,
)


class BodyBlock(blocks.StreamBlock):
    text = text_block(group=_("Words"))
    quote = QuoteBlock(group=_("Words"))
    cards = CardsBlock(group=_("Words"))
    call_to_action = CallToActionBlock(group=_("Words"))
    numbers = NumbersBlock(group=_("Words"))
    accordion = AccordionBlock(group=_("Words"))
    picture = PictureBlock(group=_("Pictures and files"))
    gallery = GalleryBlock(group=_("Pictures and files"))
    document = DocumentBlock(group=_("Pictures and files"))
    video = VideoBlock(group=_("Pictures and files"))
    next_events = NextEventsBlock(group=_("From the network"))
    formats = FormatsBlock(group=_("From the network"))
    cooperatives = CooperativesBlock(group=_("From the network"))
    open_courses = OpenCoursesBlock(group=_("From the network"))
    campaign_bar = CampaignBarBlock(group=_("From the network"))


__all__ = ["BodyBlock", "DoorBlock", "PhaseBlock"]
