"""Resized pictures, a whole list at once: the queries do not grow with the list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage, SourceImageIOError

CARD = "fill-640x427|format-webp"
HEAD = "fill-1280x720|format-webp"
LOGO = "max-320x160|format-webp"
SOCIAL = "fill-1200x630|format-jpeg"


@dataclass(frozen=True)
class Picture:
    """What a template shows: address, size in pixels, and the words that stand for it (none: decoration)."""

    url: str
    width: int
    height: int
    alt: str = ""


def with_renditions(*specs: str) -> QuerySet:
    """The images with these versions at hand: for `Prefetch("picture", queryset=with_renditions(CARD))`."""
    return get_image_model().objects.prefetch_renditions(*specs)


def shown(image: AbstractImage | None, spec: str, alt: str = "") -> Picture | None:
    """One version of an image, made if need be. None without an image, or when its file is lost."""
    if image is None:
        return None
    try:
        # The plural form: the other one writes to the cache at each call, also what it found there.
        (rendition,) = image.get_renditions(spec).values()
    except (SourceImageIOError, OSError):
        return None
    return Picture(rendition.url, rendition.width, rendition.height, alt)


def all_shown(images: Iterable[AbstractImage | None], spec: str) -> list[Picture | None]:
    """One version of each image of a stream block, in order, with the alt text written in the block."""
    listed = list(images)
    kept = [image for image in listed if image is not None]
    renditions = get_image_model().get_rendition_model().objects.filter(filter_spec=spec)
    prefetch_related_objects(kept, Prefetch("renditions", renditions, to_attr="prefetched_renditions"))
    return [shown(image, spec, getattr(image, "contextual_alt_text", "") or "") for image in listed]
