"""What follows from a publication, and from a change to a record that a page tells about."""

from django.db.models import Model
from django.db.models.signals import m2m_changed, post_save
from modelsearch import index
from wagtail.signals import page_published

from donations.models import Campaign
from members.models import Cooperative, FormatPart, ServiceFormat
from pages.facts import share_facts
from pages.models import EventPage


def _share_event_facts(sender, instance: EventPage, **kwargs) -> None:
    share_facts(instance)


def _index_pages_of(sender, instance: Model, **kwargs) -> None:
    """The search knows a record by the words of its pages: they are read again when it changes."""
    if kwargs.get("raw"):
        return
    record = instance.service_format if isinstance(instance, FormatPart) else instance
    for page in record.pages.all():
        index.insert_or_update_object(page)


def _index_after_choice(sender, instance: Model, action: str, reverse: bool, **kwargs) -> None:
    if action.startswith("post_") and not reverse:
        _index_pages_of(sender, instance)


def connect() -> None:
    """Called once, when the app is ready."""
    page_published.connect(_share_event_facts, sender=EventPage, dispatch_uid="share_event_facts")
    for model in (Cooperative, ServiceFormat, FormatPart, Campaign):
        post_save.connect(_index_pages_of, sender=model, dispatch_uid=f"index_pages_of_{model.__name__}")
    for relation in (Cooperative.competences, ServiceFormat.competences, ServiceFormat.audiences):
        m2m_changed.connect(_index_after_choice, sender=relation.through)
