"""What every page of the site has: a summary, a picture, a body of blocks, and its ways to be found."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Prefetch, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.images import get_image_model_string
from wagtail.models import Page, PageManager, PageViewRestriction
from wagtail.query import PageQuerySet
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from cms import folding
from cms.alternates import below_page
from cms.weave import threads_in
from pages.blocks import BodyBlock
from pages.cards import Card, card_of
from pages.fields import BlocksField
from pages.languages import (
    absolute,
    alternates,
    current_language,
    full_url,
    language_of,
    language_switch,
    url_for_reader,
)
from pages.models.crumbs import crumbs
from pages.own_rows_form import OwnRowsPageForm
from pages.pictures import CARD, HEAD, SOCIAL, shown, with_renditions
from pages.social import card_for


class SitePageQuerySet(PageQuerySet):
    def published(self) -> SitePageQuerySet:
        """What any visitor may read: live, and not behind a password or a login."""
        # Wagtail's public() asks for all restrictions each time; lists are many on a page.
        restricted_above = PageViewRestriction.objects.annotate(
            below=ExpressionWrapper(OuterRef("path"), output_field=models.CharField())
        ).filter(below__startswith=F("page__path"))
        return self.live().filter(~Exists(restricted_above))

    def for_reader(self, language: str | None = None) -> SitePageQuerySet:
        """Each page once: in the reader's language, or in the other one while there is no translation."""
        language = language or current_language()
        translated = Page.objects.filter(
            translation_key=OuterRef("translation_key"), locale__language_code=language, live=True
        )
        return self.filter(Q(locale__language_code=language) | ~Exists(translated))

    def with_cards(self) -> SitePageQuerySet:
        """With what a card shows, so that a list asks nothing more for each row."""
        return self.select_related("locale", "alias_of__locale").prefetch_related(
            Prefetch("picture", with_renditions(CARD))
        )


SitePageManager = PageManager.from_queryset(SitePageQuerySet)


class BasePage(Page):
    base_form_class = OwnRowsPageForm

    summary = models.TextField(
        _("summary"),
        max_length=240,
        blank=True,
        help_text=_(
            "One or two sentences under the title, on cards and in search results; 240 characters at most."
        ),
    )
    picture = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("At the head of the page and on its cards. Without one, the weave is drawn."),
    )
    picture_alt = models.CharField(
        _("what the picture shows"),
        max_length=200,
        blank=True,
        help_text=_("Read aloud to who cannot see it."),
    )
    picture_is_decorative = models.BooleanField(
        _("the picture is only decoration"), default=False, help_text=_("Then it needs no words.")
    )
    body = BlocksField(BodyBlock(), verbose_name=_("content"), blank=True)

    # Class of the page's colour (docs/design-system.md).
    hue: ClassVar[str] = "hue-brick"
    kicker: ClassVar[object] = ""

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("picture"), FieldPanel("picture_alt"), FieldPanel("picture_is_decorative")],
            heading=_("Picture"),
            classname="collapsed",
        ),
        FieldPanel("body"),
    ]
    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel("slug", help_text=_("The last part of the page's address.")),
                FieldPanel("seo_title", help_text=_("Only if search engines should show another title.")),
                FieldPanel(
                    "search_description", help_text=_("For search engines; empty: the summary is used.")
                ),
            ],
            heading=_("Address and search engines"),
        )
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("folded_title", boost=4),
        index.SearchField("folded_text"),
    ]
    api_fields: ClassVar[list] = [
        APIField("summary"),
        APIField("picture"),
        APIField("picture_alt"),
        APIField("body"),
    ]
    override_translatable_fields: ClassVar[list] = [
        SynchronizedField("picture_is_decorative", overridable=False),
        TranslatableField("picture_alt"),
    ]
    show_in_menus_default = False

    objects = SitePageManager()

    class Meta:
        abstract = True

    # Words

    @property
    def threads(self) -> list:
        """Whose threads the weave of this page crosses."""
        return []

    @property
    def description(self) -> str:
        """What search engines and shared links say of the page."""
        return self.search_description or self.summary

    def searchable_words(self) -> list[str]:
        """Texts that lead to this page in the search, besides its title."""
        return [
            self.summary,
            self.search_description,
            *self.body.stream_block.get_searchable_content(self.body),
        ]

    def folded_title(self) -> str:
        return folding.indexed(self.title)

    def folded_text(self) -> str:
        return folding.indexed(*self.searchable_words())

    def card(self, request: HttpRequest | None) -> Card:
        return card_of(self, request)

    # Rules

    def clean(self) -> None:
        super().clean()
        if self.picture_id and not self.picture_alt and not self.picture_is_decorative:
            raise ValidationError(
                {
                    "picture_alt": _(
                        "Say in a few words what the picture shows, or tick that it is decoration."
                    )
                }
            )

    # Showing

    def get_full_url(self, request: HttpRequest | None = None) -> str:
        """On the host of BASE_URL, wherever it is asked: in the APIs, in mails, in the admin."""
        return full_url(self, request)

    full_url = property(get_full_url)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        written_in = language_of(self)
        context["written_in"] = written_in
        context["is_fallback"] = written_in != current_language()
        context["alternates"] = found = alternates(self, request)
        request.alternate_paths = {
            code: path + below_page(self, request, code) for code, path in language_switch(found).items()
        }
        context["canonical"] = full_url(self, request)
        context["crumbs"] = crumbs(self, request)
        context["head_picture"] = shown(self.picture, HEAD, self.picture_alt)
        context["social_picture"] = social = shown(self.picture, SOCIAL) or card_for(self)
        context["social_picture_url"] = absolute(social.url)
        return context


class IndexPage(BasePage):
    """The page of a list: one in each language, and the others may link to it by its type."""

    max_count_per_parent = 1

    class Meta:
        abstract = True

    @property
    def threads(self) -> list:
        return threads_in(self.hue.removeprefix("hue-"))

    @classmethod
    def url_for(cls, request: HttpRequest | None) -> str:
        """The address of the page of this type in the reader's language, else in the other one.

        Empty before it is made. All types are asked for at once, one time for each request.
        """
        known = getattr(request, "_addresses_of_lists", None)
        language = current_language()
        if known is None or known[0] != language:
            known = (language, _addresses_of_lists(request))
            if request is not None:
                request._addresses_of_lists = known
        return known[1].get(cls, "")


def _addresses_of_lists(request: HttpRequest | None) -> dict[type[Page], str]:
    """The address of each list that is online, by the type of its page."""
    types = ContentType.objects.get_for_models(*IndexPage.__subclasses__())
    by_type = {content_type.pk: model for model, content_type in types.items()}
    pages = SitePageQuerySet(Page).published().for_reader().filter(content_type__in=by_type)
    addresses: dict[type[Page], str] = {}
    for page in pages.select_related("locale").order_by("path"):
        addresses.setdefault(by_type[page.content_type_id], url_for_reader(page, request))
    return addresses
