"""Blocks of pictures and files: picture, gallery, document, video as a picture and a link."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from pages.pictures import all_shown

WIDE = "max-1600x1200|format-webp"
THUMB = "fill-640x480|format-webp"


class PictureBlock(blocks.StructBlock):
    picture = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(
        label=_("Caption"), required=False, max_length=240, help_text=_("What it shows, and who took it.")
    )
    is_wide = blocks.BooleanBlock(label=_("Wider than the text"), required=False)

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        context["picture"] = all_shown([value["picture"]], WIDE)[0]
        return context

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "pages/blocks/picture.html"


class GalleryPictureBlock(blocks.StructBlock):
    picture = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=240)


class GalleryBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    pictures = blocks.ListBlock(
        GalleryPictureBlock(label=_("Picture")), label=_("Pictures"), min_num=2, max_num=24
    )

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        items = value["pictures"]
        pictures = all_shown([item["picture"] for item in items], THUMB)
        context["pictures"] = [
            {"picture": picture, "caption": item["caption"]}
            for item, picture in zip(items, pictures, strict=True)
            if picture
        ]
        return context

    class Meta:
        icon = "image"
        label = _("Gallery")
        template = "pages/blocks/gallery.html"


class DocumentBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("Document"))
    title = blocks.CharBlock(
        label=_("Title"), required=False, max_length=160, help_text=_("Empty: the document's own title.")
    )

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "pages/blocks/document.html"


class VideoBlock(blocks.StructBlock):
    """A picture that leads to the video where it is kept: nothing is loaded from there on our page."""

    title = blocks.CharBlock(label=_("Title of the video"), max_length=160)
    url = blocks.URLBlock(label=_("Address of the video"))
    where = blocks.CharBlock(label=_("Where it is kept"), max_length=40, help_text=_("Such as “Vimeo”."))
    minutes = blocks.IntegerBlock(label=_("Minutes"), min_value=1, max_value=600, required=False)
    picture = ImageBlock(label=_("Picture"))

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        context["picture"] = all_shown([value["picture"]], THUMB)[0]
        return context

    class Meta:
        icon = "media"
        label = _("Video")
        template = "pages/blocks/video.html"
