"""Pages in the tree, live unless told otherwise. Each goes below the page that editors would put it under."""

from contextlib import contextmanager
from datetime import timedelta
from unittest import mock

import factory
from django.utils import timezone
from wagtail.models import Locale
from wagtail.signal_handlers import disable_reference_index_auto_update

from pages.models import (
    CampaignPage,
    ContactPage,
    CooperativeIndexPage,
    CooperativePage,
    CourseIndexPage,
    DonatePage,
    EventIndexPage,
    EventPage,
    HomePage,
    ProjectPage,
    ServiceFormatIndexPage,
    ServiceFormatPage,
    StandardPage,
)
from tests.factories.donations import BeneficiaryFactory, CampaignFactory
from tests.factories.members import CooperativeFactory, ServiceFormatFactory


def home(language: str = "it") -> HomePage:
    """The home page that the migrations made."""
    return HomePage.objects.get(locale__language_code=language)


class PageFactory(factory.django.DjangoModelFactory):
    """`language` chooses the tree, `parent` the place in it; `draft=True` for what is not published yet."""

    class Meta:
        abstract = True

    title = factory.Sequence(lambda n: f"Pagina {n}")

    @classmethod
    def parent_in(cls, language: str):
        return home(language)

    @classmethod
    def _create(cls, model_class, *args, parent=None, language="it", draft=False, **fields):
        organisers = fields.pop("organisers", [])
        parent = parent or cls.parent_in(language)
        now = None if draft else timezone.now()
        page = model_class(live=not draft, first_published_at=now, last_published_at=now, **fields)
        if organisers:
            page.organisers = organisers
        parent.add_child(instance=page)
        # Wagtail's own way to the public saves the page twice more, and indexes it each time.
        with disable_reference_index_auto_update(), _not_searched_yet():
            revision = page.save_revision(changed=draft, clean=False)
        if not draft:
            page.live_revision = revision
            model_class.objects.filter(pk=page.pk).update(live_revision=revision)
        return page


@contextmanager
def _not_searched_yet():
    """Saves meanwhile ask for no place in the search."""
    with mock.patch("modelsearch.signal_handlers.insert_or_update_object_task"):
        yield


def _only(factory_class, language: str):
    """The page of a type that each language has one of, made at the first call."""
    model = factory_class._meta.model
    found = model.objects.filter(locale__language_code=language).first()
    return found or factory_class(language=language)


class StandardPageFactory(PageFactory):
    class Meta:
        model = StandardPage

    title = factory.Sequence(lambda n: f"Chi siamo {n}")
    summary = "Otto cooperative che lavorano insieme."


class EventIndexPageFactory(PageFactory):
    class Meta:
        model = EventIndexPage

    title = "Eventi"


class EventPageFactory(PageFactory):
    class Meta:
        model = EventPage

    title = factory.Sequence(lambda n: f"Concerto sul lago {n}")
    starts_at = factory.LazyFunction(lambda: timezone.now().replace(microsecond=0) + timedelta(days=7))
    ends_at = factory.LazyAttribute(lambda event: event.starts_at + timedelta(hours=2))
    place = "Teatro Bibiena"
    place_address = "Via Accademia 47, Mantova"

    class Params:
        past = factory.Trait(starts_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=7)))
        cancelled = factory.Trait(is_cancelled=True, cancellation_note="Il teatro è chiuso per lavori.")

    @classmethod
    def parent_in(cls, language):
        return _only(EventIndexPageFactory, language)


class CooperativeIndexPageFactory(PageFactory):
    class Meta:
        model = CooperativeIndexPage

    title = "Cooperative"


class CooperativePageFactory(PageFactory):
    class Meta:
        model = CooperativePage

    title = factory.LazyAttribute(lambda page: page.cooperative.name)
    cooperative = factory.SubFactory(CooperativeFactory)
    summary = "Teatro e memoria, tra lago e città."

    @classmethod
    def parent_in(cls, language):
        return _only(CooperativeIndexPageFactory, language)


class ServiceFormatIndexPageFactory(PageFactory):
    class Meta:
        model = ServiceFormatIndexPage

    title = "Format"


class ServiceFormatPageFactory(PageFactory):
    class Meta:
        model = ServiceFormatPage

    title = factory.LazyAttribute(lambda page: page.service_format.name_it)
    service_format = factory.SubFactory(ServiceFormatFactory)

    @classmethod
    def parent_in(cls, language):
        return _only(ServiceFormatIndexPageFactory, language)


class ProjectPageFactory(PageFactory):
    class Meta:
        model = ProjectPage

    title = "Cultnetwork - fare rete per la cultura"
    funder = "Fondazione Cariplo"


class DonatePageFactory(PageFactory):
    class Meta:
        model = DonatePage

    title = "Sostieni"
    beneficiary = factory.SubFactory(BeneficiaryFactory)


class CampaignPageFactory(PageFactory):
    class Meta:
        model = CampaignPage

    title = factory.LazyAttribute(lambda page: page.campaign.name_it)
    campaign = factory.SubFactory(CampaignFactory)

    @classmethod
    def parent_in(cls, language):
        return _only(DonatePageFactory, language)


class CourseIndexPageFactory(PageFactory):
    class Meta:
        model = CourseIndexPage

    title = "Corsi"


class ContactPageFactory(PageFactory):
    class Meta:
        model = ContactPage

    title = "Contatti"


def translate(page, language: str = "en", *, draft: bool = False, **fields):
    """A translation as a translator leaves it: the twin in the other tree, with some words changed."""
    twin = page.copy_for_translation(Locale.objects.get(language_code=language), copy_parents=True)
    for name, value in fields.items():
        setattr(twin, name, value)
    revision = twin.save_revision()
    if not draft:
        revision.publish()
    twin.refresh_from_db()
    return twin


# One of each, for tests that hold for every page type.
EVERY_PAGE = [
    StandardPageFactory,
    EventIndexPageFactory,
    EventPageFactory,
    CooperativeIndexPageFactory,
    CooperativePageFactory,
    ServiceFormatIndexPageFactory,
    ServiceFormatPageFactory,
    ProjectPageFactory,
    DonatePageFactory,
    CampaignPageFactory,
    CourseIndexPageFactory,
    ContactPageFactory,
]
